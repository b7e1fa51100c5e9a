package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The element-wise kernels of every provider. */
class KernelsTest {

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void convertsCopiesAndClears(Kernels<A> kernels) {
    A a = array(kernels, 1, 2, 3, 4, 5);
    kernels.copy(a, 0, a, 1, 3);
    assertThat(values(kernels, a)).containsExactly(1, 1, 2, 3, 5);
    kernels.fromFloat(new float[] {9, 8, 7}, 1, a, 3, 2);
    assertThat(values(kernels, a)).containsExactly(1, 1, 2, 8, 7);
    kernels.clear(a, 1, 2);
    kernels.set(a, 4, 0.5);
    assertThat(values(kernels, a)).containsExactly(1, 0, 0, 8, 0.5);
    assertThat(kernels.length(a)).isEqualTo(5);
    assertThat(kernels.get(a, 3)).isEqualTo(8);
    assertThat(kernels.name()).contains("float" + 8 * kernels.elementBytes());
  }

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void flushesTinyMagnitudesOnly(Kernels<A> kernels) {
    double[] edge = {
      0.99e-30, -0.99e-30, 1e-38, -1e-45, 0.0, -0.0, 5e-30, -5e-30, 1e-25, -1e-15, 1e-7, 3, -1e30
    };
    A x = array(kernels, edge);
    kernels.flushTiny(x, 0, 6);
    kernels.flushTiny(x, 6, edge.length - 6);
    double[] flushed = values(kernels, x);
    for (int i = 0; i < edge.length; i++) {
      if (Math.abs(edge[i]) < 1e-30) {
        assertThat(flushed[i]).isZero();
      } else {
        double stored = kernels.elementBytes() == 4 ? (float) edge[i] : edge[i];
        assertThat(flushed[i])
            .isCloseTo(stored, within(Math.max(4e-30, 1.2e-7 * Math.abs(stored))))
            .isNotZero();
        if (Math.abs(stored) > 1e-14) {
          assertThat(flushed[i]).isEqualTo(stored);
        }
      }
    }
    A untouched = array(kernels, 1e-31, 1e-31, 1e-31);
    kernels.flushTiny(untouched, 1, 1);
    assertThat(kernels.get(untouched, 0)).isNotZero();
    assertThat(kernels.get(untouched, 1)).isZero();
    assertThat(kernels.get(untouched, 2)).isNotZero();
    A unusual = array(kernels, Double.NaN, Double.NEGATIVE_INFINITY);
    kernels.flushTiny(unusual, 0, 2);
    assertThat(values(kernels, unusual)).containsExactly(Double.NaN, Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void addsAndCombines(Kernels<A> kernels) {
    A x = array(kernels, 1, 2, 3);
    A y = array(kernels, 10, 20, 30);
    kernels.add(x, y, 2);
    assertThat(values(kernels, y)).containsExactly(11, 22, 30);
    kernels.combine(2, x, -0.5, y, 3);
    assertThat(values(kernels, y)).containsExactly(-3.5, -7, -9);
  }

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void gatesOneHalfByTheOther(Kernels<A> kernels) {
    for (int width : new int[] {1, 3, 13, 64}) {
      int rows = 5;
      double[] values = Systems.gaussian(new Random(width), rows * 2 * width, 2);
      A ab = array(kernels, values);
      A y = kernels.allocate(rows * width);
      kernels.glu(ab, y, rows, width);
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < width; i++) {
          double a = values[r * 2 * width + i];
          double b = values[r * 2 * width + width + i];
          double expected = a / (1 + Math.exp(-b));
          double tolerance = kernels.elementBytes() == 4 ? 2e-6 : 1e-14;
          assertThat(kernels.get(y, r * width + i)).isCloseTo(expected, within(tolerance));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void normalisesEachRow(Kernels<A> kernels) {
    double tolerance = kernels.elementBytes() == 4 ? 1e-5 : 1e-13;
    for (int width : new int[] {1, 3, 4, 13, 64, 67}) {
      int rows = 3;
      Random random = new Random(width);
      double[] values = Systems.gaussian(random, rows * width, 3);
      double[] scale = Systems.gaussian(random, width, 1);
      double[] shift = Systems.gaussian(random, width, 1);
      A x = array(kernels, values);
      kernels.layerNorm(x, rows, width, array(kernels, scale), array(kernels, shift), 1e-5);
      for (int r = 0; r < rows; r++) {
        double mean = 0;
        double square = 0;
        for (int i = 0; i < width; i++) {
          mean += values[r * width + i] / width;
          square += values[r * width + i] * values[r * width + i] / width;
        }
        double deviation = Math.sqrt(square - mean * mean + 1e-5);
        for (int i = 0; i < width; i++) {
          double expected = scale[i] * (values[r * width + i] - mean) / deviation + shift[i];
          assertThat(kernels.get(x, r * width + i)).isCloseTo(expected, within(tolerance));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void constantRowsNormaliseToTheShift(Kernels<A> kernels) {
    A x = array(kernels, 4, 4, 4, 4, 4, -0.5, -0.5, -0.5, -0.5, -0.5);
    A scale = array(kernels, 1, 2, 3, 4, 5);
    A shift = array(kernels, 0, 1, -1, 2, 0.5);
    kernels.layerNorm(x, 2, 5, scale, shift, 1e-5);
    assertThat(values(kernels, x)).containsExactly(0, 1, -1, 2, 0.5, 0, 1, -1, 2, 0.5);
  }

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void scalesAndShiftsRows(Kernels<A> kernels) {
    A x = array(kernels, 1, 2, 3, 4, 5, 6);
    kernels.affine(x, 3, 2, array(kernels, 2, -1), array(kernels, 0.5, 1));
    assertThat(values(kernels, x)).containsExactly(2.5, -1, 6.5, -3, 10.5, -5);
  }

  @ParameterizedTest
  @MethodSource("io.flinkssm.simd.KernelsUnderTest#all")
  <A> void runningSumsKeepWhatOneNumberWouldLose(Kernels<A> kernels) {
    int rows = 3000;
    for (int width : new int[] {1, 7, 16, 37}) {
      Random random = new Random(width);
      double[] values = new double[rows * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.scalb(random.nextGaussian(), -random.nextInt(30));
      }
      A x = array(kernels, values);
      A sums = kernels.allocate(2 * width + 2);
      kernels.set(sums, 2 * width + 1, 5);
      kernels.accumulate(x, 0, rows, width, sums, 1);
      A split = kernels.allocate(2 * width + 2);
      kernels.set(split, 2 * width + 1, 5);
      kernels.accumulate(x, 0, 1000, width, split, 1);
      kernels.accumulate(x, 1000 * width, rows - 1000, width, split, 1);
      assertThat(values(kernels, split)).containsExactly(values(kernels, sums));
      assertThat(kernels.get(sums, 0)).isZero();
      assertThat(kernels.get(sums, 2 * width + 1)).isEqualTo(5);
      A mean = kernels.allocate(width);
      kernels.quotient(sums, 1, width, rows, mean, 0);
      for (int i = 0; i < width; i++) {
        double expected = 0;
        for (int r = 0; r < rows; r++) {
          expected += values[r * width + i];
        }
        double sum = kernels.get(sums, 1 + i) + kernels.get(sums, 1 + width + i);
        assertThat(sum).isCloseTo(expected, within(1e-10));
        double tolerance = kernels.elementBytes() == 4 ? 1e-7 * Math.abs(sum / rows) : 1e-13;
        assertThat(kernels.get(mean, i)).isCloseTo(sum / rows, within(tolerance));
      }
    }
  }

  private static <A> A array(Kernels<A> kernels, double... values) {
    A array = kernels.allocate(values.length);
    kernels.fromDouble(values, 0, array, 0, values.length);
    return array;
  }

  private static <A> double[] values(Kernels<A> kernels, A array) {
    double[] values = new double[kernels.length(array)];
    kernels.toDouble(array, 0, values, 0, values.length);
    return values;
  }
}
