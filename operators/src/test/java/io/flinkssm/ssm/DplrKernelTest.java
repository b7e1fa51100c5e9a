package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.GoldenFile;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.testing.Golden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * LegS with N = 64 and steps from 1e-3 to 1e-1, against an 80-bit recurrence of the real matrix.
 */
class DplrKernelTest {

  private static final GoldenFile GOLDEN = Golden.file("02-dplr-kernel.json");
  private static final int CHANNELS = 4;
  private static final int MODES = 32;

  /** The bank of the file: C itself, or the C̃ that the reference stored for a length. */
  private static DplrSystem system(int storedLength) {
    GoldenFile.Tensor lambda = GOLDEN.tensor("Lambda");
    GoldenFile.Tensor c = GOLDEN.tensor(storedLength == 0 ? "C_half" : "C_tilde.L" + storedLength);
    Dplr one =
        new Dplr(
            MODES,
            1,
            lambda.re(),
            lambda.im(),
            GOLDEN.tensor("B").re(),
            GOLDEN.tensor("B").im(),
            new double[][] {GOLDEN.tensor("P").re()},
            new double[][] {GOLDEN.tensor("P").im()},
            null,
            null);
    return new DplrSystem(bank(one, transposed(c.re()), transposed(c.im())), storedLength);
  }

  private static ModalParameters bank(Dplr one, double[] cRe, double[] cIm) {
    return one.bank(GOLDEN.tensor("dt").data(), cRe, cIm, new double[CHANNELS]);
  }

  private static double[] transposed(double[] hm) {
    double[] out = new double[hm.length];
    for (int h = 0; h < CHANNELS; h++) {
      for (int n = 0; n < MODES; n++) {
        out[n * CHANNELS + h] = hm[h * MODES + n];
      }
    }
    return out;
  }

  private static double[] atTaps(double[] kernel, int length) {
    int[] taps = GOLDEN.tensor("taps").ints();
    double[] out = new double[CHANNELS * taps.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = kernel[i / taps.length * length + taps[i % taps.length]];
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({"0", "16", "1024", "16384"})
  void kernelsEqualTheTruth(int storedLength) {
    DplrSystem system = system(storedLength);
    assertThat(Banks.error(system.kernel(1, 1024), GOLDEN.tensor("K.longdouble.L1024").data()))
        .isLessThan(1e-12);
    assertThat(
            Banks.error(
                atTaps(system.kernel(1, 16384), 16384),
                GOLDEN.tensor("K.longdouble.L16384.taps").data()))
        .isLessThan(1e-12);
    assertThat(Banks.error(system.kernel(1, 16), GOLDEN.tensor("K.official_f64.L16").data()))
        .isLessThan(1e-10);
    assertThat(Banks.error(system.kernel(1, 1024), GOLDEN.tensor("K.official_f64.L1024").data()))
        .isLessThan(1e-10);
    assertThat(
            Banks.error(
                atTaps(system.kernel(1, 16384), 16384),
                GOLDEN.tensor("K.official_f64.L16384.taps").data()))
        .isLessThan(1e-10);
  }

  @ParameterizedTest
  @CsvSource({"0", "16", "1024", "16384"})
  void impulseResponseEqualsTheTruth(int storedLength) {
    double[] impulse = new double[1024 * CHANNELS];
    Arrays.fill(impulse, 0, CHANNELS, 1);
    double[] expected = GOLDEN.tensor("K.longdouble.L1024").data();
    double[] y = Banks.advance(system(storedLength), 1, impulse, 1024, null);
    assertThat(Banks.error(byChannel(y), expected)).isLessThan(1e-12);
    y = Banks.advance(Kernels.float32(), system(storedLength), 1, impulse, 1024, null);
    assertThat(Banks.error(byChannel(y), expected)).isLessThan(1e-4 * Banks.max(expected));
  }

  private static double[] byChannel(double[] y) {
    double[] kernel = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      kernel[i % CHANNELS * 1024 + i / CHANNELS] = y[i];
    }
    return kernel;
  }

  @Test
  void ownModesGiveTheSameKernel() {
    Dplr legS = Hippo.legS(64).dplr();
    double[] cRe = new double[CHANNELS * MODES];
    double[] cIm = new double[CHANNELS * MODES];
    double[] rows = GOLDEN.tensor("C_real_hippo_basis").data();
    for (int h = 0; h < CHANNELS; h++) {
      double[][] c = legS.output(Arrays.copyOfRange(rows, h * 64, (h + 1) * 64));
      for (int n = 0; n < MODES; n++) {
        cRe[n * CHANNELS + h] = c[0][n];
        cIm[n * CHANNELS + h] = c[1][n];
      }
    }
    double[] kernel = new DplrSystem(bank(legS, cRe, cIm), 0).kernel(1, 1024);
    assertThat(Banks.error(kernel, GOLDEN.tensor("K.longdouble.L1024").data())).isLessThan(1e-11);
  }

  @Test
  void stepEqualsTheReference() {
    DiscreteSystem step = system(16).discretize(1);
    GoldenFile.Tensor b = GOLDEN.tensor("step.dB.L16");
    GoldenFile.Tensor c = GOLDEN.tensor("step.dC_recovered_from_Ctilde.L16");
    GoldenFile.Tensor row = GOLDEN.tensor("step.dA_row0.L16");
    for (int h = 0; h < CHANNELS; h++) {
      for (int n = 0; n < MODES; n++) {
        int i = n * CHANNELS + h;
        int full = h * 2 * MODES + n;
        double e = step.e()[h];
        assertThat(step.bRe()[i] + step.pRe()[i] * e).isCloseTo(b.re()[full], within(1e-12));
        assertThat(step.bIm()[i] + step.pIm()[i] * e).isCloseTo(b.im()[full], within(1e-12));
        assertThat(step.cRe()[i] / 2).isCloseTo(c.re()[full], within(1e-12));
        assertThat(step.cIm()[i] / 2).isCloseTo(c.im()[full], within(1e-12));
        // Re Σ q x over the half is ½ Σ over modes and conjugates.
        double aRe = (step.pRe()[h] * step.qRe()[i] - step.pIm()[h] * step.qIm()[i]) / 2;
        double aIm = (step.pRe()[h] * step.qIm()[i] + step.pIm()[h] * step.qRe()[i]) / 2;
        assertThat(aRe + (n == 0 ? step.aRe()[i] : 0)).isCloseTo(row.re()[full], within(1e-12));
        assertThat(aIm + (n == 0 ? step.aIm()[i] : 0)).isCloseTo(row.im()[full], within(1e-12));
      }
    }
  }
}
