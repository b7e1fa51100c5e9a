package io.flinkssm.jobs.blas;

import io.flinkssm.simd.Kernels;

/**
 * {@code y = W x + bias} by ND4J for blocks of rows; fewer rows than one block go to plain Java.
 *
 * <p>Rows of samples are columns to BLAS: {@code Y = W X} with all three column by column, which is
 * how it multiplies fastest. The last block takes rows of the one before, too, and gives the same.
 */
final class BlasLinear<A> implements Kernels.Linear<A> {
  /** Rows of a product: the parts in which windows go through a network. */
  static final int BLOCK = 256;

  /** A smaller matrix is not worth the way out of the heap and back. */
  private static final int LEAST_WEIGHTS = 4096;

  private final Nd4j nd4j;
  private final Kernels<A> kernels;
  private final Kernels.Linear<A> few;
  private final Nd4j.Matrix weights;
  private final A bias;

  private BlasLinear(
      Nd4j nd4j, Kernels<A> kernels, Kernels.Linear<A> few, double[] weight, double[] bias) {
    int in = few.in();
    int out = few.out();
    this.nd4j = nd4j;
    this.kernels = kernels;
    this.few = few;
    double[] columns = new double[in * out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        columns[i * out + o] = weight[o * in + i];
      }
    }
    weights = nd4j.matrix(kernels.elementBytes(), out, in);
    weights.put(ofKind(kernels, columns), 0, columns.length);
    this.bias = bias == null ? null : ofKind(kernels, bias);
  }

  /** The map by BLAS if it is large enough, else as it is. */
  static <A> Kernels.Linear<A> of(
      Nd4j nd4j, Kernels<A> kernels, Kernels.Linear<A> few, double[] weight, double[] bias) {
    return weight.length < LEAST_WEIGHTS ? few : new BlasLinear<>(nd4j, kernels, few, weight, bias);
  }

  private static <A> A ofKind(Kernels<A> kernels, double[] values) {
    A array = kernels.allocate(values.length);
    kernels.fromDouble(values, 0, array, 0, values.length);
    return array;
  }

  @Override
  public int in() {
    return few.in();
  }

  @Override
  public int out() {
    return few.out();
  }

  @Override
  public Kernels.Scratch newScratch() {
    int bytes = kernels.elementBytes();
    return new Blocks(
        nd4j.matrix(bytes, in(), BLOCK), nd4j.matrix(bytes, out(), BLOCK), few.newScratch());
  }

  @Override
  public void apply(A x, A y, int rows, Kernels.Scratch scratch) {
    Blocks blocks = (Blocks) scratch;
    if (rows < BLOCK) {
      few.apply(x, y, rows, blocks.few);
      return;
    }
    for (int row = 0; row < rows; row += BLOCK) {
      int from = Math.min(row, rows - BLOCK);
      blocks.x.put(x, from * in(), BLOCK * in());
      nd4j.multiply(weights, blocks.x, blocks.y);
      blocks.y.get(y, from * out(), BLOCK * out());
      if (bias != null) {
        addBias(y, from * out());
      }
    }
  }

  private void addBias(A y, int from) {
    int end = from + BLOCK * out();
    if (y instanceof float[] floats) {
      for (int row = from; row < end; row += out()) {
        add((float[]) bias, floats, row);
      }
    } else {
      for (int row = from; row < end; row += out()) {
        add((double[]) bias, (double[]) y, row);
      }
    }
  }

  private static void add(float[] bias, float[] y, int from) {
    for (int o = 0; o < bias.length; o++) {
      y[from + o] += bias[o];
    }
  }

  private static void add(double[] bias, double[] y, int from) {
    for (int o = 0; o < bias.length; o++) {
      y[from + o] += bias[o];
    }
  }

  /** One caller's blocks of rows outside the heap. */
  private record Blocks(Nd4j.Matrix x, Nd4j.Matrix y, Kernels.Scratch few)
      implements Kernels.Scratch {}
}
