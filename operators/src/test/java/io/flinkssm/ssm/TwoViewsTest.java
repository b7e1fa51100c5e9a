package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkssm.simd.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visnow.jlargearrays.ConcurrencyUtils;

/** Recurrence and convolution are one function, however a stream is cut. */
class TwoViewsTest {

  private static List<StateSpace> systems(Random random, int channels, int modes, int heads) {
    return List.of(
        Banks.diagonal(random, Discretization.ZOH, channels, modes, heads),
        Banks.diagonal(random, Discretization.BILINEAR, channels, modes, heads),
        Banks.dplr(random, channels, modes, 1, heads, 0),
        Banks.dplr(random, channels, modes, 2, heads, 0),
        Banks.dplr(random, channels, modes, 3, heads, 257));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "2, 1, 3, 1, 2",
    "3, 3, 7, 2, 13",
    "4, 13, 5, 1, 97",
    "5, 2, 32, 1, 1024",
    "6, 1, 4, 3, 1021",
    "7, 7, 8, 1, 257"
  })
  void convolvingEqualsAdvancing(int seed, int channels, int modes, int heads, int samples) {
    Random random = new Random(seed);
    for (StateSpace system : systems(random, channels, modes, heads)) {
      for (double rate : new double[] {1, 0.5, 2, 1.37}) {
        double[] u = Banks.gaussian(random, samples * channels);
        double[] y = Banks.advance(system, rate, u, samples, null);
        assertThat(Banks.error(Banks.convolve(system, rate, u, samples), y))
            .isLessThan(1e-11 * Math.max(1, Banks.max(y)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"11, 3, 5, 2", "12, 1, 16, 1", "13, 7, 2, 1"})
  void splittingAnywhereChangesNothing(int seed, int channels, int modes, int heads) {
    Random random = new Random(seed);
    int samples = 211;
    for (StateSpace system : systems(random, channels, modes, heads)) {
      double[] u = Banks.gaussian(random, samples * channels);
      double[] start = Banks.gaussian(random, 2 * modes * channels);
      double[] wholeState = start.clone();
      double[] whole = Banks.advance(system, 0.8, u, samples, wholeState);
      double[] state = start.clone();
      double[] pieces = new double[whole.length];
      for (int at = 0; at < samples; ) {
        int count = Math.min(1 + random.nextInt(64), samples - at);
        double[] piece = Arrays.copyOfRange(u, at * channels, (at + count) * channels);
        double[] y = Banks.advance(system, 0.8, piece, count, state);
        System.arraycopy(y, 0, pieces, at * channels * heads, y.length);
        at += count;
      }
      double scale = Math.max(1, Banks.max(whole));
      assertThat(Banks.error(pieces, whole)).isLessThan(1e-11 * scale);
      assertThat(Banks.error(state, wholeState)).isLessThan(1e-11 * scale);
    }
  }

  @Test
  void backwardKernelsMeetTheNextSampleFirst() {
    Random random = new Random(21);
    for (int rank : new int[] {0, 1}) {
      ModalParameters p = Banks.parameters(random, 3, 4, rank, 2, true);
      StateSpace system =
          rank == 0 ? new DiagonalSystem(p, Discretization.ZOH) : new DplrSystem(p, 0);
      int samples = 29;
      double[] kernel = system.kernel(1.5, samples);
      double[] u = Banks.gaussian(random, samples * 3);
      double[] expected = new double[samples * 6];
      for (int row = 0; row < 6; row++) {
        for (int t = 0; t < samples; t++) {
          double sum = system.skip()[row] * u[t * 3 + row % 3];
          for (int s = 0; s < samples; s++) {
            int tap = s <= t ? row * samples + t - s : (6 + row) * samples + s - t - 1;
            sum += kernel[tap] * u[s * 3 + row % 3];
          }
          expected[t * 6 + row] = sum;
        }
      }
      assertThat(Banks.error(Banks.convolve(system, 1.5, u, samples), expected))
          .isLessThan(1e-11 * Banks.max(expected));
    }
  }

  @Test
  void shortWindowsOfALongConvolutionAreTheSame() {
    Random random = new Random(31);
    StateSpace system = Banks.dplr(random, 2, 6, 1, 1, 0);
    double[] u = Banks.gaussian(random, 17 * 2);
    CausalConvolution<double[]> longer = CausalConvolution.of(system, Kernels.float64(), 1, 1000);
    double[] y = Banks.apply(longer, system, u, 17);
    assertThat(Banks.error(y, Banks.advance(system, 1, u, 17, null))).isLessThan(1e-11);
  }

  @Test
  void transformsStayOnTheCallingThreadAndAreShared() {
    Random random = new Random(41);
    StateSpace system = Banks.diagonal(random, Discretization.ZOH, 2, 3, 1);
    int samples = 40_000;
    CausalConvolution<double[]> convolution =
        CausalConvolution.of(system, Kernels.float64(), 1, samples);
    double[] u = Banks.gaussian(random, samples * 2);
    double[] expected = Banks.apply(convolution, system, u, samples);
    assertThat(
            IntStream.range(0, 4)
                .parallel()
                .mapToObj(i -> Banks.apply(convolution, system, u, samples)))
        .allSatisfy(y -> assertThat(Arrays.equals(y, expected)).isTrue());
    assertThat(((ThreadPoolExecutor) ConcurrencyUtils.getThreadPool()).getLargestPoolSize())
        .isZero();
  }

  @Test
  void argumentsAreChecked() {
    StateSpace system = Banks.dplr(new Random(51), 2, 3, 1, 1, 0);
    CausalConvolution<double[]> convolution =
        CausalConvolution.of(system, Kernels.float64(), 1, 10);
    Kernels.Scratch scratch = convolution.newScratch();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> convolution.apply(new double[22], new double[22], 11, scratch))
        .withMessage("window has 11 samples, expected 1 to 10");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> convolution.apply(new double[3], new double[22], 2, scratch))
        .withMessageContaining("u has 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> system.kernel(1, 0))
        .withMessageContaining("length is 0");
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> system.discretize(rate))
          .withMessageContaining("rate is " + rate);
      assertThatIllegalArgumentException().isThrownBy(() -> system.kernel(rate, 3));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CausalConvolution.ofKernel(system, Kernels.float64(), new double[5], 4, 10))
        .withMessageContaining("5 values");
  }
}
