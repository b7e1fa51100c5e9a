package io.flinkssm.simd;

import org.apache.commons.numbers.gamma.Erf;

/** Element-wise functions over a range that starts at 0, in place. */
final class FloatFunctions {

  private FloatFunctions() {}

  static void relu(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = Math.max(x[i], 0f);
    }
  }

  static void tanh(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (float) Math.tanh(x[i]);
    }
  }

  static void sigmoid(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (float) (1 / (1 + Math.exp(-x[i])));
    }
  }

  static void silu(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (float) (x[i] / (1 + Math.exp(-x[i])));
    }
  }

  static void gelu(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (float) (0.5 * x[i] * (1 + Erf.value(x[i] * Math.sqrt(0.5))));
    }
  }

  static void softplus(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      x[i] = (float) (Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i]))));
    }
  }
}
