package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.testing.Golden;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The watch of one channel against the numpy reference, on slices of real series. */
class WatchGoldenTest {
  private static final double TOLERANCE = 1e-9;

  /** In the order of columns. */
  private static final Evidence[] KINDS = {
    Evidence.RANGE,
    Evidence.NOVELTY,
    Evidence.DRIFT,
    Evidence.SEASON,
    Evidence.SPIKE,
    Evidence.VARIANCE
  };

  @ParameterizedTest
  @ValueSource(strings = {"TravelTime", "ambient", "ec2"})
  void saysWhatTheReferenceSays(String series) {
    List<double[]> rows = rows("detect-" + series + ".csv");
    Watch watch = new Watch(DetectorConfig.of(1));
    double[] state = new double[watch.stateLength()];
    Scratch scratch = watch.newScratch();
    for (int i = 0; i < rows.size(); i++) {
      double[] row = rows.get(i);
      watch.step(state, row[0], row[1], row, 2, null, 0, scratch);
      if (i < Watch.START - 1) {
        assertThat(scratch.outputs[Anomaly.SCORE]).isZero();
        continue;
      }
      for (int k = 0; k < KINDS.length; k++) {
        assertThat(scratch.evidence[KINDS[k].index()])
            .as("%s of %s, row %d", KINDS[k], series, i)
            .isCloseTo(row[3 + k], within(TOLERANCE));
      }
      assertThat(scratch.sum).isCloseTo(row[9], within(TOLERANCE));
      double score = scratch.outputs[Anomaly.SCORE];
      double alert = row[10] == row[9] && score >= 0.9 ? score : 1e-3 * score;
      assertThat(scratch.outputs[Anomaly.ALERT])
          .as("alert of %s, row %d", series, i)
          .isEqualTo(alert);
    }
  }

  static List<double[]> rows(String name) {
    return new String(Golden.bytes(name), StandardCharsets.UTF_8)
        .lines()
        .skip(1)
        .map(line -> List.of(line.split(",")).stream().mapToDouble(Double::parseDouble).toArray())
        .toList();
  }
}
