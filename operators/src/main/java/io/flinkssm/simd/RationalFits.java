package io.flinkssm.simd;

/**
 * Coefficients of the float32 functions: {@code tanh x} and {@code erf(x/√2)} as odd rationals
 * {@code x·P(x²)/Q(x²)} with Q's constant 1, for {@code |x|} up to a range; beyond it both are ±1
 * after clamping.
 *
 * <p>They are our own fits: reweighted linear least squares (Lawson) of the relative error on
 * Chebyshev nodes, in double, with a target raised by up to 3e-7 towards the end of the range, so
 * that beyond it the quotient reaches 1 after rounding and the clamp makes it exact.
 */
public final class RationalFits {
  /** Fit error of tanh 2.1e-8. */
  public static final float TANH_RANGE = 9f;

  public static final float TANH_P4 = 1.33833575e-8f;
  public static final float TANH_P3 = 2.0625683e-5f;
  public static final float TANH_P2 = 0.0034965065f;
  public static final float TANH_P1 = 0.13381779f;
  public static final float TANH_P0 = 1f;
  public static final float TANH_Q4 = 7.786852e-7f;
  public static final float TANH_Q3 = 3.2871906e-4f;
  public static final float TANH_Q2 = 0.025880411f;
  public static final float TANH_Q1 = 0.46715096f;

  /** Fit error of {@code erf(x/√2)} 1.7e-8. */
  public static final float ERF_RANGE = 5.5f;

  public static final float ERF_P5 = 4.5891458e-8f;
  public static final float ERF_P4 = 1.2605528e-5f;
  public static final float ERF_P3 = 3.2910987e-4f;
  public static final float ERF_P2 = 0.00930287f;
  public static final float ERF_P1 = 0.0669121f;
  public static final float ERF_P0 = 0.7978845f;
  public static final float ERF_Q5 = 1.199496e-6f;
  public static final float ERF_Q4 = 7.216657e-5f;
  public static final float ERF_Q3 = 0.0018605603f;
  public static final float ERF_Q2 = 0.028414825f;
  public static final float ERF_Q1 = 0.25052828f;

  private RationalFits() {}
}
