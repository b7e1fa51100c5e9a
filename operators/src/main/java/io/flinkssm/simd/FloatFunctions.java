package io.flinkssm.simd;

import static io.flinkssm.simd.RationalFits.ERF_P0;
import static io.flinkssm.simd.RationalFits.ERF_P1;
import static io.flinkssm.simd.RationalFits.ERF_P2;
import static io.flinkssm.simd.RationalFits.ERF_P3;
import static io.flinkssm.simd.RationalFits.ERF_P4;
import static io.flinkssm.simd.RationalFits.ERF_P5;
import static io.flinkssm.simd.RationalFits.ERF_Q1;
import static io.flinkssm.simd.RationalFits.ERF_Q2;
import static io.flinkssm.simd.RationalFits.ERF_Q3;
import static io.flinkssm.simd.RationalFits.ERF_Q4;
import static io.flinkssm.simd.RationalFits.ERF_Q5;
import static io.flinkssm.simd.RationalFits.ERF_RANGE;
import static io.flinkssm.simd.RationalFits.TANH_P0;
import static io.flinkssm.simd.RationalFits.TANH_P1;
import static io.flinkssm.simd.RationalFits.TANH_P2;
import static io.flinkssm.simd.RationalFits.TANH_P3;
import static io.flinkssm.simd.RationalFits.TANH_P4;
import static io.flinkssm.simd.RationalFits.TANH_Q1;
import static io.flinkssm.simd.RationalFits.TANH_Q2;
import static io.flinkssm.simd.RationalFits.TANH_Q3;
import static io.flinkssm.simd.RationalFits.TANH_Q4;
import static io.flinkssm.simd.RationalFits.TANH_RANGE;

/**
 * Element-wise functions in float32, in place over the first {@code length} elements.
 *
 * <p>{@code tanh x} and {@code erf(x/√2)} are the odd rationals of {@link RationalFits} on a
 * clamped range, without branches, tables or exponent tricks, so that the loops vectorise.
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

  private static float tanh(float x) {
    float c = Math.min(Math.max(x, -TANH_RANGE), TANH_RANGE);
    float z = c * c;
    float p = TANH_P4;
    p = p * z + TANH_P3;
    p = p * z + TANH_P2;
    p = p * z + TANH_P1;
    p = p * z + TANH_P0;
    float q = TANH_Q4;
    q = q * z + TANH_Q3;
    q = q * z + TANH_Q2;
    q = q * z + TANH_Q1;
    q = q * z + 1f;
    return Math.min(Math.max(c * p / q, -1f), 1f);
  }

  /** {@code erf(x/√2) = 2Φ(x) − 1}. */
  private static float erfOverRoot2(float x) {
    float c = Math.min(Math.max(x, -ERF_RANGE), ERF_RANGE);
    float z = c * c;
    float p = ERF_P5;
    p = p * z + ERF_P4;
    p = p * z + ERF_P3;
    p = p * z + ERF_P2;
    p = p * z + ERF_P1;
    p = p * z + ERF_P0;
    float q = ERF_Q5;
    q = q * z + ERF_Q4;
    q = q * z + ERF_Q3;
    q = q * z + ERF_Q2;
    q = q * z + ERF_Q1;
    q = q * z + 1f;
    return Math.min(Math.max(c * p / q, -1f), 1f);
  }
}
