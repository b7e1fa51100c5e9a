package io.flinkssm.model.s4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties of random networks: the two views agree, and splitting a stream changes nothing. */
class S4NetworkPropertyTest {

  private static final int NETWORKS = 60;

  @Test
  void advanceEqualsConvolveHoweverTheStreamIsSplit() {
    for (int seed = 0; seed < NETWORKS; seed++) {
      Random random = new Random(seed);
      TestModels.RandomNetwork made = TestModels.random(random);
      S4Network network = made.read();
      double hz = new double[] {100, 50, 200, 130, 67}[random.nextInt(5)];
      DiscreteModel<double[]> model = network.discretize(hz, Kernels.float64());
      int samples = 1 + random.nextInt(80);
      int in = network.info().inputChannels();
      int out = network.info().outputSize();
      double[] x = TestModels.gaussian(random, samples * in, 1);
      double[] whole = new double[samples * out];
      double[] wholeState = new double[model.stateLength()];
      model.convolve(wholeState, x, samples, whole, samples, ConvolutionMethod.FFT);
      double tolerance = 1e-9 * (1 + Arrays.stream(whole).map(Math::abs).max().orElse(0));

      double[] state = new double[model.stateLength()];
      DiscreteModel.Workspace<double[]> workspace = model.newWorkspace(17);
      for (int from = 0; from < samples; ) {
        int count = Math.min(1 + random.nextInt(17), samples - from);
        double[] part = Arrays.copyOfRange(x, from * in, (from + count) * in);
        double[] y = new double[count * out];
        int outputs = random.nextInt(count + 1);
        if (random.nextInt(4) == 0) {
          model.convolve(state, part, count, y, outputs, ConvolutionMethod.FFT);
        } else {
          model.advance(state, part, count, y, outputs, workspace);
        }
        for (int i = 0; i < outputs * out; i++) {
          assertThat(y[i])
              .as("seed %d, samples from %d, %s", seed, from, made.config())
              .isCloseTo(whole[(from + count - outputs) * out + i], offset(tolerance));
        }
        from += count;
      }
      for (int i = 0; i < state.length; i++) {
        assertThat(state[i])
            .as("seed %d, state %d", seed, i)
            .isCloseTo(wholeState[i], offset(1e-9 * (1 + Math.abs(wholeState[i]))));
      }
    }
  }

