package io.flinkssm.simd;

/**
 * Element-wise functions in float32, in place over the first {@code length} elements.
 *
 * <p>{@code tanh x} and {@code erf(x/√2)} are odd rationals {@code x·P(x²)/Q(x²)} on a clamped
 * range, without branches, tables or exponent tricks, so that the loops vectorise. The coefficients
 * are our own fits: reweighted linear least squares (Lawson) of the relative error on Chebyshev
 * nodes, in double, with a target raised by up to 3e-7 towards the end of the range, so that beyond
 * it the quotient reaches 1 after rounding and the clamp makes it exact.
 *
 * <p>Error, rounding included, by dense scan against double: tanh 4e-7 (absolute and relative),
 * sigmoid 3e-7, GELU and SILU {@code 5e-7·max(1,|x|)}, softplus half a unit in the last place. The
 * tails are exact: sigmoid is 0 below −18 and 1 above, GELU and SILU are 0 and x. NaN stays NaN.
 */
final class FloatFunctions {

  private FloatFunctions() {}

  static void relu(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = Math.max(x[i], 0f);
    }
  }

  static void tanh(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = tanh(x[i]);
    }
  }

  static void sigmoid(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = 0.5f + 0.5f * tanh(0.5f * x[i]);
    }
  }

  static void silu(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = x[i] * (0.5f + 0.5f * tanh(0.5f * x[i]));
    }
  }

  static void gelu(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = x[i] * (0.5f + 0.5f * erfOverRoot2(x[i]));
    }
  }

  static void softplus(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (float) DoubleFunctions.softplus(x[i]);
    }
  }

  /** {@code tanh x}; fit error 2.1e-8 on |x| ≤ 9. */
  private static float tanh(float x) {
    float c = Math.min(Math.max(x, -9f), 9f);
    float z = c * c;
    float p = 1.33833575e-8f;
    p = p * z + 2.0625683e-5f;
    p = p * z + 0.0034965065f;
    p = p * z + 0.13381779f;
    p = p * z + 1f;
    float q = 7.786852e-7f;
    q = q * z + 3.2871906e-4f;
    q = q * z + 0.025880411f;
    q = q * z + 0.46715096f;
    q = q * z + 1f;
    return Math.min(Math.max(c * p / q, -1f), 1f);
  }

  /** {@code erf(x/√2) = 2Φ(x) − 1}; fit error 1.7e-8 on |x| ≤ 5.5. */
  private static float erfOverRoot2(float x) {
    float c = Math.min(Math.max(x, -5.5f), 5.5f);
    float z = c * c;
    float p = 4.5891458e-8f;
    p = p * z + 1.2605528e-5f;
    p = p * z + 3.2910987e-4f;
    p = p * z + 0.00930287f;
    p = p * z + 0.0669121f;
    p = p * z + 0.7978845f;
    float q = 1.199496e-6f;
    q = q * z + 7.216657e-5f;
    q = q * z + 0.0018605603f;
    q = q * z + 0.028414825f;
    q = q * z + 0.25052828f;
    q = q * z + 1f;
    return Math.min(Math.max(c * p / q, -1f), 1f);
  }
}
