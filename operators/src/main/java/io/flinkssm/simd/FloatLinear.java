package io.flinkssm.simd;

/**
 * {@code y = W x + bias} in float32, as a sum of weight columns: a loop over outputs has no
 * reduction, so it vectorises. Four columns at a time save three loads and stores of y in four;
 * rows go in blocks, so that four columns are read once per block.
 */
final class FloatLinear implements Kernels.Linear<float[]> {
  /** Rows per pass over the weights. */
  private static final int BLOCK = 8;

  private final int in;
  private final int out;
  private final float[][] columns;
  private final float[] bias;

  FloatLinear(double[] weight, double[] bias, int in, int out) {
    this.in = in;
    this.out = out;
    this.columns = new float[in][out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        columns[i][o] = (float) weight[o * in + i];
      }
    }
    this.bias = new float[out];
    if (bias != null) {
      for (int o = 0; o < out; o++) {
        this.bias[o] = (float) bias[o];
      }
    }
  }

  @Override
  public int in() {
    return in;
  }

  @Override
  public int out() {
    return out;
  }

  @Override
  public Kernels.Scratch newScratch() {
    return new Rows(new float[BLOCK][out]);
  }

  @Override
  public void apply(float[] x, float[] y, int rows, Kernels.Scratch scratch) {
    float[][] sums = ((Rows) scratch).sums;
    for (int row = 0; row < rows; row += BLOCK) {
      block(x, y, row, Math.min(BLOCK, rows - row), sums);
    }
  }

  private void block(float[] x, float[] y, int from, int count, float[][] sums) {
    for (int r = 0; r < count; r++) {
      System.arraycopy(bias, 0, sums[r], 0, out);
    }
    int i = 0;
    for (; i + 4 <= in; i += 4) {
      float[] w0 = columns[i];
      float[] w1 = columns[i + 1];
      float[] w2 = columns[i + 2];
      float[] w3 = columns[i + 3];
      for (int r = 0; r < count; r++) {
        int k = (from + r) * in + i;
        FloatLoops.addFour(x[k], w0, x[k + 1], w1, x[k + 2], w2, x[k + 3], w3, sums[r]);
      }
    }
    for (; i < in; i++) {
      for (int r = 0; r < count; r++) {
        FloatLoops.addOne(x[(from + r) * in + i], columns[i], sums[r]);
      }
    }
    for (int r = 0; r < count; r++) {
      System.arraycopy(sums[r], 0, y, (from + r) * out, out);
    }
  }

  /** Sums of one caller's block of rows. */
  private record Rows(float[][] sums) implements Kernels.Scratch {}
}