  @Test
  void float32FollowsFloat64() {
    for (int seed = 100; seed < 100 + NETWORKS; seed++) {
      Random random = new Random(seed);
      TestModels.RandomNetwork made = TestModels.random(random);
      if (made.config().contains("\"transposed\": true") || made.config().contains("\"relu\"")) {
        continue; // A norm without ε, or a kink, may enlarge any rounding.
      }
      S4Network network = made.read();
      DiscreteModel<double[]> exact = network.discretize(100, Kernels.float64());
      DiscreteModel<float[]> model = network.discretize(100, Kernels.float32());
      int samples = 64;
      int in = network.info().inputChannels();
      int out = network.info().outputSize();
      float[] x = new float[samples * in];
      double[] wide = new double[samples * in];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) random.nextGaussian();
        wide[i] = x[i];
      }
      double[] expected = new double[samples * out];
      exact.convolve(null, wide, samples, expected, samples, ConvolutionMethod.FFT);
      float[] y = new float[samples * out];
      model.advance(
          new float[model.stateLength()], x, samples, y, samples, model.newWorkspace(samples));
      double largest = 1 + Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      for (int i = 0; i < y.length; i++) {
        assertThat((double) y[i])
            .as("seed %d at %d, %s", seed, i, made.config())
            .isCloseTo(expected[i], offset(1e-3 * largest));
      }
    }
  }

  @Test
  void aLowerSamplingRateIsALargerPlainStep() {
    for (int seed = 300; seed < 320; seed++) {
      TestModels.RandomNetwork made = TestModels.random(new Random(seed));
      S4Network network = made.read();
      // Weights whose C is stored for a length belong to one Δ; these have C itself, or none.
      if (network.stateSpaces().stream().anyMatch(s -> s.system().conditionNumber() != 1)) {
        continue;
      }
      for (String name : made.weights().names()) {
        if (name.endsWith("inv_dt")) {
          double[] logDelta = made.weights().values(name);
          Arrays.setAll(logDelta, i -> logDelta[i] + Math.log(2));
        }
      }
      int in = network.info().inputChannels();
      int out = network.info().outputSize();
      double[] x = TestModels.gaussian(new Random(seed), 29 * in, 1);
      double[] half = new double[29 * out];
      double[] twice = new double[29 * out];
      network
          .discretize(50, RateMethod.PLAIN, Kernels.float64())
          .convolve(null, x, 29, half, 29, ConvolutionMethod.FFT);
      made.read()
          .discretize(100, Kernels.float64())
          .convolve(null, x, 29, twice, 29, ConvolutionMethod.FFT);
      for (int i = 0; i < half.length; i++) {
        assertThat(half[i])
            .as("seed %d at %d", seed, i)
            .isCloseTo(twice[i], offset(1e-9 * (1 + Math.abs(twice[i]))));
      }
    }
  }

  @Test
  void inputScaleAndOffsetAreAppliedToSamples() {
    TestModels.RandomNetwork made = TestModels.random(new Random(41));
    String plain =
        made.config()
            .replace("\"input_scale\": 0.5", "\"input_scale\": 1")
            .replace("\"input_offset\": 0.1", "\"input_offset\": 0");
    S4Network network = made.read();
    S4Network unscaled = TestModels.read(plain, made.weights().bytes());
    int in = network.info().inputChannels();
    double[] x = TestModels.gaussian(new Random(42), 11 * in, 1);
    double[] scaled = Arrays.stream(x).map(v -> 0.5 * v + 0.1).toArray();
    double[] y = new double[11 * network.info().outputSize()];
    double[] expected = y.clone();
    network.discretize(100, Kernels.float64()).convolve(null, x, 11, y, 11, ConvolutionMethod.FFT);
    unscaled
        .discretize(100, Kernels.float64())
        .convolve(null, scaled, 11, expected, 11, ConvolutionMethod.FFT);
    assertThat(y).containsExactly(expected, offset(1e-10));
  }

  @Test
  void outputsOfABlockDoNotDependOnHowManyAreAskedFor() {
    DiscreteModel<double[]> model =
        TestModels.random(new Random(7)).read().discretize(100, Kernels.float64());
    int in = model.model().info().inputChannels();
    int out = model.model().info().outputSize();
    double[] x = TestModels.gaussian(new Random(8), 13 * in, 1);
    double[] all = new double[13 * out];
    double[] one = new double[out];
    DiscreteModel.Workspace<double[]> workspace = model.newWorkspace(13);
    model.advance(new double[model.stateLength()], x, 13, all, 13, workspace);
    model.advance(new double[model.stateLength()], x, 13, one, 1, workspace);
    assertThat(one).containsExactly(Arrays.copyOfRange(all, 12 * out, 13 * out));
  }

  @Test
  void aWorkspaceServesEveryRateOfItsModelAndNoOtherModel() {
    S4Network network = TestModels.random(new Random(7)).read();
    DiscreteModel<double[]> model = network.discretize(100, Kernels.float64());
    DiscreteModel<double[]> faster = network.discretize(200, Kernels.float64());
    double[] x = TestModels.gaussian(new Random(8), network.info().inputChannels(), 1);
    double[] own = new double[network.info().outputSize()];
    double[] shared = own.clone();
    double[] state = new double[faster.stateLength()];
    faster.advance(state.clone(), x, 1, own, 1, faster.newWorkspace(1));
    faster.advance(state.clone(), x, 1, shared, 1, model.newWorkspace(1));
    assertThat(shared).containsExactly(own);

    S4Network other = TestModels.random(new Random(9)).read();
    DiscreteModel.Workspace<double[]> foreign =
        other.discretize(100, Kernels.float64()).newWorkspace(1);
    assertThatThrownBy(() -> faster.advance(state, x, 1, own, 1, foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("newWorkspace of this model");
  }

  @Test
  void resetStartsASegmentAnew() {
    DiscreteModel<double[]> model =
        TestModels.random(new Random(3)).read().discretize(100, Kernels.float64());
    double[] state = new double[model.stateLength()];
    Arrays.fill(state, 7);
    model.reset(state);
    assertThat(state).containsOnly(0);
  }

  static Stream<Kernels<?>> both() {
    return Stream.of(Kernels.float32(), Kernels.float64());
  }

  @ParameterizedTest
  @MethodSource("both")
  <A> void theCutsOfAStreamLeaveNoBitBehind(Kernels<A> kernels) {
    for (int seed = 200; seed < 200 + NETWORKS; seed++) {
      Random random = new Random(seed);
      TestModels.RandomNetwork made = TestModels.random(random);
      boolean faint = seed % 2 == 0;
      S4Network network = faint ? withoutOffset(made) : made.read();
      DiscreteModel<A> model = network.discretize(100, kernels);
      int samples = 131;
      int in = network.info().inputChannels();
      int out = network.info().outputSize();
      // A faint signal brings states near the size at which tiny ones are snapped to zero.
      double[] x = TestModels.gaussian(random, samples * in, faint ? 1e-26 : 1);
      A whole = array(kernels, x, 0, x.length);
      A expected = kernels.allocate(samples * out);
      A wholeState = kernels.allocate(model.stateLength());
      model.advance(wholeState, whole, samples, expected, samples, model.newWorkspace(samples));

      A state = kernels.allocate(model.stateLength());
      DiscreteModel.Workspace<A> workspace = model.newWorkspace(37);
      for (int from = 0; from < samples; ) {
        int count = Math.min(1 + random.nextInt(37), samples - from);
        A y = kernels.allocate(count * out);
        model.advance(state, array(kernels, x, from * in, count * in), count, y, count, workspace);
        for (int i = 0; i < count * out; i++) {
          assertThat(kernels.get(y, i))
              .as("seed %d, sample %d", seed, from + i / out)
              .isEqualTo(kernels.get(expected, from * out + i));
        }
        from += count;
      }
      for (int i = 0; i < model.stateLength(); i++) {
        assertThat(kernels.get(state, i))
            .as("seed %d, state %d", seed, i)
            .isEqualTo(kernels.get(wholeState, i));
      }
    }
  }

  /** The network with nothing added to its input, so that faint signals reach the first block. */
  private static S4Network withoutOffset(TestModels.RandomNetwork made) {
    Arrays.fill(made.weights().values("encoder.0.bias"), 0);
    String config = made.config().replace("\"input_offset\": 0.1", "\"input_offset\": 0");
    return TestModels.read(config, made.weights().bytes());
  }

  private static <A> A array(Kernels<A> kernels, double[] values, int from, int length) {
    A array = kernels.allocate(length);
    kernels.fromDouble(values, from, array, 0, length);
    return array;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 160})
  void advanceAllocatesNothingOnceWarm(int block) {
    for (int seed = 0; seed < 3; seed++) {
      S4Network network = TestModels.random(new Random(seed)).read();
      DiscreteModel<float[]> model = network.discretize(100, Kernels.float32());
      float[] state = new float[model.stateLength()];
      float[] x = new float[block * network.info().inputChannels()];
      float[] y = new float[block * network.info().outputSize()];
      DiscreteModel.Workspace<float[]> workspace = model.newWorkspace(block);
      int rounds = block == 1 ? 5_000 : 500;
      long least = Long.MAX_VALUE;
      // Vectors are objects until the compiler has seen to them, in the background.
      for (int repeat = 0; repeat < 100 && least >= 4L * rounds; repeat++) {
        long before = allocated();
        for (int i = 0; i < rounds; i++) {
          model.advance(state, x, block, y, 1, workspace);
        }
        least = Math.min(least, allocated() - before);
      }
      // The measurement itself takes a kilobyte; the smallest object a call takes 16 bytes a call.
      assertThat(least).as("bytes in %d calls, seed %d", rounds, seed).isLessThan(4L * rounds);
    }
  }

  @Test
  void ratesOutsideTheDeclaredRangeAreRefused() {
    S4Network network = TestModels.random(new Random(1)).read();
    for (double hz : new double[] {12.4, 801, 0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> network.discretize(hz, Kernels.float64()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(Double.toString(hz), "12.5", "800.0");
    }
    assertThat(network.discretize(12.5, Kernels.float64()).sampleRateHz()).isEqualTo(12.5);
  }

  @Test
  void argumentsAreCheckedAtTheEdge() {
    DiscreteModel<double[]> model =
        TestModels.random(new Random(5)).read().discretize(100, Kernels.float64());
    int in = model.model().info().inputChannels();
    double[] state = new double[model.stateLength()];
    double[] x = new double[3 * in];
    double[] y = new double[30];
    DiscreteModel.Workspace<double[]> w = model.newWorkspace(3);
    assertThatThrownBy(() -> model.advance(new double[1], x, 1, y, 1, w))
        .hasMessageContaining("state has 1 elements");
    assertThatThrownBy(() -> model.advance(state, x, 0, y, 0, w))
        .hasMessageContaining("samples is 0");
    assertThatThrownBy(() -> model.advance(state, x, 4, y, 0, w))
        .hasMessageContaining("holds up to 3");
    assertThatThrownBy(() -> model.advance(state, x, 2, y, 3, w))
        .hasMessageContaining("outputs is 3");
    assertThatThrownBy(() -> model.advance(state, new double[0], 1, y, 1, w))
        .hasMessageContaining("input has 0");
    assertThatThrownBy(() -> model.advance(state, x, 1, new double[0], 1, w))
        .hasMessageContaining("output has 0");
    assertThatThrownBy(() -> model.newWorkspace(0)).hasMessageContaining("maxSamples is 0");
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
