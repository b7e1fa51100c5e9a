package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class S4KernelParametersTest {

  private static S4KernelParameters.Builder valid() {
    return S4KernelParameters.builder()
        .invDt(new double[4], 4, 1)
        .aReal(new double[6], 2, 3)
        .aImag(new double[6], 2, 3)
        .b(new double[12], 1, 2, 3, 2)
        .c(new double[24], 1, 4, 3, 2)
        .d(new double[4], 1, 4);
  }

  private static void refused(UnaryOperator<S4KernelParameters.Builder> change, String... words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> change.apply(valid()).build().toStateSpace())
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void systemsTakeTheirKindFromTheTensors() {
    assertThat(valid().build().toStateSpace()).isInstanceOf(DiagonalSystem.class);
    assertThat(valid().disc(Discretization.DSS).build().toStateSpace())
        .isInstanceOf(DssSystem.class)
        .satisfies(system -> assertThat(system.streams()).isFalse());
    StateSpace dplr = valid().p(new double[24], 2, 2, 3, 2).build().toStateSpace();
    assertThat(dplr).isInstanceOf(DplrSystem.class);
    assertThat(dplr.rank()).isEqualTo(2);
    assertThat(dplr.timeConstants()).hasSize(12).containsOnly(1);
  }

  @Test
  void growingModesOfDssEndWhereDecayingOnesBegin() {
    // Real λ = ±1, B = C = 1: with v = (e^{−L} − 1)·λ, both have |weight| (1 − e^{−1})/|v|.
    double[] ones = {1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0};
    UnaryOperator<S4KernelParameters.Builder> dss =
        b ->
            b.disc(Discretization.DSS)
                .realTransform(Transform.NONE)
                .b(ones, 1, 2, 3, 2)
                .c(Arrays.copyOf(ones, 24), 1, 4, 3, 2);
    double[] decay = {1, 1, 1, 1, 1, 1};
    double[] grow = {-1, -1, -1, -1, -1, -1};
    int length = 7;
    double[] falling =
        dss.apply(valid()).aReal(decay, 2, 3).build().toStateSpace().kernel(1, length);
    double[] rising = dss.apply(valid()).aReal(grow, 2, 3).build().toStateSpace().kernel(1, length);
    assertThat(Math.abs(falling[0])).isGreaterThan(1);
    for (int l = 0; l < length; l++) {
      assertThat(rising[l]).isCloseTo(-falling[length - 1 - l], within(1e-12));
    }
  }

  @Test
  void timeConstantsAreInSamples() {
    double[] logDelta = {0, Math.log(0.25), 0, Math.log(0.125)};
    double[] logDamping = {0, 0, 0, Math.log(2), Math.log(2), Math.log(2)};
    StateSpace system =
        valid().invDt(logDelta, 4, 1).aReal(logDamping, 2, 3).build().toStateSpace();
    // 1/(|Re λ|Δ) of channels 0 to 3, the same for all modes.
    double[] expected = {1, 2, 1, 4};
    for (int i = 0; i < 12; i++) {
      assertThat(system.timeConstants()[i]).isCloseTo(expected[i % 4], within(1e-14));
    }
  }

  @Test
  void wrongTensorsAreNamed() {
    refused(b -> b.aReal(new double[9], 3, 3), "A_real has 3 copies", "4 channels");
    refused(b -> b.aReal(new double[8], 2, 4), "B has shape [1, 2, 3, 2]", "[1, 2, 4, 2]");
    refused(b -> b.b(new double[6], 1, 2, 3), "B has shape [1, 2, 3]", "[1, 2, 3, 2]");
    refused(b -> b.c(new double[48], 2, 4, 3, 2), "C has shape [2, 4, 3, 2]", "[1, 4, 3, 2]");
    refused(b -> b.c(new double[23], 1, 4, 3, 2), "C has 23 values", "asks for 24");
    refused(b -> b.bidirectional(true), "C has shape [1, 4, 3, 2]", "[2, 4, 3, 2]");
    refused(b -> b.invDt(new double[8], 4, 2), "inv_dt has shape [4, 2]", "[4, 3]");
    refused(b -> b.d(new double[3], 1, 3), "D has shape [1, 3]", "[1, 4]");
    refused(b -> b.d(new double[4], 4), "D has shape [4]", "2 axes");
    refused(b -> b.p(new double[12], 1, 2, 3, 2).lKernel(-1), "l_kernel is -1");
    refused(
        b -> b.p(new double[12], 1, 2, 3, 2).invDt(new double[12], 4, 3),
        "inv_dt has shape [4, 3]",
        "one step per channel");
    refused(b -> b.p(new double[12], 1, 2, 3, 2).isReal(true), "is_real", "P");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S4KernelParameters.builder().build())
        .withMessage("tensor inv_dt is missing");
  }

  @Test
  void valuesThatCannotBeUsedAreNamed() {
    double[] nan = new double[24];
    nan[7] = Double.NaN;
    refused(b -> b.c(nan, 1, 4, 3, 2), "cIm holds NaN");
    refused(
        b -> b.realTransform(Transform.NONE).aReal(new double[] {0, 0, 0, 0, -3, 0}, 2, 3),
        "mode 1 of channel 1 has Re λ = 3.0");
    refused(b -> b.dtTransform(Transform.NONE), "Δ of channel 0 is 0.0");
    refused(b -> b.invDt(new double[] {0, 0, 30, 0}, 4, 1), "Δ|λ| of mode 0 of channel 2");
    refused(b -> b.invDt(new double[] {0, 1e4, 0, 0}, 4, 1), "delta holds Infinity");
  }

  @Test
  void bandLimitOfADplrSystemMasksTheStoredC() {
    double[] one = new double[24];
    Arrays.fill(one, 1);
    // Δ = 1: frequencies are Im λ/2π = 0, 0.16 and 0.32 per sample, the limit is 0.2.
    double[] imag = {0, 1, 2, 0, 1, 2};
    double[] kept = one.clone();
    for (int h = 0; h < 4; h++) {
      kept[h * 6 + 4] = 0;
      kept[h * 6 + 5] = 0;
    }
    UnaryOperator<S4KernelParameters.Builder> dplr =
        b ->
            b.aImag(imag, 2, 3)
                .b(Arrays.copyOf(one, 12), 1, 2, 3, 2)
                .p(Arrays.copyOf(one, 12), 1, 2, 3, 2)
                .lKernel(16);
    double[] limited =
        dplr.apply(valid()).c(one, 1, 4, 3, 2).bandlimit(0.4).build().toStateSpace().kernel(1, 16);
    double[] masked = dplr.apply(valid()).c(kept, 1, 4, 3, 2).build().toStateSpace().kernel(1, 16);
    double[] whole = dplr.apply(valid()).c(one, 1, 4, 3, 2).build().toStateSpace().kernel(1, 16);
    assertThat(limited).containsExactly(masked).isNotEqualTo(whole);
  }

  @Test
  void transformsFollowTheirFormula() {
    assertThat(Transform.of("exp").apply(-2)).isEqualTo(Math.exp(-2));
    assertThat(Transform.of("relu").apply(-2)).isEqualTo(1e-4);
    assertThat(Transform.of("relu").apply(2)).isEqualTo(2 + 1e-4);
    assertThat(Transform.of("sigmoid").apply(0)).isEqualTo(0.5);
    assertThat(Transform.of("none").apply(-2)).isEqualTo(-2);
    assertThat(Transform.of("softplus").apply(0)).isCloseTo(Math.log(2), within(1e-16));
    assertThat(Transform.of("softplus").apply(1000)).isEqualTo(1000);
    assertThat(Transform.of("softplus").apply(-50)).isCloseTo(Math.exp(-50), within(1e-36));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Transform.of("tanh"))
        .withMessageContaining("tanh");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Discretization.of("euler"))
        .withMessageContaining("euler");
  }
}
