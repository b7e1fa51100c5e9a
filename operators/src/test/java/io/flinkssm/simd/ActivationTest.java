package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {
  private static final List<Kernels<float[]>> FLOATS = KernelsUnderTest.float32();
  private static final Kernels<double[]> DOUBLE = Kernels.float64();

  /** The bound holds for |error| / max(1, |x|). */
  @ParameterizedTest
  @CsvSource({
    "IDENTITY, 0",
    "RELU, 0",
    "TANH, 4e-7",
    "SIGMOID, 3e-7",
    "GELU, 5e-7",
    "SILU, 5e-7",
    "SOFTPLUS, 7e-8"
  })
  void floatFollowsDoubleOnADenseScan(Activation activation, double bound) {
    int count = 1_200_001;
    float[] x = new float[count];
    double[] exact = new double[count];
    for (int i = 0; i < count; i++) {
      // Steps of 2^-15 on ±18.3, then a jump to large magnitudes on both sides.
      int k = i - count / 2;
      x[i] = k * 0x1p-15f * (Math.abs(k) > 590_000 ? 1e6f : 1f);
      exact[i] = x[i];
    }
    DOUBLE.activate(activation, exact, count);
    for (Kernels<float[]> kernels : FLOATS) {
      float[] y = x.clone();
      kernels.activate(activation, y, count);
      double worst = 0;
      for (int i = 0; i < count; i++) {
        worst = Math.max(worst, Math.abs(y[i] - exact[i]) / Math.max(1, Math.abs(x[i])));
      }
      assertThat(worst).as(kernels.name()).isLessThanOrEqualTo(bound);
    }
  }

  @Test
  void tanhAndGeluKeepRelativeAccuracyNearZero() {
    int count = 2000;
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) Math.exp(-85.0 * i / count);
    }
    for (Kernels<float[]> kernels : FLOATS) {
      float[] tanh = x.clone();
      float[] gelu = x.clone();
      kernels.activate(Activation.TANH, tanh, count);
      kernels.activate(Activation.GELU, gelu, count);
      for (int i = 0; i < count; i++) {
        assertThat(tanh[i] / Math.tanh(x[i]) - 1).isCloseTo(0, within(4e-7));
        double exact = 0.5 * x[i] * (1 + Erf.value(x[i] * Math.sqrt(0.5)));
        assertThat(gelu[i] / exact - 1).isCloseTo(0, within(5e-7));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void doubleMatchesItsDefinition(Activation activation) {
    DoubleUnaryOperator definition =
        switch (activation) {
          case IDENTITY -> x -> x;
          case RELU -> x -> x > 0 ? x : 0;
          case TANH -> x -> Math.expm1(2 * x) / (Math.expm1(2 * x) + 2);
          case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
          case GELU -> x -> x * (1 + Erf.value(x / Math.sqrt(2))) / 2;
          case SILU -> x -> x / (1 + Math.exp(-x));
          case SOFTPLUS -> x -> Math.log(1 + Math.exp(x));
        };
    for (double x = -3; x <= 20; x += 0.0173) {
      double[] y = {x};
      DOUBLE.activate(activation, y, 1);
      assertThat(y[0]).isCloseTo(definition.applyAsDouble(x), within(1e-14 * Math.max(1, x)));
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void nanStaysNanAndZeroKeepsItsPlace(Activation activation) {
    double[] exact = {Double.NaN, 0.0, -0.0, Float.MIN_VALUE, -Float.MIN_VALUE};
    // Whole vectors of them, and a tail.
    float[] x = new float[40 * exact.length + 3];
    for (Kernels<float[]> kernels : FLOATS) {
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) exact[i % exact.length];
      }
      double[] expected = exact.clone();
      kernels.activate(activation, x, x.length);
      DOUBLE.activate(activation, expected, expected.length);
      assertThat(expected[0]).isNaN();
      for (int i = 0; i < x.length; i++) {
        if (i % exact.length == 0) {
          assertThat(x[i]).isNaN();
        } else {
          assertThat((double) x[i]).isCloseTo(expected[i % exact.length], within(1e-7));
        }
      }
    }
  }

  @Test
  void tailsAreExact() {
    for (Kernels<float[]> kernels : FLOATS) {
      for (float big : new float[] {20, 1e4f, 1e30f, Float.MAX_VALUE}) {
        assertAll(kernels, Activation.TANH, big, 1);
        assertAll(kernels, Activation.TANH, -big, -1);
        assertAll(kernels, Activation.SIGMOID, big, 1);
        assertAll(kernels, Activation.SIGMOID, -big, 0);
        assertAll(kernels, Activation.GELU, big, big);
        assertAll(kernels, Activation.GELU, -big, 0);
        assertAll(kernels, Activation.SILU, big, big);
        assertAll(kernels, Activation.SILU, -big, 0);
        assertAll(kernels, Activation.SOFTPLUS, big, big);
      }
    }
    double[] far = {-30};
    DOUBLE.activate(Activation.GELU, far, 1);
    // Φ(−30) = 4.906713927148187e-198 (tables): 1 + erf would have cancelled to zero.
    assertThat(far[0] / (-30 * 4.906713927148187e-198)).isCloseTo(1, within(1e-13));
  }

  /** In a whole vector and in a tail. */
  private static void assertAll(
      Kernels<float[]> kernels, Activation activation, float x, float expected) {
    float[] y = new float[65];
    Arrays.fill(y, x);
    kernels.activate(activation, y, y.length);
    for (float value : y) {
      // −0 is 0 here.
      assertThat(value + 0f).isEqualTo(expected);
    }
  }
}
