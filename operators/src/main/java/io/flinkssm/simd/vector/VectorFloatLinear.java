package io.flinkssm.simd.vector;

import static io.flinkssm.simd.vector.Lanes.LANES;
import static io.flinkssm.simd.vector.Lanes.SPECIES;

import io.flinkssm.simd.Kernels;
import jdk.incubator.vector.FloatVector;

/**
 * {@code y = W x + bias}. Weights lie in panels of two vectors of outputs, {@code
 * [panel][in][PANEL]}, the last panel padded with zeros.
 *
 * <p>Many rows: six rows by one panel fill twelve registers with sums, which hides the latency of
 * the additions and reads each weight once for six rows. One row: four panels at once, eight sums,
 * as fast as the weights come from the cache. Every output is one chain of fused multiply-adds over
 * the inputs in order, starting at the bias, so that its bits depend on its row alone.
 */
final class VectorFloatLinear implements Kernels.Linear<float[]> {
  private static final int PANEL = 2 * LANES;

  /** Rows of a tile. */
  private static final int ROWS = 6;

  /** Tiles that pass by one panel before the next one is fetched. */
  private static final int TILES = 8;

  private final int in;
  private final int out;
  private final int panels;
  private final float[] weight;
  private final int first;
  private final float[] bias;

  VectorFloatLinear(double[] weight, double[] bias, int in, int out) {
    this.in = in;
    this.out = out;
    this.panels = (out + PANEL - 1) / PANEL;
    CacheLines.Slice slice = CacheLines.allocate(panels * in * PANEL);
    this.weight = slice.array();
    this.first = slice.offset();
    this.bias = new float[panels * PANEL];
    for (int o = 0; o < out; o++) {
      this.bias[o] = bias == null ? 0 : (float) bias[o];
      for (int i = 0; i < in; i++) {
        this.weight[first + (o / PANEL * in + i) * PANEL + o % PANEL] = (float) weight[o * in + i];
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
    return new Scratch(new float[TILES * ROWS * in], new float[ROWS * PANEL]);
  }

  @Override
  public void apply(float[] x, float[] y, int rows, Kernels.Scratch scratch) {
    Scratch s = (Scratch) scratch;
    if (rows == 1) {
      one(x, y, s.sums);
      return;
    }
    for (int from = 0; from < rows; from += TILES * ROWS) {
      block(x, y, from, Math.min(TILES * ROWS, rows - from), s);
    }
  }

  private void one(float[] x, float[] y, float[] sums) {
    int step = in * PANEL;
    for (int p = 0; p < panels; p += 4) {
      // Past the end the last panel is repeated, which costs nothing: sums wait for additions.
      int p1 = Math.min(p + 1, panels - 1);
      int p2 = Math.min(p + 2, panels - 1);
      int p3 = Math.min(p + 3, panels - 1);
      System.arraycopy(bias, p * PANEL, sums, 0, Math.min(4, panels - p) * PANEL);
      fourPanels(
          weight,
          first + p * step,
          first + p1 * step,
          first + p2 * step,
          first + p3 * step,
          x,
          in,
          sums);
      System.arraycopy(sums, 0, y, p * PANEL, Math.min(4 * PANEL, out - p * PANEL));
    }
  }

  private void block(float[] x, float[] y, int from, int count, Scratch s) {
    int tiles = (count + ROWS - 1) / ROWS;
    int last = from + count - 1;
    for (int r = 0; r < tiles * ROWS; r++) {
      // Past the end the last row is repeated, and written again with the same bits.
      interleave(x, Math.min(from + r, last) * in, in, s.x, r / ROWS * ROWS * in + r % ROWS);
    }
    for (int p = 0; p < panels; p++) {
      boolean whole = (p + 1) * PANEL <= out;
      for (int t = 0; t < tiles; t++) {
        int r = from + t * ROWS;
        if (whole) {
          int to = p * PANEL;
          sixRows(
              weight,
              first + p * in * PANEL,
              s.x,
              t * ROWS * in,
              in,
              bias,
              p * PANEL,
              y,
              to + r * out,
              to + Math.min(r + 1, last) * out,
              to + Math.min(r + 2, last) * out,
              to + Math.min(r + 3, last) * out,
              to + Math.min(r + 4, last) * out,
              to + Math.min(r + 5, last) * out);
        } else {
          sixRows(
              weight,
              first + p * in * PANEL,
              s.x,
              t * ROWS * in,
              in,
              bias,
              p * PANEL,
              s.sums,
              0,
              PANEL,
              2 * PANEL,
              3 * PANEL,
              4 * PANEL,
              5 * PANEL);
          for (int k = 0; k < ROWS && r + k <= last; k++) {
            System.arraycopy(s.sums, k * PANEL, y, (r + k) * out + p * PANEL, out - p * PANEL);
          }
        }
      }
    }
  }

  /** Spreads a row over every sixth element: one index then serves all rows of a tile. */
  private static void interleave(float[] x, int from, int count, float[] to, int offset) {
    for (int i = 0; i < count; i++) {
      to[offset + ROWS * i] = x[from + i];
    }
  }

  /** One panel times six interleaved rows, written to six places of y. */
  private static void sixRows(
      float[] weight,
      int w,
      float[] x,
      int x0,
      int in,
      float[] bias,
      int b,
      float[] y,
      int y0,
      int y1,
      int y2,
      int y3,
      int y4,
      int y5) {
    FloatVector left = FloatVector.fromArray(SPECIES, bias, b);
    FloatVector right = FloatVector.fromArray(SPECIES, bias, b + LANES);
    FloatVector left0 = left;
    FloatVector left1 = left;
    FloatVector left2 = left;
    FloatVector left3 = left;
    FloatVector left4 = left;
    FloatVector left5 = left;
    FloatVector right0 = right;
    FloatVector right1 = right;
    FloatVector right2 = right;
    FloatVector right3 = right;
    FloatVector right4 = right;
    FloatVector right5 = right;
    for (int i = 0; i < in; i++) {
      left = FloatVector.fromArray(SPECIES, weight, w + i * PANEL);
      right = FloatVector.fromArray(SPECIES, weight, w + i * PANEL + LANES);
      int k = x0 + ROWS * i;
      FloatVector v = FloatVector.broadcast(SPECIES, x[k]);
      left0 = left.fma(v, left0);
      right0 = right.fma(v, right0);
      v = FloatVector.broadcast(SPECIES, x[k + 1]);
      left1 = left.fma(v, left1);
      right1 = right.fma(v, right1);
      v = FloatVector.broadcast(SPECIES, x[k + 2]);
      left2 = left.fma(v, left2);
      right2 = right.fma(v, right2);
      v = FloatVector.broadcast(SPECIES, x[k + 3]);
      left3 = left.fma(v, left3);
      right3 = right.fma(v, right3);
      v = FloatVector.broadcast(SPECIES, x[k + 4]);
      left4 = left.fma(v, left4);
      right4 = right.fma(v, right4);
      v = FloatVector.broadcast(SPECIES, x[k + 5]);
      left5 = left.fma(v, left5);
      right5 = right.fma(v, right5);
    }
    left0.intoArray(y, y0);
    right0.intoArray(y, y0 + LANES);
    left1.intoArray(y, y1);
    right1.intoArray(y, y1 + LANES);
    left2.intoArray(y, y2);
    right2.intoArray(y, y2 + LANES);
    left3.intoArray(y, y3);
    right3.intoArray(y, y3 + LANES);
    left4.intoArray(y, y4);
    right4.intoArray(y, y4 + LANES);
    left5.intoArray(y, y5);
    right5.intoArray(y, y5 + LANES);
  }

  /** Four panels times one row, added to {@code sums}. */
  private static void fourPanels(
      float[] weight, int w0, int w1, int w2, int w3, float[] x, int in, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, sums, 0);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sums, LANES);
    FloatVector s2 = FloatVector.fromArray(SPECIES, sums, 2 * LANES);
    FloatVector s3 = FloatVector.fromArray(SPECIES, sums, 3 * LANES);
    FloatVector s4 = FloatVector.fromArray(SPECIES, sums, 4 * LANES);
    FloatVector s5 = FloatVector.fromArray(SPECIES, sums, 5 * LANES);
    FloatVector s6 = FloatVector.fromArray(SPECIES, sums, 6 * LANES);
    FloatVector s7 = FloatVector.fromArray(SPECIES, sums, 7 * LANES);
    for (int i = 0; i < in; i++) {
      FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
      int k = i * PANEL;
      s0 = FloatVector.fromArray(SPECIES, weight, w0 + k).fma(v, s0);
      s1 = FloatVector.fromArray(SPECIES, weight, w0 + k + LANES).fma(v, s1);
      s2 = FloatVector.fromArray(SPECIES, weight, w1 + k).fma(v, s2);
      s3 = FloatVector.fromArray(SPECIES, weight, w1 + k + LANES).fma(v, s3);
      s4 = FloatVector.fromArray(SPECIES, weight, w2 + k).fma(v, s4);
      s5 = FloatVector.fromArray(SPECIES, weight, w2 + k + LANES).fma(v, s5);
      s6 = FloatVector.fromArray(SPECIES, weight, w3 + k).fma(v, s6);
      s7 = FloatVector.fromArray(SPECIES, weight, w3 + k + LANES).fma(v, s7);
    }
    s0.intoArray(sums, 0);
    s1.intoArray(sums, LANES);
    s2.intoArray(sums, 2 * LANES);
    s3.intoArray(sums, 3 * LANES);
    s4.intoArray(sums, 4 * LANES);
    s5.intoArray(sums, 5 * LANES);
    s6.intoArray(sums, 6 * LANES);
    s7.intoArray(sums, 7 * LANES);
  }

  /**
   * What one caller needs.
   *
   * @param x interleaved rows of a block
   * @param sums outputs of a padded panel, or of one row
   */
  private record Scratch(float[] x, float[] sums) implements Kernels.Scratch {}
}
