package io.flinkssm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.ssm.DiagonalSystem;
import io.flinkssm.ssm.Discretization;
import io.flinkssm.ssm.ModalParameters;
import io.flinkssm.ssm.RateMethod;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link LayerMode} and {@link LayerKernels} of a layer that can be worked out by hand. */
class LayerViewsTest {

  private static final ModelInfo INFO =
      new ModelInfo("m", "7", "", "toy", ModelInfo.Task.FEATURES, 1, 1, List.of(), 100, 1, 1000, 0);

  /**
   * Two channels of two modes, Δ 0.01 in a model time in which a step of two samples is 0.01: so
   * model time is half of real time. Channel 0 decays in 1 s and 1/4 s, channel 1 turns 20 times a
   * second and not at all.
   */
  private static StateSpaceLayer layer(Discretization disc, boolean bidirectional) {
    double[] c = {1, 3, 2, 0};
    return new StateSpaceLayer(
        "block.1",
        2,
        new DiagonalSystem(
            new ModalParameters(
                2,
                2,
                0,
                1,
                bidirectional,
                new double[] {0.01, 0.01, 0.01, 0.01},
                new double[] {-2, -10, -8, 0},
                new double[] {0, -2 * Math.PI * 40, 0, 0},
                new double[] {1, 1, 1, 1},
                new double[4],
                new double[0],
                new double[0],
                bidirectional ? new double[] {1, 3, 2, 0, -1, -3, -2, 0} : c,
                new double[bidirectional ? 8 : 4],
                new double[2]),
            disc));
  }

  @Test
  void modesAreInSecondsAndHertz() {
    List<LayerMode> modes =
        LayerMode.of(INFO, layer(Discretization.ZOH, false), 50, RateMethod.AUTO);

    assertThat(modes).extracting(LayerMode::layer).containsOnly("block.1");
    assertThat(modes).extracting(LayerMode::channel).containsExactly(0, 0, 1, 1);
    assertThat(modes).extracting(LayerMode::mode).containsExactly(0, 1, 0, 1);
    LayerMode slow = modes.get(0);
    assertThat(slow.timeConstantSeconds()).isCloseTo(1, within(1e-12));
    assertThat(slow.lambdaRe()).isCloseTo(-1, within(1e-12));
    // Two samples at 50 Hz.
    assertThat(slow.deltaSeconds()).isEqualTo(0.04);
    assertThat(slow.delta()).isEqualTo(0.02);
    assertThat(slow.aBarRe()).isCloseTo(Math.exp(-0.04), within(1e-15));
    assertThat(slow.aliased()).isFalse();
    LayerMode fast = modes.get(2);
    assertThat(fast.frequencyHz()).isCloseTo(20, within(1e-12));
    assertThat(fast.lambdaIm()).isCloseTo(-2 * Math.PI * 20, within(1e-11));
    // 25 steps a second show 12.5 Hz at most.
    assertThat(fast.aliased()).isTrue();
    assertThat(modes.get(3).timeConstantSeconds()).isInfinite();
    assertThat(LayerMode.of(INFO, layer(Discretization.ZOH, false), 100, RateMethod.AUTO))
        .noneMatch(LayerMode::aliased);
  }

  @Test
  void modesFollowTheMethodOfTheRate() {
    StateSpaceLayer layer = layer(Discretization.BILINEAR, false);

    double held = LayerMode.of(INFO, layer, 50, RateMethod.HOLD).get(0).aBarRe();
    double plain = LayerMode.of(INFO, layer, 50, RateMethod.PLAIN).get(0).aBarRe();

    assertThat(held).isCloseTo(Math.pow(0.99 / 1.01, 2), within(1e-15));
    assertThat(plain).isCloseTo(0.98 / 1.02, within(1e-15));
  }

  @Test
  void kernelsOfBothDirectionsAreColumns() {
    StateSpaceLayer layer = layer(Discretization.ZOH, true);

    LayerKernels kernels = LayerKernels.of(INFO, layer, 100, RateMethod.AUTO, 3);

    assertThat(kernels.columns()).isEqualTo(4).isEqualTo(LayerKernels.columns(layer));
    assertThat(kernels.channels()).isEqualTo(2);
    assertThat(kernels.secondsPerTap()).isEqualTo(0.02);
    double[] forward = kernels.column(0);
    for (int l = 0; l < 3; l++) {
      // 2 Σ C b̄ ā^l with b̄ = (ā − 1)/λ.
      double slow = 2 * (1 - Math.exp(-0.02)) / 2 * Math.exp(-0.02 * l);
      double quick = 2 * 2 * (1 - Math.exp(-0.08)) / 8 * Math.exp(-0.08 * l);
      assertThat(forward[l]).isCloseTo(slow + quick, within(1e-15));
    }
    assertThat(kernels.column(2)).containsExactly(Arrays.stream(forward).map(x -> -x).toArray());
    assertThat(LayerKernels.mostTaps(layer)).isEqualTo(1 << 22);
  }
}
