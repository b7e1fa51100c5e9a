package io.flinkssm.simd;

import org.apache.commons.numbers.gamma.Erfc;

/**
 * Element-wise functions in float64, in place over the first {@code length} elements; relative
 * error about 1e-15, in the tails too.
 */
final class DoubleFunctions {
  private static final double ROOT_HALF = Math.sqrt(0.5);

  private DoubleFunctions() {}

  static void relu(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = Math.max(x[i], 0.0);
    }
  }

  static void tanh(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = Math.tanh(x[i]);
    }
  }

  static void sigmoid(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = 1 / (1 + Math.exp(-x[i]));
    }
  }

  static void silu(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = x[i] / (1 + Math.exp(-x[i]));
    }
  }

  static void gelu(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      // erfc keeps its digits for negative x, where 1 + erf would cancel.
      x[i] = 0.5 * x[i] * Erfc.value(-x[i] * ROOT_HALF);
    }
  }

  static void softplus(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = softplus(x[i]);
    }
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
