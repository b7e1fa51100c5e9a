package io.flinkssm.simd;

import java.util.Arrays;

/** The float64 kernels in plain Java: line by line the float32 ones, with exact functions. */
final class DoubleKernels implements Kernels<double[]> {
  static final Kernels<double[]> INSTANCE = new DoubleKernels();

  private static final double TINY = 1e-30;

  private DoubleKernels() {}

  @Override
  public String name() {
    return "float64-scalar";
  }

  @Override
  public int elementBytes() {
    return Double.BYTES;
  }

  @Override
  public double[] allocate(int length) {
    return new double[length];
  }

  @Override
  public int length(double[] array) {
    return array.length;
  }

  @Override
  public double get(double[] array, int index) {
    return array[index];
  }

  @Override
  public void set(double[] array, int index, double value) {
    array[index] = value;
  }

  @Override
  public void copy(double[] from, int fromOffset, double[] to, int toOffset, int length) {
    System.arraycopy(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void fromDouble(double[] from, int fromOffset, double[] to, int toOffset, int length) {
    System.arraycopy(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void toDouble(double[] from, int fromOffset, double[] to, int toOffset, int length) {
    System.arraycopy(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void fromFloat(float[] from, int fromOffset, double[] to, int toOffset, int length) {
    for (int i = 0; i < length; i++) {
      to[toOffset + i] = from[fromOffset + i];
    }
  }

  @Override
  public void clear(double[] array, int offset, int length) {
    Arrays.fill(array, offset, offset + length, 0);
  }

  @Override
  public void flushTiny(double[] array, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (Math.abs(array[i]) < TINY) {
        array[i] = 0;
      }
    }
  }

  @Override
  public Scan<double[]> scan(DiscreteSystem system) {
    return new DoubleScan(system);
  }

  @Override
  public Linear<double[]> linear(double[] weight, double[] bias, int in, int out) {
    return new DoubleLinear(weight, bias, in, out);
  }

  @Override
  public Convolution<double[]> convolution(Taps taps, int points) {
    return new FourierConvolution<>(this, taps, points);
  }

  @Override
  public void add(double[] x, double[] y, int length) {
    for (int i = 0; i < length; i++) {
      y[i] += x[i];
    }
  }

  @Override
  public void combine(double alpha, double[] x, double beta, double[] y, int length) {
    double a = alpha;
    double b = beta;
    for (int i = 0; i < length; i++) {
      y[i] = a * x[i] + b * y[i];
    }
  }

  @Override
  public void activate(Activation activation, double[] x, int length) {
    switch (activation) {
      case IDENTITY -> {}
      case RELU -> DoubleFunctions.relu(x, length);
      case TANH -> DoubleFunctions.tanh(x, length);
      case SIGMOID -> DoubleFunctions.sigmoid(x, length);
      case GELU -> DoubleFunctions.gelu(x, length);
      case SILU -> DoubleFunctions.silu(x, length);
      case SOFTPLUS -> DoubleFunctions.softplus(x, length);
    }
  }

  @Override
  public void glu(double[] ab, double[] y, int rows, int width) {
    // Halves are gathered first: then both loops run over whole arrays at one index.
    for (int r = 0; r < rows; r++) {
      System.arraycopy(ab, (2 * r + 1) * width, y, r * width, width);
      System.arraycopy(ab, 2 * r * width, ab, r * width, width);
    }
    int length = rows * width;
    DoubleFunctions.sigmoid(y, length);
    for (int i = 0; i < length; i++) {
      y[i] *= ab[i];
    }
  }

  @Override
  public void layerNorm(
      double[] x, int rows, int width, double[] scale, double[] shift, double eps) {
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      double mean = sum(x, from, from + width) / width;
      double variance = sumOfSquares(x, from, from + width, mean) / width;
      double inverse = (1 / Math.sqrt(variance + eps));
      for (int i = 0; i < width; i++) {
        x[from + i] = (x[from + i] - mean) * inverse * scale[i] + shift[i];
      }
    }
  }

  /** Four partial sums, because each addition waits for the one before it. */
  private static double sum(double[] x, int from, int to) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      s0 += x[i];
      s1 += x[i + 1];
      s2 += x[i + 2];
      s3 += x[i + 3];
    }
    for (; i < to; i++) {
      s0 += x[i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static double sumOfSquares(double[] x, int from, int to, double mean) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      double d0 = x[i] - mean;
      double d1 = x[i + 1] - mean;
      double d2 = x[i + 2] - mean;
      double d3 = x[i + 3] - mean;
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < to; i++) {
      double d0 = x[i] - mean;
      s0 += d0 * d0;
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public void affine(double[] x, int rows, int width, double[] scale, double[] shift) {
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      for (int i = 0; i < width; i++) {
        x[from + i] = x[from + i] * scale[i] + shift[i];
      }
    }
  }

  @Override
  public void accumulate(double[] x, int from, int rows, int width, double[] sums, int offset) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        sums[offset + i] += x[from + row * width + i];
      }
    }
  }

  @Override
  public void quotient(double[] sums, int offset, int width, double divisor, double[] y, int to) {
    for (int i = 0; i < width; i++) {
      y[to + i] = (sums[offset + i] + sums[offset + width + i]) / divisor;
    }
  }
}
