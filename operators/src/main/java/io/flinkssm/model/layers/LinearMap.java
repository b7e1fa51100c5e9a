package io.flinkssm.model.layers;

import io.flinkssm.model.Tensors;
import io.flinkssm.simd.Kernels;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A position-wise linear map {@code y = W x + bias} in double, as a checkpoint stores it. */
public final class LinearMap {
  private final int in;
  private final int out;
  private final double[] weight;
  private final double[] bias;

  /** One for each kernels that asked: models at several sampling rates share it. */
  private final Map<Kernels<?>, Kernels.Linear<?>> prepared = new ConcurrentHashMap<>();

  /**
   * A map.
   *
   * @param in width of x
   * @param out width of y
   * @param weight {@code [out][in]}
   * @param bias {@code [out]}, or null for none
   */
  public LinearMap(int in, int out, double[] weight, double[] bias) {
    this.in = in;
    this.out = out;
    this.weight = weight;
    this.bias = bias;
  }

  /** Reads {@code <prefix>weight} and {@code <prefix>bias}. */
  public static LinearMap read(Tensors tensors, String prefix, int in, int out) {
    return new LinearMap(
        in, out, tensors.take(prefix + "weight", out, in), tensors.take(prefix + "bias", out));
  }

  /** Width of x. */
  public int in() {
    return in;
  }

  /** Width of y. */
  public int out() {
    return out;
  }

  /** {@code [out][in]}, not to be changed. */
  double[] weight() {
    return weight;
  }

  /** {@code [out]}, null for none; not to be changed. */
  double[] bias() {
    return bias;
  }

  /** The identity. */
  public static LinearMap identity(int width) {
    double[] weight = new double[width * width];
    for (int i = 0; i < width; i++) {
      weight[i * width + i] = 1;
    }
    return new LinearMap(width, width, weight, null);
  }

  /** This map after {@code x ← scale ∘ x + offset}. */
  public LinearMap after(double[] scale, double[] offset) {
    double[] w = new double[weight.length];
    double[] b = bias == null ? new double[out] : bias.clone();
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        w[o * in + i] = weight[o * in + i] * scale[i];
        b[o] += weight[o * in + i] * offset[i];
      }
    }
    return new LinearMap(in, out, w, b);
  }

  /**
   * The part that acts on {@code count} inputs from {@code from}; only one part may keep the bias.
   */
  public LinearMap columns(int from, int count, boolean withBias) {
    double[] w = new double[out * count];
    for (int o = 0; o < out; o++) {
      System.arraycopy(weight, o * in + from, w, o * count, count);
    }
    return new LinearMap(count, out, w, withBias ? bias : null);
  }

  /**
   * For inputs laid out {@code [rows][columns]}, the map that takes them {@code [columns][rows]}.
   */
  public LinearMap forTransposedInput(int rows, int columns) {
    double[] w = new double[weight.length];
    for (int o = 0; o < out; o++) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          w[o * in + c * rows + r] = weight[o * in + r * columns + c];
        }
      }
    }
    return new LinearMap(in, out, w, bias);
  }

  /** In the precision of {@code kernels}. */
  @SuppressWarnings("unchecked") // made by these very kernels
  public <A> Kernels.Linear<A> prepare(Kernels<A> kernels) {
    return (Kernels.Linear<A>)
        prepared.computeIfAbsent(kernels, k -> k.linear(weight, bias, in, out));
  }
}
