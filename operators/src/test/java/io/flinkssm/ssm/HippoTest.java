package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.GoldenFile;
import io.flinkssm.testing.Golden;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HippoTest {

  private static final GoldenFile GOLDEN = Golden.file("01-hippo.json");

  private static Hippo hippo(String name, int size) {
    return switch (name) {
      case "legs" -> Hippo.legS(size);
      case "legt" -> Hippo.legT(size);
      case "fourier" -> Hippo.fouT(size);
      default -> Hippo.legSD(size);
    };
  }

  private static void close(double[] actual, String name, double tolerance) {
    assertThat(Banks.error(actual, GOLDEN.tensor(name).data()))
        .as(name)
        .isLessThanOrEqualTo(tolerance);
  }

  @ParameterizedTest
  @CsvSource({"legs, 4", "legt, 4", "fourier, 4", "legsd, 4"})
  void matricesEqualTheReference(String name, int size) {
    Hippo hippo = hippo(name, size);
    close(hippo.a().getData(), name + "." + size + ".A", 1e-12);
    close(hippo.b(), name + "." + size + ".B", 1e-12);
    if (!name.equals("legsd")) {
      close(hippo.p().getData(), name + "." + size + ".P_real", 1e-12);
    }
  }

  @ParameterizedTest
  @CsvSource({"legs", "legt", "fourier"})
  void largeMatricesEqualTheReference(String name) {
    Hippo hippo = hippo(name, 64);
    double[] rows = new double[4 * 64];
    int[] picked = {0, 1, 31, 63};
    for (int i = 0; i < 4; i++) {
      System.arraycopy(hippo.a().getData(), picked[i] * 64, rows, i * 64, 64);
    }
    String prefix = name + ".64.";
    close(rows, prefix + "A.rows_0_1_31_63", 1e-12);
    close(hippo.b(), prefix + "B", 1e-12);
    close(hippo.p().getData(), prefix + "P_real", 1e-12);
    double frobenius = GOLDEN.tensor(prefix + "A.frobenius").data()[0];
    assertThat(NormOps_DDRM.normF(hippo.a())).isCloseTo(frobenius, within(1e-12 * frobenius));
    double sum = 0;
    for (double v : hippo.a().getData()) {
      sum += v;
    }
    assertThat(sum).isCloseTo(GOLDEN.tensor(prefix + "A.sum").data()[0], within(1e-8));
  }

  @ParameterizedTest
  @CsvSource({"legs, 4", "legt, 4", "fourier, 4", "legs, 64", "legt, 64", "fourier, 64"})
  void modesEqualTheReferenceUpToPhase(String name, int size) {
    Dplr dplr = hippo(name, size).dplr();
    String prefix = name + "." + size + ".";
    GoldenFile.Tensor lambda = GOLDEN.tensor(prefix + "Lambda");
    assertThat(Banks.error(dplr.lambdaRe(), lambda.re())).isLessThan(1e-10);
    assertThat(Banks.error(dplr.lambdaIm(), lambda.im())).isLessThan(1e-10);
    int modes = dplr.modes();
    double[] absB = new double[modes];
    double[] absP = new double[dplr.rank() * modes];
    double[] product = new double[2 * dplr.rank() * modes];
    for (int n = 0; n < modes; n++) {
      absB[n] = Math.hypot(dplr.bRe()[n], dplr.bIm()[n]);
      for (int s = 0; s < dplr.rank(); s++) {
        double pRe = dplr.pRe()[s][n];
        double pIm = dplr.pIm()[s][n];
        absP[s * modes + n] = Math.hypot(pRe, pIm);
        product[2 * (s * modes + n)] = dplr.bRe()[n] * pRe + dplr.bIm()[n] * pIm;
        product[2 * (s * modes + n) + 1] = dplr.bIm()[n] * pRe - dplr.bRe()[n] * pIm;
      }
    }
    close(absB, prefix + "absB", 1e-10);
    close(absP, prefix + "absP", 1e-10);
    close(product, prefix + "B_conjP", 1e-9);
    if (dplr.rank() == 2) {
      double[] between = new double[2 * modes];
      for (int n = 0; n < modes; n++) {
        double re = dplr.pRe()[1][n];
        double im = dplr.pIm()[1][n];
        between[2 * n] = dplr.pRe()[0][n] * re + dplr.pIm()[0][n] * im;
        between[2 * n + 1] = dplr.pIm()[0][n] * re - dplr.pRe()[0][n] * im;
      }
      close(between, prefix + "P0_conjP1", 1e-10);
    }
  }

  /** The reference's vectors are ours, each turned by a phase that B and P turn back by. */
  @ParameterizedTest
  @CsvSource({"legs", "legt", "fourier"})
  void vectorsEqualTheReferenceUpToPhase(String name) {
    Dplr dplr = hippo(name, 4).dplr();
    GoldenFile.Tensor v = GOLDEN.tensor(name + ".4.V");
    GoldenFile.Tensor b = GOLDEN.tensor(name + ".4.Bc");
    GoldenFile.Tensor p = GOLDEN.tensor(name + ".4.Pc");
    for (int m = 0; m < 2; m++) {
      double cos = 0;
      double sin = 0;
      for (int n = 0; n < 4; n++) {
        double re = dplr.vRe().get(n, m);
        double im = dplr.vIm().get(n, m);
        cos += re * v.re()[2 * n + m] + im * v.im()[2 * n + m];
        sin += re * v.im()[2 * n + m] - im * v.re()[2 * n + m];
      }
      assertThat(Math.hypot(cos, sin)).isCloseTo(1, within(1e-10));
      assertTurned(b, m, cos, sin, dplr.bRe()[m], dplr.bIm()[m]);
      for (int s = 0; s < dplr.rank(); s++) {
        assertTurned(p, 2 * s + m, cos, sin, dplr.pRe()[s][m], dplr.pIm()[s][m]);
      }
    }
  }

  private static void assertTurned(
      GoldenFile.Tensor stored, int at, double cos, double sin, double re, double im) {
    assertThat(stored.re()[at] * cos - stored.im()[at] * sin).isCloseTo(re, within(1e-10));
    assertThat(stored.re()[at] * sin + stored.im()[at] * cos).isCloseTo(im, within(1e-10));
  }

  @ParameterizedTest
  @CsvSource({"legs, 2", "legs, 6", "legt, 26", "fourier, 14", "fourier, 64", "legsd, 64"})
  void modesRebuildTheMatrix(String name, int size) {
    Hippo hippo = hippo(name, size);
    Dplr dplr = hippo.dplr();
    DMatrixRMaj rebuilt = new DMatrixRMaj(size, size);
    for (int n = 0; n < size; n++) {
      for (int k = 0; k < size; k++) {
        double sum = 0;
        for (int m = 0; m < dplr.modes(); m++) {
          double vr = dplr.vRe().get(n, m);
          double vi = dplr.vIm().get(n, m);
          double wr = dplr.vRe().get(k, m);
          double wi = -dplr.vIm().get(k, m);
          double pr = vr * wr - vi * wi;
          double pi = vr * wi + vi * wr;
          sum += 2 * (pr * dplr.lambdaRe()[m] - pi * dplr.lambdaIm()[m]);
        }
        for (int s = 0; s < dplr.rank(); s++) {
          sum -= hippo.p().get(s, n) * hippo.p().get(s, k);
        }
        rebuilt.set(n, k, sum);
      }
    }
    double scale = Banks.max(hippo.a().getData());
    assertThat(Banks.error(rebuilt.getData(), hippo.a().getData())).isLessThan(1e-12 * scale);
  }

  /** The reference keeps these in float32. */
  @ParameterizedTest
  @CsvSource({"LIN, lin, 1e-7", "INV, inv, 1e-7", "LEGS, legs, 1e-7", "REAL, real, 0"})
  void diagonalStartsEqualTheReference(DiagonalInit init, String name, double tolerance) {
    Dplr system = init.system(32);
    GoldenFile.Tensor a = GOLDEN.tensor("diag-" + name + ".64.A");
    double scale = Math.max(1, Banks.max(a.data()));
    assertThat(Banks.error(system.lambdaRe(), a.re())).isLessThanOrEqualTo(tolerance * scale);
    assertThat(Banks.error(system.lambdaIm(), a.im())).isLessThanOrEqualTo(tolerance * scale);
    if (init != DiagonalInit.LEGS) {
      // What the clamp leaves of the B of LegS depends on the phase that the eigensolver chose.
      assertThat(system.bRe()).containsExactly(GOLDEN.tensor("diag-" + name + ".64.absB").data());
      assertThat(system.bIm()).containsOnly(0);
    }
  }

  @Test
  void otherDiagonalStartsFollowTheirFormula() {
    assertThat(DiagonalInit.QUAD.system(3).lambdaIm()[2]).isCloseTo(-25 / Math.PI, within(1e-14));
    assertThat(DiagonalInit.INV2.system(3).lambdaIm()[1]).isCloseTo(-12 / Math.PI, within(1e-14));
    assertThat(DiagonalInit.QUAD.system(3).bRe()).containsOnly(1);
    assertThat(Banks.max(DiagonalInit.LEGS.system(32).bIm())).isEqualTo(2);
  }

  @Test
  void modesThatOnlyTheCorrectionDampsStayOffZero() {
    double[] one = new double[4];
    ModalParameters bank = Hippo.fouT(8).dplr().bank(new double[] {1}, one, one, new double[1]);
    assertThat(bank.lambdaRe()).containsOnly(-1e-4);
  }

  @Test
  void oddStateSizeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hippo.legS(7))
        .withMessageContaining("7")
        .withMessageContaining("even");
  }
}
