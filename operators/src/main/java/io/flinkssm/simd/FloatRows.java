package io.flinkssm.simd;

/**
 * Element-wise loops over float rows of equal length: the inner loops of {@link FloatScan} and
 * {@link FloatLinear}, in the few-array form that the JIT compiler vectorises.
 */
final class FloatRows {

  private FloatRows() {}

  /** Cuts a flat array into rows. */
  static float[][] of(double[] flat, int width) {
    float[][] rows = new float[width == 0 ? 0 : flat.length / width][width];
    for (int k = 0; k < flat.length; k++) {
      rows[k / width][k % width] = (float) flat[k];
    }
    return rows;
  }

  /** {@code y = a∘x}. */
  static void product(float[] a, float[] x, float[] y) {
    for (int h = 0; h < y.length; h++) {
      y[h] = a[h] * x[h];
    }
  }

  /** {@code x ← a∘x}, complex. */
  static void rotate(float[] aRe, float[] aIm, float[] xRe, float[] xIm) {
    for (int h = 0; h < xRe.length; h++) {
      float re = aRe[h] * xRe[h] - aIm[h] * xIm[h];
      float im = aRe[h] * xIm[h] + aIm[h] * xRe[h];
      xRe[h] = re;
      xIm[h] = im;
    }
  }

  /** {@code x += b∘u}, complex b and x, real u. */
  static void addProducts(float[] bRe, float[] bIm, float[] u, float[] xRe, float[] xIm) {
    for (int h = 0; h < u.length; h++) {
      xRe[h] += bRe[h] * u[h];
      xIm[h] += bIm[h] * u[h];
    }
  }

  /** {@code y += Re(c∘x)}. */
  static void addReal(float[] cRe, float[] cIm, float[] xRe, float[] xIm, float[] y) {
    for (int h = 0; h < y.length; h++) {
      y[h] += cRe[h] * xRe[h] - cIm[h] * xIm[h];
    }
  }

  /** {@code y += x0·w0 + x1·w1 + x2·w2 + x3·w3} with scalars x. */
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
    for (int o = 0; o < y.length; o++) {
      y[o] += (x0 * w0[o] + x1 * w1[o]) + (x2 * w2[o] + x3 * w3[o]);
    }
  }

  /** {@code y += x·w} with scalar x. */
  static void addOne(float x, float[] w, float[] y) {
    for (int o = 0; o < y.length; o++) {
      y[o] += x * w[o];
    }
  }
}
