package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RunsTest {

  @Test
  void runsAndTheirOutputsLieOneAfterTheOther() {
    Runs<float[]> runs = new Runs<>();
    float[][] states = {{0}, {1}, {2}};
    for (int round = 0; round < 2; round++) {
      runs.clear();
      assertThat(runs.samples()).isZero();
      assertThat(runs.outputs()).isZero();
      runs.add(states[0], 3, 1);
      runs.add(states[1], 1, 0);
      runs.add(states[2], 2, 2);
    }
    assertThat(runs.count()).isEqualTo(3);
    assertThat(runs.samples()).isEqualTo(6);
    assertThat(runs.outputs()).isEqualTo(3);
    int[][] expected = {{0, 3, 0, 1}, {3, 4, 1, 1}, {4, 6, 1, 3}};
    for (int k = 0; k < 3; k++) {
      assertThat(runs.state(k)).isSameAs(states[k]);
      assertThat(new int[] {runs.start(k), runs.end(k), runs.outputStart(k), runs.outputEnd(k)})
          .containsExactly(expected[k]);
    }
  }

  @Test
  void refusesRunsWithoutSamplesAndMoreOutputsThanSamples() {
    Runs<float[]> runs = new Runs<>();
    assertThatThrownBy(() -> runs.add(new float[1], 0, 0)).hasMessageContaining("samples is 0");
    assertThatThrownBy(() -> runs.add(new float[1], 2, 3)).hasMessageContaining("outputs is 3");
    assertThatThrownBy(() -> runs.add(new float[1], 2, -1)).hasMessageContaining("outputs is -1");
  }

  @Test
  void timesDoNotDependOnCuts() {
    Runs<float[]> runs = new Runs<>();
    runs.add(new float[1], 10, 0, 1_000, 0);
    runs.add(new float[1], 4, 0, 1_000, 6);
    assertThat(runs.timeMicros(0, 0, 7)).isEqualTo(1_000);
    assertThat(runs.timeMicros(0, 7, 7)).isEqualTo(1_001_000);
    for (int i = 0; i < 4; i++) {
      assertThat(runs.timeMicros(1, i, 7)).isEqualTo(runs.timeMicros(0, 6 + i, 7));
    }
  }
}
