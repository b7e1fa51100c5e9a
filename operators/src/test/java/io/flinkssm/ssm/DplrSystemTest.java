package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.simd.Kernels;
import java.util.Arrays;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DplrSystemTest {

  /** {@code (I − Δ/2·A)^{-1}(I + Δ/2·A | ΔB)} of one channel on {@code [Re x; Im x]}. */
  private static DMatrixRMaj dense(ModalParameters p, double rate, int h) {
    int modes = p.modes();
    DMatrixRMaj a = new DMatrixRMaj(2 * modes, 2 * modes);
    DMatrixRMaj b = new DMatrixRMaj(2 * modes, 1);
    double delta = p.delta()[h] * rate;
    for (int n = 0; n < modes; n++) {
      int i = n * p.channels() + h;
      a.set(n, n, p.lambdaRe()[i]);
      a.set(n, modes + n, -p.lambdaIm()[i]);
      a.set(modes + n, n, p.lambdaIm()[i]);
      a.set(modes + n, modes + n, p.lambdaRe()[i]);
      b.set(n, 0, delta * p.bRe()[i]);
      b.set(modes + n, 0, delta * p.bIm()[i]);
    }
    for (int s = 0; s < p.rank(); s++) {
      for (int n = 0; n < 2 * modes; n++) {
        for (int m = 0; m < 2 * modes; m++) {
          a.add(n, m, -2 * correction(p, s, h, n) * correction(p, s, h, m));
        }
      }
    }
    CommonOps_DDRM.scale(delta / 2, a);
    DMatrixRMaj left = CommonOps_DDRM.identity(2 * modes);
    CommonOps_DDRM.subtractEquals(left, a);
    CommonOps_DDRM.addEquals(a, CommonOps_DDRM.identity(2 * modes));
    DMatrixRMaj right = new DMatrixRMaj(2 * modes, 2 * modes + 1);
    CommonOps_DDRM.insert(a, right, 0, 0);
    CommonOps_DDRM.insert(b, right, 0, 2 * modes);
    DMatrixRMaj out = new DMatrixRMaj(2 * modes, 2 * modes + 1);
    CommonOps_DDRM.solve(left, right, out);
    return out;
  }

  private static double correction(ModalParameters p, int s, int h, int row) {
    int at = (s * p.modes() + row % p.modes()) * p.channels() + h;
    return row < p.modes() ? p.pRe()[at] : p.pIm()[at];
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0, 1", "3, 2, 1, 1", "2, 7, 2, 0.3", "1, 13, 3, 2.7", "2, 32, 1, 1"})
  void stepEqualsTheDenseBilinearStep(int channels, int modes, int rank, double rate) {
    ModalParameters p =
        Banks.parameters(new Random(channels * 100L + modes), channels, modes, rank, 1, false);
    DplrStep step = DplrStep.of(p, rate);
    for (int h = 0; h < channels; h++) {
      DMatrixRMaj expected = dense(p, rate, h);
      DMatrixRMaj actual = new DMatrixRMaj(2 * modes, 2 * modes + 1);
      CommonOps_DDRM.insert(step.transition(h), actual, 0, 0);
      for (int n = 0; n < modes; n++) {
        int i = n * channels + h;
        double re = step.bRe()[i];
        double im = step.bIm()[i];
        for (int s = 0; s < rank; s++) {
          re += step.pRe()[s * modes * channels + i] * step.e()[s * channels + h];
          im += step.pIm()[s * modes * channels + i] * step.e()[s * channels + h];
        }
        actual.set(n, 2 * modes, re);
        actual.set(modes + n, 2 * modes, im);
      }
      assertThat(Banks.error(actual.getData(), expected.getData())).isLessThan(1e-12);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "64", "97", "1000"})
  void powersEqualRepeatedProducts(int n) {
    DplrStep step = DplrStep.of(Banks.parameters(new Random(n), 1, 3, 1, 1, false), 1);
    DMatrixRMaj expected = CommonOps_DDRM.identity(6);
    for (int i = 0; i < n; i++) {
      DMatrixRMaj next = new DMatrixRMaj(6, 6);
      CommonOps_DDRM.mult(expected, step.transition(0), next);
      expected = next;
    }
    assertThat(
            Banks.error(
                TransitionPowers.power(step.transition(0), n).getData(), expected.getData()))
        .isLessThan(1e-13);
  }

  @ParameterizedTest
  @CsvSource({"1", "16", "61", "4096"})
  void storedOutputGivesBackC(int length) {
    ModalParameters plain = Banks.parameters(new Random(length), 3, 5, 2, 2, false);
    DplrStep step = DplrStep.of(plain, 1);
    double[][] tilde = TruncatedOutput.plusPower(plain, step, plain.cRe(), plain.cIm(), length, -1);
    DplrSystem stored = new DplrSystem(withOutput(plain, tilde[0], tilde[1]), length);
    double tolerance = 1e-14 * stored.conditionNumber() + 1e-13;
    assertThat(stored.conditionNumber()).isBetween(1.0, 1e6);
    assertThat(Banks.error(half(stored.discretize(1).cRe()), plain.cRe())).isLessThan(tolerance);
    assertThat(Banks.error(half(stored.discretize(2).cIm()), plain.cIm())).isLessThan(tolerance);
    assertThat(Banks.error(stored.officialKernel(1, 40), new DplrSystem(plain, 0).kernel(1, 40)))
        .isLessThan(1e-12 * Math.max(1, Banks.max(tilde[0])));
  }

  private static double[] half(double[] values) {
    return Arrays.stream(values).map(v -> v / 2).toArray();
  }

  private static ModalParameters withOutput(ModalParameters p, double[] cRe, double[] cIm) {
    return new ModalParameters(
        p.channels(),
        p.modes(),
        p.rank(),
        p.heads(),
        p.bidirectional(),
        p.delta(),
        p.lambdaRe(),
        p.lambdaIm(),
        p.bRe(),
        p.bIm(),
        p.pRe(),
        p.pIm(),
        cRe,
        cIm,
        p.d());
  }

  /** Python's round: halves go to the even neighbour. */
  @Test
  void nodesOfTheReferenceKernelAreRoundedToEven() {
    ModalParameters p = Banks.parameters(new Random(6), 2, 3, 1, 1, false);
    // Five samples at rate ½ need round(2.5) = 2 stored taps: no doubling, and 2/½ = 4 nodes.
    assertThat(new DplrSystem(p, 2).officialKernel(0.5, 5))
        .containsExactly(CauchyKernel.taps(p, 0.5, p.cRe(), p.cIm(), 4, 5));
    // Five stored taps at rate 2 are round(2.5) = 2 nodes.
    assertThat(new DplrSystem(p, 5).officialKernel(2, 2))
        .containsExactly(CauchyKernel.taps(p, 2, p.cRe(), p.cIm(), 2, 2));
  }

  @Test
  void hopelessRecoveryLeavesTheStoredConvolution() {
    // FouT has a mode that neither moves nor decays; here nothing keeps it off zero, so that in 16
    // short steps it cannot be told from its start.
    Dplr one = Hippo.fouT(16).dplr();
    double[] ones = new double[16];
    Arrays.fill(ones, 1);
    ModalParameters p = one.bank(new double[] {0.1, 1e-6}, ones, ones.clone(), new double[2]);
    Arrays.fill(p.lambdaRe(), -1e-12);
    DplrStep step = DplrStep.of(p, 1);
    double[][] tilde = TruncatedOutput.plusPower(p, step, p.cRe(), p.cIm(), 16, -1);
    DplrSystem system = new DplrSystem(withOutput(p, tilde[0], tilde[1]), 16);

    assertThat(system.conditionNumber()).isGreaterThan(DplrSystem.CONDITION_LIMIT);
    assertThat(system.streams()).isFalse();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> system.discretize(1))
        .withMessageContaining("channel")
        .withMessageContaining("condition number")
        .withMessageContaining("l_kernel 16")
        .withMessageContaining("longer l_max");
    assertThatThrownBy(() -> system.kernel(1, 17))
        .isInstanceOf(UnsupportedOperationException.class);
    double[] impulse = new double[32];
    impulse[0] = 1;
    impulse[1] = 1;
    double[] expected = Banks.advance(new DplrSystem(p, 0), 1, impulse, 16, null);
    double[] y = Banks.convolve(system, 1, impulse, 16);
    ConvolutionCache<double[]> cache = new ConvolutionCache<>(system, Kernels.float64(), 1);
    assertThat(cache.forWindow(9).maxSamples()).isEqualTo(16);
    assertThat(cache.forWindow(9)).isSameAs(cache.forWindow(16));
    assertThatThrownBy(() -> cache.forWindow(17)).hasMessageContaining("l_kernel 16");
    ConvolutionPlan plan = cache.plan(9, false, ConvolutionMethod.AUTO);
    assertThat(plan.method()).isEqualTo(ConvolutionMethod.FFT);
    // The undamped mode costs the transfer function digits too, though far fewer: for random C 1e-5
    // on average.
    assertThat(Banks.error(y, expected)).isLessThan(1e-4 * Banks.max(expected));
    assertThat(
            Banks.error(
                Banks.convolve(system, 1, Arrays.copyOf(impulse, 14), 7),
                Arrays.copyOf(expected, 14)))
        .isLessThan(1e-4 * Banks.max(expected));
  }

  @Test
  void undampedModeHasNoTransferFunction() {
    ModalParameters p = Banks.parameters(new Random(3), 1, 2, 1, 1, false);
    Arrays.fill(p.lambdaRe(), 0);
    Arrays.fill(p.lambdaIm(), 0);
    assertThatThrownBy(() -> new DplrSystem(p, 0).kernel(1, 8))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("undamped");
  }

  @Test
  void unstableModesAndUnequalStepsAreRefused() {
    ModalParameters grows = Banks.parameters(new Random(4), 3, 2, 1, 1, false);
    grows.lambdaRe()[4] = 0.25;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DplrSystem(grows, 0))
        .withMessageContaining("mode 1 of channel 1 has Re λ = 0.25");
    ModalParameters unequal = Banks.parameters(new Random(4), 3, 2, 1, 1, false);
    unequal.delta()[5] = 7;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DplrSystem(unequal, 0))
        .withMessageContaining("mode 1 of channel 2 is 7.0");
  }
}
