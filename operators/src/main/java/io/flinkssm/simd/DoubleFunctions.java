package io.flinkssm.simd;

import org.apache.commons.numbers.gamma.Erf;

/** Element-wise functions over a range that starts at 0, in place. */
final class DoubleFunctions {

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
      x[i] = (1 / (1 + Math.exp(-x[i])));
    }
  }

  static void silu(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (x[i] / (1 + Math.exp(-x[i])));
    }
  }

  static void gelu(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (0.5 * x[i] * (1 + Erf.value(x[i] * Math.sqrt(0.5))));
    }
  }

  static void softplus(double[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i]))));
    }
  }
}
