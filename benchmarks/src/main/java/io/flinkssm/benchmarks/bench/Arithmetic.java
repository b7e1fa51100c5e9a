package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;

/**
 * Floating-point operations of a sample, and the bytes of parameters and state that a call must
 * move between the second-level cache and the core; a fused multiply-add counts as two.
 */
record Arithmetic(double flops, double bytesPerCall) {

  /** {@code x⁺ = a x + b u}, {@code y += Re c x⁺}: five, five and four operations. */
  private static final int S4D_MODE = 14;

  /** Also {@code δ += Re q x} and {@code + p δ}, four each. */
  private static final int DPLR_MODE = 22;

  /** Planes a, b, c read, x read and written; each of real and imaginary parts. */
  private static final int S4D_PLANES = 10;

  /** Also p and q. */
  private static final int DPLR_PLANES = 14;

  /** GELU, GLU, residual and layer norm of one channel; a division counts as one. */
  private static final int POSITION_WISE = 66;

  /** One layer's recurrence. */
  static Arithmetic scan(Layers.Kind kind, Layers.Shape shape) {
    boolean s4d = kind == Layers.Kind.S4D;
    double modes = (double) shape.channels() * shape.modes();
    return new Arithmetic(
        modes * (s4d ? S4D_MODE : DPLR_MODE),
        modes * (s4d ? S4D_PLANES : DPLR_PLANES) * Float.BYTES);
  }

  /** A whole model, but for the few operations of encoder, pooling and decoder. */
  static Arithmetic model(Layers.Kind kind, Layers.Shape shape) {
    Arithmetic scan = scan(kind, shape);
    double weights = 2.0 * shape.channels() * shape.channels();
    return new Arithmetic(
        shape.layers() * (scan.flops + 2 * weights + POSITION_WISE * shape.channels()),
        shape.layers() * (scan.bytesPerCall + weights * Float.BYTES));
  }

  /** Operations per byte of calls with so many samples. */
  double intensity(int samples) {
    return flops * samples / bytesPerCall;
  }
}
