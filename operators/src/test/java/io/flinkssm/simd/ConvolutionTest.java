package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transforms against the sums that they stand for. */
class ConvolutionTest {

  static List<Kernels<?>> all() {
    return KernelsUnderTest.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  <A> void isTheSumOverPastSamples(Kernels<A> kernels) {
    for (int channels : new int[] {1, 2, 7, 8, 15, 16, 17, 33, 64}) {
      for (int points : new int[] {2, 4, 8, 32, 128}) {
        Taps taps = random(channels, 1 + channels % 3, points, channels % 2 == 0, channels);
        Kernels.Convolution<A> convolution = kernels.convolution(taps, points);
        assertThat(convolution.maxSamples()).isEqualTo(Integer.MAX_VALUE);
        Kernels.Scratch scratch = convolution.newScratch();
        for (int samples : new int[] {points, 1, points / 2 + 1}) {
          double[] u = Systems.gaussian(new Random(samples), samples * channels, 1);
          double[] expected = sums(taps, u, samples);
          double largest = 1 + Arrays.stream(expected).map(Math::abs).max().orElseThrow();
          double[] y = apply(kernels, convolution, u, samples, expected.length, scratch);
          for (int i = 0; i < y.length; i++) {
            assertThat(Math.abs(y[i] - expected[i]) / largest)
                .as("%d channels, %d points, %d samples at %d", channels, points, samples, i)
                .isLessThan(kernels.elementBytes() == Float.BYTES ? 2e-6 : 1e-14);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  <A> void longWindowsGoInBlocks(Kernels<A> kernels) {
    for (int channels : new int[] {1, 3, 8, 17}) {
      for (int length : new int[] {1, 5, 16}) {
        for (boolean both : new boolean[] {false, true}) {
          Taps taps = random(channels, 1 + channels % 2, length, both, channels);
          Kernels.Convolution<A> convolution = kernels.convolution(taps, 16);
          Kernels.Scratch scratch = convolution.newScratch();
          for (int samples : new int[] {17, 32, 33, 100, 16, 48}) {
            double[] u = Systems.gaussian(new Random(samples), samples * channels, 1);
            double[] expected = sums(taps, u, samples);
            double largest = 1 + Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            double[] y = apply(kernels, convolution, u, samples, expected.length, scratch);
            for (int i = 0; i < y.length; i++) {
              assertThat(Math.abs(y[i] - expected[i]) / largest)
                  .as("%d channels, %d taps, %d samples at %d", channels, length, samples, i)
                  .isLessThan(kernels.elementBytes() == Float.BYTES ? 2e-6 : 1e-14);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  <A> void kernelsMayBeShorterOrLongerThanTheTransform(Kernels<A> kernels) {
    double[] u = Systems.gaussian(new Random(3), 16 * 3, 1);
    for (int length : new int[] {1, 5, 40}) {
      Taps taps = random(3, 1, length, true, 2);
      double[] expected = sums(taps, u, 16);
      Kernels.Convolution<A> convolution = kernels.convolution(taps, 16);
      assertThat(convolution.maxSamples()).isEqualTo(length > 16 ? 16 : Integer.MAX_VALUE);
      double[] y = apply(kernels, convolution, u, 16, 48, convolution.newScratch());
      for (int i = 0; i < y.length; i++) {
        assertThat(Math.abs(y[i] - expected[i])).as("length %d at %d", length, i).isLessThan(1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  <A> void allocatesNothing(Kernels<A> kernels) {
    Kernels.Convolution<A> convolution = kernels.convolution(random(20, 2, 64, false, 1), 64);
    Kernels.Scratch scratch = convolution.newScratch();
    A u = kernels.allocate(64 * 20);
    A y = kernels.allocate(64 * 40);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3000; i++) {
      least =
          Math.min(least, AllocationTest.allocatedBy(() -> convolution.apply(u, y, 64, scratch)));
    }
    assertThat(least).isZero();
  }

  @Test
  void tapsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Taps(2, 1, 3, new double[5], null))
        .withMessage("forward has 5 values, expected 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Taps(2, 1, 3, new double[6], new double[7]))
        .withMessage("backward has 7 values, expected 6");
  }

  static Taps random(int channels, int heads, int length, boolean both, long seed) {
    Random random = new Random(seed);
    int size = heads * channels * length;
    return new Taps(
        channels,
        heads,
        length,
        Systems.gaussian(random, size, 1),
        both ? Systems.gaussian(random, size, 1) : null);
  }

  private static <A> double[] apply(
      Kernels<A> kernels,
      Kernels.Convolution<A> convolution,
      double[] u,
      int samples,
      int outputs,
      Kernels.Scratch scratch) {
    A in = kernels.allocate(u.length);
    kernels.fromDouble(u, 0, in, 0, u.length);
    A out = kernels.allocate(outputs);
    convolution.apply(in, out, samples, scratch);
    double[] y = new double[outputs];
    kernels.toDouble(out, 0, y, 0, outputs);
    return y;
  }

  private static double[] sums(Taps taps, double[] u, int samples) {
    int channels = taps.channels();
    int rows = taps.heads() * channels;
    double[] y = new double[samples * rows];
    for (int row = 0; row < rows; row++) {
      for (int t = 0; t < samples; t++) {
        for (int s = 0; s < samples; s++) {
          int lag = s <= t ? t - s : s - t - 1;
          double[] kernel = s <= t ? taps.forward() : taps.backward();
          if (kernel != null && lag < taps.length()) {
            y[t * rows + row] +=
                kernel[row * taps.length() + lag] * u[s * channels + row % channels];
          }
        }
      }
    }
    return y;
  }
}
