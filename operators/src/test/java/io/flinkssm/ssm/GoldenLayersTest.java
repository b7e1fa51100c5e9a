package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.model.GoldenFile;
import io.flinkssm.simd.Kernels;
import io.flinkssm.testing.Golden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole layers of the reference, D included, in both views. */
class GoldenLayersTest {

  private static final GoldenFile STEP = Golden.file("04-step-vs-conv.json");
  private static final GoldenFile RATE = Golden.file("08-rate.json");
  private static final GoldenFile LMAX = Golden.file("08b-lmax-and-doubling.json");
  private static final GoldenFile BOTH = Golden.file("09-bidirectional-channels.json");

  private static StateSpace system(GoldenFile file, String name) {
    return Banks.builder(file, name + ".kernel.", name + ".D")
        .disc(name.endsWith("bilinear") ? Discretization.BILINEAR : Discretization.ZOH)
        .build()
        .toStateSpace();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"dplr", "dplr_legt_r2", "dplr_four_r1", "dplr_rank3", "diag", "diag_bilinear"})
  void bothViewsEqualTheReference(String name) {
    StateSpace system = system(STEP, name);
    boolean dplr = name.startsWith("dplr");
    // Where C was recovered, its conditioning limits what the recurrence can agree to.
    double tolerance = Math.max(1e-12, 1e-15 * system.conditionNumber());
    String mode = dplr ? ".y_step.linear.last4" : ".y_step.diag.last4";
    GoldenFile.Tensor expected = STEP.tensor(name + ".y_conv");
    for (int item = 0; item < 2; item++) {
      double[] u = Banks.item(STEP.tensor("x"), item);
      double[] y = Banks.item(expected, item);
      assertThat(Banks.error(Banks.convolve(system, 1, u, 64), y)).isLessThan(1e-12);

      double[] state = new double[system.discretize(1).stateLength()];
      double[] advanced = Banks.advance(system, 1, u, 64, state);
      assertThat(Banks.error(advanced, y)).isLessThan(tolerance);
      assertThat(
              Banks.error(
                  Arrays.copyOfRange(advanced, 120, 128),
                  Banks.item(STEP.tensor(name + mode), item)))
          .isLessThan(tolerance);
      if (dplr) {
        double[] dense = Banks.item(STEP.tensor(name + ".y_step.dense.last4"), item);
        assertThat(Banks.error(Arrays.copyOfRange(advanced, 120, 128), dense))
            .isLessThan(tolerance);
      }
      String last = name + (dplr ? ".state_linear.final" : ".state.final");
      assertThat(stateError(name, state, item, last)).isLessThan(1e-12);

      state = new double[state.length];
      Banks.advance(system, 1, u, 40, state);
      assertThat(stateError(name, state, item, name + ".state_after_40")).isLessThan(1e-12);
      double[] rest = Banks.advance(system, 1, Arrays.copyOfRange(u, 80, 128), 24, state);
      assertThat(Banks.error(rest, Arrays.copyOfRange(y, 80, 128))).isLessThan(tolerance);
      assertThat(stateError(name, state, item, last)).isLessThan(1e-12);

      double[] single = Banks.advance(Kernels.float32(), system, 1, u, 64, null);
      assertThat(Banks.error(single, y)).isLessThan(1e-4 * Banks.max(y));
    }
  }

  /** Distance of {@code B·state} (diagonal) or the state from the reference's. */
  private static double stateError(String name, double[] state, int item, String tensor) {
    GoldenFile.Tensor b = STEP.tensor(name + ".kernel.B");
    GoldenFile.Tensor expected = STEP.tensor(tensor);
    int channels = 2;
    int modes = 8;
    int stored = expected.shape()[2];
    double worst = 0;
    for (int h = 0; h < channels; h++) {
      for (int n = 0; n < modes; n++) {
        double re = state[n * channels + h];
        double im = state[modes * channels + n * channels + h];
        if (!name.startsWith("dplr")) {
          double bRe = b.re()[h * modes + n];
          double bIm = b.im()[h * modes + n];
          double product = bRe * re - bIm * im;
          im = bRe * im + bIm * re;
          re = product;
        }
        int at = (item * channels + h) * stored + n;
        worst = Math.max(worst, Math.abs(re - expected.re()[at]));
        worst = Math.max(worst, Math.abs(im - expected.im()[at]));
      }
    }
    return worst;
  }

  @ParameterizedTest
  @CsvSource({
    "dplr_lmaxNone, 2.0, 128",
    "dplr_lmaxNone, 0.5, 512",
    "dplr_lmax256, 2.0, 128",
    "dplr_lmax256, 0.5, 512",
    "diag_zoh, 2.0, 128",
    "diag_zoh, 0.5, 512",
    "diag_bilinear, 2.0, 128",
    "diag_bilinear, 0.5, 512"
  })
  void changedRateEqualsTheReference(String name, String rate, int samples) {
    StateSpace system = system(RATE, name);
    double r = Double.parseDouble(rate);
    double[] u = RATE.tensor("x.rate" + rate).data();
    double[] stepped = RATE.tensor(name + ".y_step_dtscaled.rate" + rate).data();
    assertThat(Banks.error(Banks.advance(system, r, u, samples, null), stepped)).isLessThan(1e-11);
    assertThat(Banks.error(Banks.convolve(system, r, u, samples), stepped)).isLessThan(1e-11);
    double[] single = Banks.advance(Kernels.float32(), system, r, u, samples, null);
    assertThat(Banks.error(single, stepped)).isLessThan(1e-4 * Banks.max(stepped));

    double[] official = RATE.tensor(name + ".y.rate" + rate).data();
    if (system instanceof DplrSystem dplr) {
      double[] kernel = dplr.officialKernel(r, samples);
      CausalConvolution<double[]> reference =
          CausalConvolution.ofKernel(dplr, Kernels.float64(), kernel, samples, samples);
      double[] y = Banks.apply(reference, dplr, u, samples);
      assertThat(Banks.error(y, official)).isLessThan(1e-11);
      // By design: the reference keeps C̃ of the native rate.
      assertThat(Banks.error(stepped, official)).isBetween(1e-4, 2e-3);
    } else {
      assertThat(Banks.error(stepped, official)).isLessThan(1e-11);
    }
    double[] nativeOutput = RATE.tensor(name + ".y.rate1.0").data();
    double[] nativeInput = RATE.tensor("x.rate1.0").data();
    assertThat(Banks.error(Banks.advance(system, 1, nativeInput, 256, null), nativeOutput))
        .isLessThan(1e-11);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dplr", "diag"})
  void truncatedKernelsForgetAndTheRecurrenceDoesNot(String name) {
    StateSpace system = system(LMAX, name);
    double[] u = LMAX.tensor("x").data();
    CausalConvolution<double[]> truncated =
        CausalConvolution.truncated(system, Kernels.float64(), 1, 48, 16);
    double[] cut = Banks.apply(truncated, system, u, 48);
    assertThat(Banks.error(cut, LMAX.tensor(name + ".y_conv").data())).isLessThan(1e-12);
    double[] whole = LMAX.tensor(name + ".y_step").data();
    assertThat(Banks.error(Banks.advance(system, 1, u, 48, null), whole)).isLessThan(1e-12);
    assertThat(Banks.error(Banks.convolve(system, 1, u, 48), whole)).isLessThan(1e-12);
    double[] single = Banks.advance(Kernels.float32(), system, 1, u, 48, null);
    assertThat(Banks.error(single, whole)).isLessThan(1e-4 * Banks.max(whole));
  }

  @Test
  void doublingEqualsTheReference() {
    S4KernelParameters.Builder builder = Banks.builder(LMAX, "double.", "").d(new double[2], 1, 2);
    GoldenFile.Tensor c = LMAX.tensor("double.C_tilde.L16");
    DplrSystem stored =
        (DplrSystem) builder.c(c.data(), c.shape()).lKernel(16).build().toStateSpace();
    assertThat(Banks.error(stored.kernel(1, 16), LMAX.tensor("double.K16").data()))
        .isLessThan(1e-12);
    assertThat(Banks.error(stored.officialKernel(1, 40), LMAX.tensor("double.K40").data()))
        .isLessThan(1e-12);
    assertThat(Banks.error(stored.kernel(1, 40), LMAX.tensor("double.K40").data()))
        .isLessThan(1e-12 * Math.max(1, stored.conditionNumber() / 1e3));

    assertThat(LMAX.tensor("double.l_kernel_after_L40").ints()).containsExactly(64);
    GoldenFile.Tensor doubled = LMAX.tensor("double.C_tilde.after_L40");
    S4KernelParameters after = builder.c(doubled.data(), doubled.shape()).lKernel(64).build();
    ModalParameters before = builder.c(c.data(), c.shape()).lKernel(16).build().parameters();
    DplrStep step = DplrStep.of(before, 1);
    double[][] once = TruncatedOutput.plusPower(before, step, before.cRe(), before.cIm(), 16, 1);
    double[][] twice = TruncatedOutput.plusPower(before, step, once[0], once[1], 32, 1);
    assertThat(Banks.error(twice[0], after.parameters().cRe())).isLessThan(1e-12);
    assertThat(Banks.error(twice[1], after.parameters().cIm())).isLessThan(1e-12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dplr", "diag"})
  void bidirectionalConvolutionEqualsTheReference(String name) {
    StateSpace system =
        Banks.builder(BOTH, name + ".layer.kernel.", name + ".layer.D")
            .bidirectional(true)
            .build()
            .toStateSpace();
    assertThat(system.heads()).isEqualTo(1);
    assertThat(Banks.error(system.kernel(1, 32), BOTH.tensor(name + ".K").data()))
        .isLessThan(1e-12);
    for (int item = 0; item < 2; item++) {
      double[] u = Banks.item(BOTH.tensor("x"), item);
      double[] y = Banks.item(BOTH.tensor(name + ".linear_plus_D"), item);
      assertThat(Banks.error(Banks.convolve(system, 1, u, 32), y)).isLessThan(1e-12);
    }
    assertThatThrownBy(() -> system.discretize(1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("bidirectional");
  }
}
