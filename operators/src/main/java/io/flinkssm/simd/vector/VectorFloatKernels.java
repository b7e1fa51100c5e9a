package io.flinkssm.simd.vector;

import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.FloatKernels;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Taps;
import jdk.incubator.vector.FloatVector;

/** The float32 kernels on the Vector API; what gains nothing from it is inherited. */
public final class VectorFloatKernels extends FloatKernels {
  private static final int LEAST_LANES = 8;

  /**
   * Called by name.
   *
   * @throws UnsupportedOperationException if vectors are too short to gain from
   */
  public VectorFloatKernels() {
    int lanes = FloatVector.SPECIES_PREFERRED.length();
    if (lanes < LEAST_LANES) {
      throw new UnsupportedOperationException(
          "vectors hold " + lanes + " floats here, and at least " + LEAST_LANES + " are needed");
    }
  }

  @Override
  public String name() {
    return "float32-vector" + FloatVector.SPECIES_PREFERRED.vectorBitSize();
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
  public Kernels.Convolution<float[]> convolution(Taps taps, int points) {
    return new VectorConvolution(taps, points);
  }
}
