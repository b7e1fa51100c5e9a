package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.simd.Kernels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows longer than a system remembers: the memory, and what is computed in blocks by it. */
class LongWindowTest {

  private static final int SAMPLES = 20_000;

  /** Systems that forget within some thousand samples. */
  private static List<StateSpace> streaming(Random random) {
    return List.of(
        new DiagonalSystem(quick(random, 3, 6, 0, 1, false), Discretization.ZOH),
        new DiagonalSystem(quick(random, 9, 4, 0, 2, false), Discretization.BILINEAR),
        new DplrSystem(quick(random, 3, 5, 1, 1, false), 0),
        new DplrSystem(quick(random, 2, 4, 2, 2, false), 0));
  }

  private static ModalParameters quick(
      Random random, int channels, int modes, int rank, int heads, boolean bidirectional) {
    ModalParameters p = Banks.parameters(random, channels, modes, rank, heads, bidirectional);
    for (int i = 0; i < p.lambdaRe().length; i++) {
      p.lambdaRe()[i] *= 5;
    }
    return p;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.6, 2})
  void blocksEqualTheRecurrence(double rate) {
    for (StateSpace system : streaming(new Random(1))) {
      double[] u = Banks.gaussian(new Random(2), SAMPLES * system.channels());
      double[] expected = Banks.advance(system, rate, u, SAMPLES, null);
      assertThat(error(Kernels.float64(), system, rate, u, expected)).isLessThan(1e-12);
      assertThat(error(Kernels.float32(), system, rate, u, expected)).isLessThan(1e-6);
    }
  }

  @Test
  void blocksLookAheadAsOneTransformDoes() {
    for (int rank : new int[] {0, 1}) {
      ModalParameters p = quick(new Random(3), 3, 4, rank, 2, true);
      StateSpace system =
          rank == 0 ? new DiagonalSystem(p, Discretization.ZOH) : new DplrSystem(p, 0);
      double[] u = Banks.gaussian(new Random(4), SAMPLES * 3);
      double[] expected = Banks.convolve(system, 1, u, SAMPLES);
      assertThat(error(Kernels.float64(), system, 1, u, expected)).isLessThan(1e-12);
      assertThat(error(Kernels.float32(), system, 1, u, expected)).isLessThan(1e-6);
    }
  }

  /** The cache's convolution beside what is expected, relative to the largest output. */
  private static <A> double error(
      Kernels<A> kernels, StateSpace system, double rate, double[] u, double[] expected) {
    ConvolutionCache<A> cache = new ConvolutionCache<>(system, kernels, rate);
    CausalConvolution<A> convolution = cache.forWindow(SAMPLES);
    assertThat(convolution.maxSamples()).as("in blocks").isEqualTo(Integer.MAX_VALUE);
    A in = kernels.allocate(u.length);
    kernels.fromDouble(u, 0, in, 0, u.length);
    A out = kernels.allocate(expected.length);
    convolution.apply(in, out, SAMPLES, convolution.newScratch());
    double[] y = new double[expected.length];
    kernels.toDouble(out, 0, y, 0, y.length);
    return Banks.error(y, expected) / Banks.max(expected);
  }

  @Test
  void longWindowsShareTheirKernels() {
    for (StateSpace system : streaming(new Random(5))) {
      ConvolutionCache<float[]> cache = new ConvolutionCache<>(system, Kernels.float32(), 1);
      CausalConvolution<float[]> one = cache.forWindow(1 << 16);
      assertThat(cache.forWindow(1 << 18)).isSameAs(one);
      assertThat(cache.forWindow(SAMPLES)).isSameAs(one);
      assertThat(cache.memory(1 << 18)).isLessThan(4096);
      assertThat(cache.memory(100)).isEqualTo(100);
      assertThat(cache.plan(1 << 18, false, ConvolutionMethod.AUTO).reason()).contains("blocks of");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0x1p-40, 0x1p-60})
  void nothingIsLeftAfterTheMemory(double tolerance) {
    for (StateSpace system : streaming(new Random(6))) {
      int memory = system.memory(0.7, tolerance, 1 << 20);
      assertThat(decay(system, memory)).isLessThanOrEqualTo(tolerance * 1.0001);
      // A norm of a few modes is within a few times the slowest one; and memory is found to an
      // eighth.
      assertThat(decay(system, memory * 3 / 4 - 1)).isGreaterThan(tolerance);
      assertThat(system.memory(0.7, tolerance, memory - 1)).isEqualTo(memory - 1);
    }
  }

  /** Largest norm of Ā^l x over states x that are one mode of one channel. */
  private static double decay(StateSpace system, int steps) {
    Kernels<double[]> kernels = Kernels.float64();
    Kernels.Scan<double[]> scan = kernels.scan(system.discretize(0.7));
    int length = scan.system().stateLength();
    int width = system.channels();
    double[] silence = new double[steps * width];
    double[] y = new double[steps * width * system.heads()];
    double largest = 0;
    for (int i = 0; i < length; i++) {
      double[] state = new double[length];
      state[i] = 1;
      scan.advance(state, 0, silence, y, steps, scan.newScratch());
      double sum = 0;
      for (double value : state) {
        sum += value * value;
      }
      largest = Math.max(largest, Math.sqrt(sum));
    }
    return largest;
  }

  @Test
  void undampedSystemsRememberEverything() {
    ModalParameters p = Banks.parameters(new Random(7), 2, 3, 0, 1, false);
    p.lambdaRe()[4] = 0;
    StateSpace system = new DiagonalSystem(p, Discretization.ZOH);
    assertThat(system.memory(1, 1e-6, 1 << 20)).isEqualTo(1 << 20);
    ConvolutionCache<double[]> cache = new ConvolutionCache<>(system, Kernels.float64(), 1);
    assertThat(cache.forWindow(SAMPLES).maxSamples()).isEqualTo(32_768);
    assertThat(new DssSystem(p).memory(1, 1e-6, 77)).isEqualTo(77);
  }
}
