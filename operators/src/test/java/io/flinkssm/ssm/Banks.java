package io.flinkssm.ssm;

import io.flinkssm.model.GoldenFile;
import io.flinkssm.simd.Kernels;
import java.util.Random;

/** Banks of systems for tests, both ways to run them, and error measures. */
final class Banks {

  private Banks() {}

  /** A builder filled with the tensors of a golden case; {@code skip} names D. */
  static S4KernelParameters.Builder builder(GoldenFile file, String kernel, String skip) {
    S4KernelParameters.Builder builder = S4KernelParameters.builder();
    for (String name : file.names()) {
      if (!name.startsWith(kernel)) {
        continue;
      }
      GoldenFile.Tensor tensor = file.tensor(name);
      switch (name.substring(kernel.length())) {
        case "inv_dt" -> builder.invDt(tensor.data(), tensor.shape());
        case "A_real" -> builder.aReal(tensor.data(), tensor.shape());
        case "A_imag" -> builder.aImag(tensor.data(), tensor.shape());
        case "B" -> builder.b(tensor.data(), tensor.shape());
        case "C" -> builder.c(tensor.data(), tensor.shape());
        case "P" -> builder.p(tensor.data(), tensor.shape());
        case "l_kernel" -> builder.lKernel((long) tensor.data()[0]);
        default -> {}
      }
    }
    GoldenFile.Tensor d = file.names().contains(skip) ? file.tensor(skip) : null;
    if (d != null) {
      builder.d(d.data(), d.shape());
    }
    return builder;
  }

  /** A stable random diagonal bank. */
  static StateSpace diagonal(
      Random random, Discretization disc, int channels, int modes, int heads) {
    return new DiagonalSystem(parameters(random, channels, modes, 0, heads, false), disc);
  }

  /** A stable random DPLR bank. */
  static DplrSystem dplr(
      Random random, int channels, int modes, int rank, int heads, int storedLength) {
    return new DplrSystem(parameters(random, channels, modes, rank, heads, false), storedLength);
  }

  /** Random parameters with Δ of 0.01 to 0.1 and frequencies up to 3 rad a sample. */
  static ModalParameters parameters(
      Random random, int channels, int modes, int rank, int heads, boolean bidirectional) {
    int mh = modes * channels;
    double[] delta = new double[mh];
    double[] lambdaRe = new double[mh];
    double[] lambdaIm = new double[mh];
    for (int h = 0; h < channels; h++) {
      double step = 0.01 * Math.pow(10, random.nextDouble());
      for (int n = 0; n < modes; n++) {
        int i = n * channels + h;
        delta[i] = step;
        lambdaRe[i] = -0.2 - random.nextDouble();
        lambdaIm[i] = -30 * random.nextDouble();
      }
    }
    int rows = heads * (bidirectional ? 2 : 1);
    return new ModalParameters(
        channels,
        modes,
        rank,
        heads,
        bidirectional,
        delta,
        lambdaRe,
        lambdaIm,
        gaussian(random, mh),
        gaussian(random, mh),
        gaussian(random, rank * mh),
        gaussian(random, rank * mh),
        gaussian(random, rows * mh),
        gaussian(random, rows * mh),
        gaussian(random, heads * channels));
  }

  static double[] gaussian(Random random, int length) {
    double[] out = new double[length];
    for (int i = 0; i < length; i++) {
      out[i] = random.nextGaussian();
    }
    return out;
  }

  /** The recurrent view in double; updates {@code state} if it is not null. */
  static double[] advance(StateSpace system, double rate, double[] u, int samples, double[] state) {
    return advance(Kernels.float64(), system, rate, u, samples, state);
  }

  /** The recurrent view in the precision of {@code kernels}. */
  static <A> double[] advance(
      Kernels<A> kernels, StateSpace system, double rate, double[] u, int samples, double[] state) {
    Kernels.Scan<A> scan = kernels.scan(system.discretize(rate));
    int stateLength = scan.system().stateLength();
    A x = kernels.allocate(stateLength);
    if (state != null) {
      kernels.fromDouble(state, 0, x, 0, stateLength);
    }
    A in = kernels.allocate(samples * system.channels());
    A out = kernels.allocate(samples * system.channels() * system.heads());
    kernels.fromDouble(u, 0, in, 0, kernels.length(in));
    scan.advance(x, 0, in, out, samples, scan.newScratch());
    double[] y = new double[kernels.length(out)];
    kernels.toDouble(out, 0, y, 0, y.length);
    if (state != null) {
      kernels.toDouble(x, 0, state, 0, stateLength);
    }
    return y;
  }

  /** The convolutional view. */
  static double[] convolve(StateSpace system, double rate, double[] u, int samples) {
    return apply(
        CausalConvolution.of(system, Kernels.float64(), rate, samples), system, u, samples);
  }

  /** Convolves a window. */
  static double[] apply(
      CausalConvolution<double[]> convolution, StateSpace system, double[] u, int samples) {
    double[] y = new double[samples * system.channels() * system.heads()];
    convolution.apply(u, y, samples, convolution.newScratch());
    return y;
  }

  /** One item of a batch {@code (B, L, H)}. */
  static double[] item(GoldenFile.Tensor tensor, int index) {
    int size = tensor.data().length / tensor.shape()[0];
    return java.util.Arrays.copyOfRange(tensor.data(), index * size, (index + 1) * size);
  }

  /** Largest absolute difference. */
  static double error(double[] actual, double[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(actual.length + " values, expected " + expected.length);
    }
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      worst = error > worst || Double.isNaN(error) ? error : worst;
    }
    return worst;
  }

  /** Largest absolute value. */
  static double max(double[] values) {
    double worst = 0;
    for (double value : values) {
      worst = Math.max(worst, Math.abs(value));
    }
    return worst;
  }
}
