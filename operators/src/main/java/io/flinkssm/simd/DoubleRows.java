package io.flinkssm.simd;

/**
 * Element-wise loops over double rows of equal length: the inner loops of {@link DoubleScan} and
 * {@link DoubleLinear}, in the few-array form that the JIT compiler vectorises.
 */
final class DoubleRows {

  private DoubleRows() {}

  /** Cuts a flat array into rows. */
  static double[][] of(double[] flat, int width) {
    double[][] rows = new double[width == 0 ? 0 : flat.length / width][width];
    for (int k = 0; k < flat.length; k++) {
      rows[k / width][k % width] = flat[k];
    }
    return rows;
  }

  /** {@code y = a∘x}. */
  static void product(double[] a, double[] x, double[] y) {
    for (int h = 0; h < y.length; h++) {
      y[h] = a[h] * x[h];
    }
  }

  /** {@code x ← a∘x}, complex. */
  static void rotate(double[] aRe, double[] aIm, double[] xRe, double[] xIm) {
    for (int h = 0; h < xRe.length; h++) {
      double re = aRe[h] * xRe[h] - aIm[h] * xIm[h];
      double im = aRe[h] * xIm[h] + aIm[h] * xRe[h];
      xRe[h] = re;
      xIm[h] = im;
    }
  }

  /** {@code x += b∘u}, complex b and x, real u. */
  static void addProducts(double[] bRe, double[] bIm, double[] u, double[] xRe, double[] xIm) {
    for (int h = 0; h < u.length; h++) {
      xRe[h] += bRe[h] * u[h];
      xIm[h] += bIm[h] * u[h];
    }
  }

  /** {@code y += Re(c∘x)}. */
  static void addReal(double[] cRe, double[] cIm, double[] xRe, double[] xIm, double[] y) {
    for (int h = 0; h < y.length; h++) {
      y[h] += cRe[h] * xRe[h] - cIm[h] * xIm[h];
    }
  }

  /** {@code y += x0·w0 + x1·w1 + x2·w2 + x3·w3} with scalars x. */
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
    for (int o = 0; o < y.length; o++) {
      y[o] += (x0 * w0[o] + x1 * w1[o]) + (x2 * w2[o] + x3 * w3[o]);
    }
  }

  /** {@code y += x·w} with scalar x. */
  static void addOne(double x, double[] w, double[] y) {
    for (int o = 0; o < y.length; o++) {
      y[o] += x * w[o];
    }
  }
}
