package io.flinkssm.model.s4;

import io.flinkssm.model.layers.Nonlinearity;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.CausalConvolution;
import io.flinkssm.ssm.StateSpace;

/**
 * An {@link S4Layer} at one step Δ in one precision. Immutable but for the cached convolution, and
 * thread-safe.
 */
final class DiscreteLayer<A> {

  /** Scratch of one caller. */
  record Scratch(Kernels.Scratch scan, Kernels.Scratch output) {}

  /** A convolution for windows of up to {@code samples}. */
  private record Cached(int samples, CausalConvolution convolution) {}

  private static final int MIN_TAPS = 64;

  private final Kernels<A> kernels;
  private final S4Layer layer;
  private final double rate;
  private final Kernels.Scan<A> scan;
  private final Kernels.Linear<A> output;
  private volatile Cached cached;

  DiscreteLayer(S4Layer layer, double rate, Kernels<A> kernels) {
    StateSpace system = layer.system();
    this.kernels = kernels;
    this.layer = layer;
    this.rate = rate;
    this.scan = system.streams() ? kernels.scan(system.discretize(rate)) : null;
    this.output = layer.output() == null ? null : layer.output().prepare(kernels);
  }

  Scratch newScratch() {
    return new Scratch(
        scan == null ? null : scan.newScratch(), output == null ? null : output.newScratch());
  }

  /** The recurrent view: {@code u} and {@code y} are {@code [rows][width]} and differ. */
  void advance(Runs<A> runs, int offset, A u, A y, Scratch scratch, Buffers<A> buffers) {
    scan.advance(runs, offset, u, buffers.system, scratch.scan);
    positionWise(y, runs.samples(), scratch, buffers);
  }

  /** The convolutional view, the state space in double; {@code state} may be null. */
  void convolve(A state, int offset, A u, A y, int rows, Scratch scratch, Buffers<A> buffers) {
    int width = layer.width();
    int length = 2 * layer.system().modes() * width;
    double[] in = new double[rows * width];
    double[] out = new double[rows * layer.systemWidth()];
    double[] x = state == null ? null : new double[length];
    kernels.toDouble(u, 0, in, 0, in.length);
    if (x != null) {
      kernels.toDouble(state, offset, x, 0, length);
    }
    convolutionFor(rows).apply(in, out, rows, x);
    if (x != null) {
      kernels.fromDouble(x, 0, state, offset, length);
    }
    kernels.fromDouble(out, 0, buffers.system, 0, out.length);
    positionWise(y, rows, scratch, buffers);
  }

  private void positionWise(A y, int rows, Scratch scratch, Buffers<A> buffers) {
    int width = layer.width();
    Nonlinearity last = layer.finalActivation();
    A inner =
        layer.activation().apply(kernels, buffers.system, buffers.inner, rows, layer.innerWidth());
    if (output != null) {
      output.apply(inner, buffers.result, rows, scratch.output);
      inner = last.apply(kernels, buffers.result, y, rows, width);
    }
    if (inner != y) {
      kernels.copy(inner, 0, y, 0, rows * width);
    }
  }

  /**
   * Kernels are dear, so the last is kept. It is made for a power of two, so that few lengths
   * occur; systems that do not stream may have kernels that depend on the very length.
   */
  private CausalConvolution convolutionFor(int samples) {
    boolean anyLength = layer.system().streams();
    Cached kept = cached;
    if (kept == null || (anyLength ? kept.samples < samples : kept.samples != samples)) {
      int length = anyLength ? Math.max(MIN_TAPS, roundUp(samples)) : samples;
      kept = new Cached(length, CausalConvolution.of(layer.system(), rate, length));
      cached = kept;
    }
    return kept.convolution;
  }

  private static int roundUp(int samples) {
    int power = Integer.highestOneBit(samples);
    return power == samples || power == 1 << 30 ? samples : 2 * power;
  }
}
