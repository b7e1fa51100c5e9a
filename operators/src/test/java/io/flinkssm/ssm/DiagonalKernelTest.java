package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.GoldenFile;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.testing.Golden;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S4D kernels and steps with every option of the reference. */
class DiagonalKernelTest {

  private static final GoldenFile GOLDEN = Golden.file("03-s4d-kernel.json");

  private static StateSpace system(String name) {
    var options = GOLDEN.meta().path("cases").path(name);
    int heads = GOLDEN.tensor(name + ".C").shape()[0];
    return Banks.builder(GOLDEN, name + ".", "")
        .d(new double[heads * 4], heads, 4)
        .disc(Discretization.of(options.path("disc").asText()))
        .dtTransform(Transform.of(options.path("dt_transform").asText()))
        .realTransform(Transform.of(options.path("real_transform").asText()))
        .imagTransform(Transform.of(options.path("imag_transform").asText("none")))
        .dtFast(options.path("dt_fast").asBoolean())
        .bandlimit(options.has("bandlimit") ? options.get("bandlimit").asDouble() : null)
        .isReal(options.path("is_real").asBoolean())
        .build()
        .toStateSpace();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zoh.exp.lin",
        "bilinear.exp.lin",
        "dss.exp.lin",
        "zoh.relu.inv.softplusdt",
        "zoh.sigmoid.lin",
        "zoh.softplus.legs",
        "zoh.none.lin.untied_dt",
        "zoh.exp.lin.bandlimit0.5",
        "zoh.exp.lin.nssm2",
        "zoh.exp.lin.dt_fast",
        "zoh.exp.lin.channels2",
        "zoh.exp.real"
      })
  void kernelsAndStepsEqualTheReference(String name) {
    StateSpace system = system(name);
    double tolerance = name.startsWith("dss") ? 1e-6 : 1e-12;
    assertThat(Banks.error(system.kernel(1, 64), GOLDEN.tensor(name + ".K").data()))
        .isLessThan(tolerance);
    assertThat(Banks.error(system.kernel(0.5, 128), GOLDEN.tensor(name + ".K.rate0.5.L128").data()))
        .isLessThan(tolerance);
    if (system.streams()) {
      double[] expected = GOLDEN.tensor(name + ".K.rate0.5.L128").data();
      assertThat(Banks.error(impulseResponse(Kernels.float64(), system, 0.5, 128), expected))
          .isLessThan(1e-12);
      assertThat(Banks.error(impulseResponse(Kernels.float32(), system, 0.5, 128), expected))
          .isLessThan(1e-4 * Banks.max(expected));
      stepEqualsTheReference(system.discretize(1), name);
    }
  }

  private static <A> double[] impulseResponse(
      Kernels<A> kernels, StateSpace system, double rate, int length) {
    int width = system.channels();
    double[] u = new double[length * width];
    Arrays.fill(u, 0, width, 1);
    double[] y = Banks.advance(kernels, system, rate, u, length, null);
    double[] kernel = new double[y.length];
    int rows = width * system.heads();
    for (int i = 0; i < y.length; i++) {
      kernel[i % rows * length + i / rows] = y[i];
    }
    return kernel;
  }

  private static void stepEqualsTheReference(DiscreteSystem step, String name) {
    GoldenFile.Tensor dA = GOLDEN.tensor(name + ".dA");
    GoldenFile.Tensor dB = GOLDEN.tensor(name + ".dB");
    GoldenFile.Tensor b = GOLDEN.tensor(name + ".B");
    int modes = step.modes();
    int copies = b.shape()[1];
    boolean real = !dA.complex();
    double worst = 0;
    for (int h = 0; h < step.channels(); h++) {
      for (int n = 0; n < modes; n++) {
        int i = n * step.channels() + h;
        int at = h * modes + n;
        int shared = h % copies * modes + n;
        double wantedRe = real ? dA.data()[at] : dA.re()[at];
        double wantedIm = real ? 0 : dA.im()[at];
        worst = Math.max(worst, Math.abs(step.aRe()[i] - wantedRe));
        worst = Math.max(worst, Math.abs(step.aIm()[i] - wantedIm));
        double bRe = real ? b.data()[shared] : b.re()[shared];
        double bIm = real ? 0 : b.im()[shared];
        double dBRe = real ? dB.data()[at] : dB.re()[at];
        double dBIm = real ? 0 : dB.im()[at];
        worst = Math.max(worst, Math.abs(bRe * step.bRe()[i] - bIm * step.bIm()[i] - dBRe));
        worst = Math.max(worst, Math.abs(bRe * step.bIm()[i] + bIm * step.bRe()[i] - dBIm));
      }
    }
    assertThat(worst).isLessThan(1e-12);
  }

  @Test
  void minimalS4dEqualsTheReference() {
    StateSpace system =
        S4KernelParameters.minimalS4d(
                GOLDEN.tensor("s4dpy.log_dt").data(),
                GOLDEN.tensor("s4dpy.C").data(),
                GOLDEN.tensor("s4dpy.log_A_real").data(),
                GOLDEN.tensor("s4dpy.A_imag").data(),
                new double[4])
            .toStateSpace();
    assertThat(Banks.error(system.kernel(1, 1024), GOLDEN.tensor("s4dpy.K.L1024").data()))
        .isLessThan(1e-12);
    double[] expected = GOLDEN.tensor("s4dpy.K.L1024").data();
    assertThat(Banks.error(impulseResponse(Kernels.float64(), system, 1, 1024), expected))
        .isLessThan(1e-12);
    assertThat(Banks.error(impulseResponse(Kernels.float32(), system, 1, 1024), expected))
        .isLessThan(1e-4 * Banks.max(expected));
    double[] kernel = system.kernel(1, 16384);
    int[] taps = GOLDEN.tensor("s4dpy.taps").ints();
    double[] picked = new double[4 * taps.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = kernel[i / taps.length * 16384 + taps[i % taps.length]];
    }
    assertThat(Banks.error(picked, GOLDEN.tensor("s4dpy.K.L16384.taps").data())).isLessThan(1e-12);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-300, 1e-170, 1e-17, 1e-9, 1e-5})
  void integratorIsTheLimitOfSlowModes(double size) {
    for (Discretization disc : new Discretization[] {Discretization.ZOH, Discretization.BILINEAR}) {
      Discretization.Mode mode = disc.mode(0.1, -size, -size);
      assertThat(Math.hypot(mode.bRe() - 0.1, mode.bIm())).isLessThanOrEqualTo(0.01 * size + 1e-17);
      assertThat(Math.hypot(mode.aRe() - 1, mode.aIm())).isLessThanOrEqualTo(0.15 * size);
    }
  }

  @Test
  void bilinearModeThatVanishesHasAFiniteKernel() {
    ModalParameters p =
        new ModalParameters(
            1,
            1,
            0,
            1,
            false,
            new double[] {1},
            new double[] {-2},
            new double[1],
            new double[] {1},
            new double[1],
            new double[0],
            new double[0],
            new double[] {1},
            new double[1],
            new double[1]);
    double[] expected = new double[100];
    expected[0] = 1;
    assertThat(new DiagonalSystem(p, Discretization.BILINEAR).kernel(1, 100))
        .containsExactly(expected);
  }
}
