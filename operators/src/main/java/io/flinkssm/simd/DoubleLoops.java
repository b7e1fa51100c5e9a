package io.flinkssm.simd;

/**
 * The inner loops of {@link DoubleScan} and {@link DoubleLinear}. Arrays of one loop share one
 * index from zero and number at most six, the form in which the JIT compiler of Java 17 vectorises.
 */
final class DoubleLoops {

  private DoubleLoops() {}

  /** {@code y = a∘x}. */
  static void product(double[] a, double[] x, double[] y) {
    for (int i = 0; i < a.length; i++) {
      y[i] = a[i] * x[i];
    }
  }

  /** {@code x ← a∘x}, complex. */
  static void rotate(double[] aRe, double[] aIm, double[] xRe, double[] xIm) {
    for (int i = 0; i < aRe.length; i++) {
      double re = aRe[i] * xRe[i] - aIm[i] * xIm[i];
      double im = aRe[i] * xIm[i] + aIm[i] * xRe[i];
      xRe[i] = re;
      xIm[i] = im;
    }
  }

  /** {@code x += b∘u}, complex b and x, real u. */
  static void addProducts(double[] bRe, double[] bIm, double[] u, double[] xRe, double[] xIm) {
    for (int i = 0; i < bRe.length; i++) {
      xRe[i] += bRe[i] * u[i];
      xIm[i] += bIm[i] * u[i];
    }
  }

  /** {@code y = Re(c∘x)}. */
  static void realProduct(double[] cRe, double[] cIm, double[] xRe, double[] xIm, double[] y) {
    for (int i = 0; i < cRe.length; i++) {
      y[i] = cRe[i] * xRe[i] - cIm[i] * xIm[i];
    }
  }

  /** Fills {@code length} elements with copies of {@code row}, by doubling. */
  static void repeat(double[] row, int width, double[] to, int length) {
    System.arraycopy(row, 0, to, 0, width);
    for (int done = width; done < length; done *= 2) {
      System.arraycopy(to, 0, to, done, Math.min(done, length - done));
    }
  }

  /**
   * Adds the rows of {@code terms} to {@code sum}, the upper half of the rows onto the lower half
   * first, and so on: long loops, and an order that depends on the number of rows only.
   *
   * @param terms {@code length} elements in rows of {@code width}; overwritten
   * @param upper scratch
   */
  static void fold(double[] terms, int length, int width, double[] upper, double[] sum) {
    int rows = length / width;
    while (rows > 1) {
      int half = (rows + 1) / 2;
      int moved = (rows - half) * width;
      System.arraycopy(terms, half * width, upper, 0, moved);
      add(upper, terms, moved);
      rows = half;
    }
    add(terms, sum, width);
  }

  /** {@code y += x}. */
  static void add(double[] x, double[] y, int length) {
    for (int i = 0; i < length; i++) {
      y[i] += x[i];
    }
  }

  /** {@code y += (x0·w0 + x1·w1) + (x2·w2 + x3·w3)} with scalars x. */
  static void addFour(
      double x0,
      double[] w0,
      double x1,
      double[] w1,
      double x2,
      double[] w2,
      double x3,
      double[] w3,
      double[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] += (x0 * w0[i] + x1 * w1[i]) + (x2 * w2[i] + x3 * w3[i]);
    }
  }

  /** {@code y += x·w} with scalar x. */
  static void addOne(double x, double[] w, double[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] += x * w[i];
    }
  }
}
