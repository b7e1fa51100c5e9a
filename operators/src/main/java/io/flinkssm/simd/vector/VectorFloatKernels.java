package io.flinkssm.simd.vector;

import io.flinkssm.simd.Activation;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.FloatKernels;
import io.flinkssm.simd.Kernels;

/** The float32 kernels on the Vector API; what gains nothing from it is inherited. */
public final class VectorFloatKernels extends FloatKernels {
  private static final int LEAST_LANES = 8;

  /**
   * Called by name.
   *
   * @throws UnsupportedOperationException if vectors are too short to gain from
   */
  public VectorFloatKernels() {
    if (Lanes.LANES < LEAST_LANES) {
      throw new UnsupportedOperationException(
          "vectors hold "
              + Lanes.LANES
              + " floats here, and at least "
              + LEAST_LANES
              + " are needed");
    }
  }

  @Override
  public String name() {
    return "float32-vector" + Lanes.SPECIES.vectorBitSize();
  }

  @Override
  public Kernels.Scan<float[]> scan(DiscreteSystem system) {
    return VectorFloatScan.supports(system) ? new VectorFloatScan(system) : super.scan(system);
  }

  @Override
  public Kernels.Linear<float[]> linear(double[] weight, double[] bias, int in, int out) {
    return new VectorFloatLinear(weight, bias, in, out);
  }

  @Override
  public void activate(Activation activation, float[] x, int length) {
    switch (activation) {
      case TANH -> VectorFunctions.tanh(x, length);
      case SIGMOID -> VectorFunctions.sigmoid(x, length);
      case GELU -> VectorFunctions.gelu(x, length);
      case SILU -> VectorFunctions.silu(x, length);
      case IDENTITY, RELU, SOFTPLUS -> super.activate(activation, x, length);
    }
  }

  @Override
  public void glu(float[] ab, float[] y, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      int from = 2 * row * width;
      VectorFunctions.gate(ab, from, ab, from + width, y, row * width, width);
    }
  }

  @Override
  public void layerNorm(float[] x, int rows, int width, float[] scale, float[] shift, double eps) {
    for (int row = 0; row < rows; row++) {
      VectorRows.normalise(x, row * width, width, scale, shift, eps);
    }
  }

  @Override
  public void affine(float[] x, int rows, int width, float[] scale, float[] shift) {
    for (int row = 0; row < rows; row++) {
      VectorRows.affine(x, row * width, width, scale, shift);
    }
  }

  @Override
  public void accumulate(float[] x, int from, int rows, int width, float[] sums, int offset) {
    for (int row = 0; row < rows; row++) {
      VectorRows.accumulate(x, from + row * width, sums, offset, offset + width, width);
    }
  }

  @Override
  public void quotient(float[] sums, int offset, int width, double divisor, float[] y, int to) {
    VectorRows.quotient(sums, offset, width, (float) divisor, y, to);
  }
}
