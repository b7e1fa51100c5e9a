package io.flinkssm.simd;

/**
 * The inner loops of {@link FloatScan} and {@link FloatLinear}. Arrays of one loop share one index
 * from zero and number at most six, the form in which the JIT compiler of Java 17 vectorises.
 */
final class FloatLoops {

  private FloatLoops() {}

  /** {@code y = a∘x}. */
  static void product(float[] a, float[] x, float[] y) {
    for (int i = 0; i < a.length; i++) {
      y[i] = a[i] * x[i];
    }
  }

  /** {@code x ← a∘x}, complex. */
  static void rotate(float[] aRe, float[] aIm, float[] xRe, float[] xIm) {
    for (int i = 0; i < aRe.length; i++) {
      float re = aRe[i] * xRe[i] - aIm[i] * xIm[i];
      float im = aRe[i] * xIm[i] + aIm[i] * xRe[i];
      xRe[i] = re;
      xIm[i] = im;
    }
  }

  /** {@code x += b∘u}, complex b and x, real u. */
  static void addProducts(float[] bRe, float[] bIm, float[] u, float[] xRe, float[] xIm) {
    for (int i = 0; i < bRe.length; i++) {
      xRe[i] += bRe[i] * u[i];
      xIm[i] += bIm[i] * u[i];
    }
  }

  /** {@code y = Re(c∘x)}. */
  static void realProduct(float[] cRe, float[] cIm, float[] xRe, float[] xIm, float[] y) {
    for (int i = 0; i < cRe.length; i++) {
      y[i] = cRe[i] * xRe[i] - cIm[i] * xIm[i];
    }
  }

  /** Fills {@code length} elements with copies of {@code row}, by doubling. */
  static void repeat(float[] row, int width, float[] to, int length) {
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
  static void fold(float[] terms, int length, int width, float[] upper, float[] sum) {
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
  static void add(float[] x, float[] y, int length) {
    for (int i = 0; i < length; i++) {
      y[i] += x[i];
    }
  }

  /** {@code y += (x0·w0 + x1·w1) + (x2·w2 + x3·w3)} with scalars x. */
  static void addFour(
      float x0,
      float[] w0,
      float x1,
      float[] w1,
      float x2,
      float[] w2,
      float x3,
      float[] w3,
      float[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] += (x0 * w0[i] + x1 * w1[i]) + (x2 * w2[i] + x3 * w3[i]);
    }
  }

  /** {@code y += x·w} with scalar x. */
  static void addOne(float x, float[] w, float[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] += x * w[i];
    }
  }
}
