package io.flinkssm.simd;

/** Placeholder until the kernels land. */
final class DoubleKernels {
  static final Kernels<double[]> INSTANCE = null;

  private DoubleKernels() {}
}
