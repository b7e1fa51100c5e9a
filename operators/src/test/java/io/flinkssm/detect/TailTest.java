package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.testing.Golden;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TailTest {

  /** Of numpy: Student-t(3) errors, one of 40 and ten of +6 among them. */
  @Test
  void scoresAsTheReferenceDoes() {
    String golden = new String(Golden.bytes("detect-tail.csv"), StandardCharsets.UTF_8);
    double[][] rows =
        golden
            .lines()
            .skip(1)
            .map(
                line ->
                    Arrays.stream(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray())
            .toArray(double[][]::new);
    Magnitude spike = new Magnitude(1, 1, 700);
    Tail spikeTail = new Tail(5, Tail.Shape.EXPONENTIAL, 1.5);
    Magnitude drift = new Magnitude(9, 40, 2500);
    Tail driftTail = new Tail(13, Tail.Shape.EXPONENTIAL, 1 / Math.sqrt(40));
    Magnitude level = new Magnitude(17, 120, 700);
    Tail levelTail = new Tail(21, Tail.Shape.PARETO, 1 / Math.sqrt(120));
    double[] state = new double[26];
    assertThat(rows.length).isEqualTo(400);
    for (double[] row : rows) {
      assertThat(spikeTail.score(state, spike.of(state, row[0]))).isCloseTo(row[1], within(1e-9));
      assertThat(driftTail.score(state, drift.of(state, row[0]))).isCloseTo(row[2], within(1e-9));
      assertThat(levelTail.score(state, level.of(state, row[0]))).isCloseTo(row[3], within(1e-9));
    }
    assertThat(state[0]).isZero();
    assertThat(state[25]).isZero();
  }
}
