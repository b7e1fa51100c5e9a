package io.flinkssm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.ssm.DiagonalSystem;
import io.flinkssm.ssm.Discretization;
import io.flinkssm.ssm.ModalParameters;
import io.flinkssm.ssm.StateSpace;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Summaries of kernels whose figures can be worked out by hand. */
class KernelSummaryTest {

  private static final double DELTA = 0.01;

  private static final ModelInfo INFO =
      new ModelInfo("m", "7", "", "toy", ModelInfo.Task.FEATURES, 1, 1, List.of(), 100, 1, 1000, 0);

  /**
   * Two channels of one mode each at 100 Hz: a decay in 0.5 s, and one in 0.1 s three times as
   * strong that turns 40 times a second.
   */
  private static StateSpace system(boolean bidirectional) {
    int rows = bidirectional ? 2 : 1;
    double[] c = bidirectional ? new double[] {1, 3, -1, 3} : new double[] {1, 3};
    return new DiagonalSystem(
        new ModalParameters(
            2,
            1,
            0,
            1,
            bidirectional,
            new double[] {DELTA, DELTA},
            new double[] {-2, -10},
            new double[] {0, -2 * Math.PI * 40},
            new double[] {1, 1},
            new double[2],
            new double[0],
            new double[0],
            c,
            new double[2 * rows],
            new double[] {5, 5}),
        Discretization.ZOH);
  }

  @Test
  void figuresOfAKnownLayer() {
    StateSpaceLayer layer = new StateSpaceLayer("block.0", 2, system(false));
    KernelSummary native1 = KernelSummary.of(INFO, layer, 100, 2000);
    assertThat(native1.model()).isEqualTo("m");
    assertThat(native1.modelVersion()).isEqualTo("7");
    assertThat(native1.layer()).isEqualTo("block.0");
    assertThat(native1.taps()).isEqualTo(2000);
    assertThat(native1.secondsPerTap()).isEqualTo(0.02);
    assertThat(native1.channels()).isEqualTo(2);
    assertThat(native1.modes()).isEqualTo(1);
    // The layer takes one step for two samples, so that all its times are twice as long.
    assertThat(native1.slowestSeconds()).isCloseTo(1, within(1e-12));
    assertThat(native1.fastestSeconds()).isCloseTo(0.2, within(1e-12));
    assertThat(native1.highestHz()).isCloseTo(20, within(1e-12));
    assertThat(native1.aliasedModes()).isZero();
    assertThat(native1.condition()).isEqualTo(1);
    // ∫ 2 e^{−2t} dt = 1 and 2 Re ∫ 3 e^{(−10 + 80πi)t} dt = 60/(100 + (80π)²).
    double second = 60 / (100 + Math.pow(80 * Math.PI, 2));
    assertThat(native1.largestGain()).isCloseTo(1, within(1e-9));
    assertThat(native1.meanGain()).isCloseTo((1 + second) / 2, within(1e-9));
    // e^{−2·2t} has lost all but a thousandth after ln(1000)/4 model seconds: 172.7 steps.
    assertThat(native1.memorySeconds()).isCloseTo(173 * 0.02, within(1e-9));
  }

  @Test
  void aliasingGrowsAsSamplesBecomeFewer() {
    StateSpaceLayer layer = new StateSpaceLayer("block.0", 1, system(false));
    assertThat(KernelSummary.of(INFO, layer, 100, 10).aliasedModes()).isZero();
    assertThat(KernelSummary.of(INFO, layer, 80.1, 10).aliasedModes()).isZero();
    assertThat(KernelSummary.of(INFO, layer, 79.9, 10).aliasedModes()).isOne();
    assertThat(KernelSummary.of(INFO, layer, 50, 1000).memorySeconds())
        .isCloseTo(87 * 0.02, within(1e-9));
  }

  @Test
  void curvesShowTheMemoryInFewPoints() {
    StateSpaceLayer layer = new StateSpaceLayer("block.0", 1, system(false));
    double[] kernel = new double[2 * 3000];
    Arrays.fill(kernel, 0, 1000, 0.5);
    Arrays.fill(kernel, 3000, 4000, 1);
    kernel[3005] = -4;
    KernelSummary summary = KernelSummary.of(INFO, layer, 100, 3000, kernel);
    assertThat(summary.strongestChannel()).isOne();
    assertThat(summary.rms()).hasSize(250).hasSameSizeAs(summary.strongest());
    assertThat(summary.secondsPerPoint()).isCloseTo(0.04, within(1e-12));
    assertThat(summary.strongest()[0]).isEqualTo(1);
    assertThat(summary.strongest()[1]).isEqualTo(-4);
    assertThat(summary.rms()[0]).isCloseTo(Math.sqrt((1 + 0.25) / 2), within(1e-12));
    assertThat(summary.meanGain()).isCloseTo((500 + 995) / 2., within(1e-9));
  }

  @Test
  void bothDirectionsOfAChannelAddUpToItsGain() {
    StateSpaceLayer layer = new StateSpaceLayer("block.0", 1, system(true));
    KernelSummary summary = KernelSummary.of(INFO, layer, 100, 2000);
    // C and −C: nothing is left of a constant in channel 0, twice as much in channel 1.
    double second = 120 / (100 + Math.pow(80 * Math.PI, 2));
    assertThat(summary.largestGain()).isCloseTo(second, within(1e-9));
    assertThat(summary.meanGain()).isCloseTo(second / 2, within(1e-9));
  }

  @Test
  void kernelsMustFit() {
    StateSpaceLayer layer = new StateSpaceLayer("block.0", 1, system(false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KernelSummary.of(INFO, layer, 100, 10, new double[19]))
        .withMessage("kernel has 19 values, expected 2 kernels of 10 taps");
  }
}
