package io.flinkssm.simd;

/**
 * Products of dense matrices in float64 for the set-up of models: an array a row. The loop over
 * columns has no reduction, so it vectorises; see {@link DoubleLinear} for the blocking.
 */
public final class DenseProduct {

  /** Rows of the result that share one pass over four rows of the right factor. */
  private static final int BLOCK = 8;

  private DenseProduct() {}

  /**
   * {@code C += A B}.
   *
   * @param a {@code [rows][inner]}
   * @param b {@code [inner][columns]}
   * @param c {@code [rows][columns]}, none of the other arrays
   */
  public static void add(double[][] a, double[][] b, double[][] c) {
    for (int from = 0; from < a.length; from += BLOCK) {
      int to = Math.min(a.length, from + BLOCK);
      int k = 0;
      for (; k + 4 <= b.length; k += 4) {
        for (int r = from; r < to; r++) {
          double[] x = a[r];
          DoubleLoops.addFour(
              x[k], b[k], x[k + 1], b[k + 1], x[k + 2], b[k + 2], x[k + 3], b[k + 3], c[r]);
        }
      }
      for (; k < b.length; k++) {
        for (int r = from; r < to; r++) {
          DoubleLoops.addOne(a[r][k], b[k], c[r]);
        }
      }
    }
  }
}
