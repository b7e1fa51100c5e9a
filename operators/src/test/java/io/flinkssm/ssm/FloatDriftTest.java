package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.simd.Kernels;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How far the float32 recurrence drifts from the float64 one. {@code
 * -Dflinkssm.drift.samples=1000000} reproduces the figures of the package documentation.
 */
class FloatDriftTest {

  private static final Integer LONG = Integer.getInteger("flinkssm.drift.samples");
  private static final int BLOCK = 1000;
  private static final double[] DELTA = {1e-4, 1e-3, 1e-2, 1e-1};

  private static StateSpace system(String name) {
    Random random = new Random(9);
    int channels = DELTA.length;
    double[] cRe = Banks.gaussian(random, 32 * channels);
    double[] cIm = Banks.gaussian(random, 32 * channels);
    double[] d = new double[channels];
    return switch (name) {
      case "s4d" ->
          new DiagonalSystem(
              DiagonalInit.LIN.system(32).bank(DELTA, cRe, cIm, d), Discretization.ZOH);
      case "legs" -> new DplrSystem(Hippo.legS(64).dplr().bank(DELTA, cRe, cIm, d), 0);
      default -> new DplrSystem(Hippo.fouT(64).dplr().bank(DELTA, cRe, cIm, d), 0);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"s4d", "legs", "fout"})
  void floatStaysCloseToDouble(String name) {
    int samples = LONG == null ? 20_000 : LONG;
    StateSpace system = system(name);
    Kernels.Scan<double[]> exact = Kernels.float64().scan(system.discretize(1));
    Kernels.Scan<float[]> single = Kernels.float32().scan(system.discretize(1));
    int channels = DELTA.length;
    double[] x = new double[exact.system().stateLength()];
    float[] xf = new float[x.length];
    double[] u = new double[BLOCK * channels];
    float[] uf = new float[u.length];
    double[] y = new double[u.length];
    float[] yf = new float[u.length];
    double[] worst = new double[channels];
    double[] scale = new double[channels];
    Random random = new Random(10);
    var scratch = exact.newScratch();
    var scratchF = single.newScratch();
    for (int done = 0; done < samples; done += BLOCK) {
      for (int i = 0; i < u.length; i++) {
        // An offset on top of noise: slow modes fill up, which is when float32 hurts most.
        uf[i] = (float) (0.5 + random.nextGaussian());
        u[i] = uf[i];
      }
      exact.advance(x, 0, u, y, BLOCK, scratch);
      single.advance(xf, 0, uf, yf, BLOCK, scratchF);
      for (int i = 0; i < y.length; i++) {
        int h = i % channels;
        worst[h] = Math.max(worst[h], Math.abs(yf[i] - y[i]));
        scale[h] = Math.max(scale[h], Math.abs(y[i]));
      }
    }
    for (int h = 0; h < channels; h++) {
      double error = worst[h] / scale[h];
      if (LONG != null) {
        System.out.printf("%s, Δ = %.0e: %.1e of %.1f%n", name, DELTA[h], error, scale[h]);
      }
      // Rounding ā = 1 − Δ|λ| to float moves the decay rate by about 6e-8/(Δ|λ|).
      assertThat(error).as("%s Δ=%s", name, DELTA[h]).isLessThan(Math.max(1e-5, 1e-7 / DELTA[h]));
    }
  }
}
