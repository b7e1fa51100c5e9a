package io.flinkssm.simd;

import java.util.Arrays;

/**
 * The float32 kernels in plain Java, in forms that the JIT compiler vectorises where it can. Other
 * providers extend this class by what they do better; users ask {@link Kernels#float32}.
 */
public class FloatKernels implements Kernels<float[]> {
  static final Kernels<float[]> INSTANCE = new FloatKernels();

  private static final float ROUNDER = 0x1p-74f;

  /** For providers. */
  protected FloatKernels() {}

  @Override
  public String name() {
    return "float32-scalar";
  }

  @Override
  public int elementBytes() {
    return Float.BYTES;
  }

  @Override
  public float[] allocate(int length) {
    return new float[length];
  }

  @Override
  public int length(float[] array) {
    return array.length;
  }

  @Override
  public double get(float[] array, int index) {
    return array[index];
  }

  @Override
  public void set(float[] array, int index, double value) {
    array[index] = (float) value;
  }

  @Override
  public void copy(float[] from, int fromOffset, float[] to, int toOffset, int length) {
    System.arraycopy(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void fromDouble(double[] from, int fromOffset, float[] to, int toOffset, int length) {
    for (int i = 0; i < length; i++) {
      to[toOffset + i] = (float) from[fromOffset + i];
    }
  }

  @Override
  public void toDouble(float[] from, int fromOffset, double[] to, int toOffset, int length) {
    for (int i = 0; i < length; i++) {
      to[toOffset + i] = from[fromOffset + i];
    }
  }

  @Override
  public void fromFloat(float[] from, int fromOffset, float[] to, int toOffset, int length) {
    System.arraycopy(from, fromOffset, to, toOffset, length);
  }

  @Override
  public void clear(float[] array, int offset, int length) {
    Arrays.fill(array, offset, offset + length, 0);
  }

  @Override
  public void flushTiny(float[] array, int offset, int length) {
    // Floats near 2^-74 are 2^-97 or 2^-98 apart: adding it rounds what is tiny away. Unlike a
    // comparison, this vectorises. From 2^-48 on, elements absorb the addition and stay as they
    // are.
    for (int i = offset; i < offset + length; i++) {
      array[i] = (array[i] + ROUNDER) - ROUNDER;
    }
  }

  @Override
  public Scan<float[]> scan(DiscreteSystem system) {
    return new FloatScan(system);
  }

  @Override
  public Linear<float[]> linear(double[] weight, double[] bias, int in, int out) {
    return new FloatLinear(weight, bias, in, out);
  }

  @Override
  public Convolution<float[]> convolution(Taps taps, int points) {
    return new FourierConvolution<>(this, taps, points);
  }

  @Override
  public void add(float[] x, float[] y, int length) {
    for (int i = 0; i < length; i++) {
      y[i] += x[i];
    }
  }

  @Override
  public void combine(double alpha, float[] x, double beta, float[] y, int length) {
    float a = (float) alpha;
    float b = (float) beta;
    for (int i = 0; i < length; i++) {
      y[i] = a * x[i] + b * y[i];
    }
  }

  @Override
  public void activate(Activation activation, float[] x, int length) {
    switch (activation) {
      case IDENTITY -> {}
      case RELU -> FloatFunctions.relu(x, length);
      case TANH -> FloatFunctions.tanh(x, length);
      case SIGMOID -> FloatFunctions.sigmoid(x, length);
      case GELU -> FloatFunctions.gelu(x, length);
      case SILU -> FloatFunctions.silu(x, length);
      case SOFTPLUS -> FloatFunctions.softplus(x, length);
    }
  }

  @Override
  public void glu(float[] ab, float[] y, int rows, int width) {
    // Halves are gathered first: then both loops run over whole arrays at one index.
    for (int r = 0; r < rows; r++) {
      System.arraycopy(ab, (2 * r + 1) * width, y, r * width, width);
      System.arraycopy(ab, 2 * r * width, ab, r * width, width);
    }
    int length = rows * width;
    FloatFunctions.sigmoid(y, length);
    for (int i = 0; i < length; i++) {
      y[i] *= ab[i];
    }
  }

  @Override
  public void layerNorm(float[] x, int rows, int width, float[] scale, float[] shift, double eps) {
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      float mean = sum(x, from, from + width) / width;
      float variance = sumOfSquares(x, from, from + width, mean) / width;
      float inverse = (float) (1 / Math.sqrt(variance + eps));
      for (int i = 0; i < width; i++) {
        x[from + i] = (x[from + i] - mean) * inverse * scale[i] + shift[i];
      }
    }
  }

  /** Four partial sums, because each addition waits for the one before it. */
  private static float sum(float[] x, int from, int to) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
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

  private static float sumOfSquares(float[] x, int from, int to, float mean) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      float d0 = x[i] - mean;
      float d1 = x[i + 1] - mean;
      float d2 = x[i + 2] - mean;
      float d3 = x[i + 3] - mean;
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < to; i++) {
      float d0 = x[i] - mean;
      s0 += d0 * d0;
    }
    return (s0 + s1) + (s2 + s3);
  }

  @Override
  public void affine(float[] x, int rows, int width, float[] scale, float[] shift) {
    for (int row = 0; row < rows; row++) {
      int from = row * width;
      for (int i = 0; i < width; i++) {
        x[from + i] = x[from + i] * scale[i] + shift[i];
      }
    }
  }

  @Override
  public void accumulate(float[] x, int from, int rows, int width, float[] sums, int offset) {
    for (int row = 0; row < rows; row++) {
      addToPairs(x, from + row * width, sums, offset, offset + width, width);
    }
  }

  /** Knuth's sum without error, the error to the tail, and head and tail apart again. */
  private static void addToPairs(
      float[] x, int from, float[] sums, int heads, int tails, int width) {
    for (int i = 0; i < width; i++) {
      float head = sums[heads + i];
      float sum = head + x[from + i];
      float added = sum - head;
      float lost = (head - (sum - added)) + (x[from + i] - added);
      float tail = sums[tails + i] + lost;
      head = sum + tail;
      sums[heads + i] = head;
      sums[tails + i] = tail - (head - sum);
    }
  }

  @Override
  public void quotient(float[] sums, int offset, int width, double divisor, float[] y, int to) {
    // The head is the pair rounded to a float.
    float d = (float) divisor;
    for (int i = 0; i < width; i++) {
      y[to + i] = sums[offset + i] / d;
    }
  }
}
