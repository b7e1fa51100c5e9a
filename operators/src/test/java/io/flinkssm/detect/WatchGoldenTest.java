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
      String at = series + ", row " + i;
      assertThat(scratch.surprise / 7.8).as(at).isCloseTo(row[6], within(TOLERANCE * 10));
      boolean alert = scratch.outputs[Anomaly.ALERT] == scratch.outputs[Anomaly.SCORE];
      assertThat(alert || row[6] == 0).as(at).isEqualTo(row[7] == row[6]);
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
