package io.flinkssm.simd;

/** Placeholder until the kernels land. */
final class FloatKernels {
  static final Kernels<float[]> INSTANCE = null;

  private FloatKernels() {}
}
