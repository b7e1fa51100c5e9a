package io.flinkssm.model.s4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.Safetensors;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.testing.Golden;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The networks of {@code example.py} against logits, features and states of the official code. */
class S4ModelGoldenTest {

  private static final int LENGTH = 128;
  private static final int[] FEATURES_AT = {0, 1, 63, 127};

  record Case(
      String file, String weights, int width, boolean prenorm, String layer, double tolerance) {
    S4Network read() {
      return TestModels.goldenClassifier(
          file + "." + weights + ".safetensors", width, prenorm, layer);
    }

    GoldenFile golden() {
      return Golden.file(file + ".json");
    }

    double[] tensor(String name) {
      return golden().tensor(weights + "." + name).data();
    }

    @Override
    public String toString() {
      return file + "." + weights;
    }
  }

  static Stream<Case> cases() {
    return Stream.of("init", "trained")
        .flatMap(
            weights ->
                Stream.of(
                    new Case(
                        "05-model-s4-dplr",
                        weights,
                        32,
                        false,
                        "{\"kind\": \"s4\", \"mode\": \"dplr\", \"dt_transform\": \"exp\", \"d_state\": 64}",
                        1e-10),
                    new Case(
                        "05b-model-s4-dplr-prenorm-nssm1",
                        weights,
                        16,
                        true,
                        "{\"_name_\": \"s4\", \"mode\": \"nplr\", \"dt_transform\": \"softplus\", \"n_ssm\": 1,"
                            + " \"l_max\": 128}",
                        1e-7),
                    new Case(
                        "06-model-s4d-block",
                        weights,
                        32,
                        false,
                        "{\"kind\": \"s4\", \"mode\": \"diag\", \"disc\": \"zoh\", \"dt_transform\": \"exp\"}",
                        1e-11),
                    new Case(
                        "06b-model-s4d-standalone",
                        weights,
                        32,
                        true,
                        "{\"kind\": \"s4d-minimal\"}",
                        1e-11)));
  }

  static Stream<Case> trained() {
    return cases().filter(c -> c.weights.equals("trained"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void convolvesToTheOfficialLogits(Case c) {
    DiscreteModel<double[]> model = c.read().discretize(100, Kernels.float64());
    double[] expected = c.tensor("logits_f64");
    double[] single = c.tensor("logits_f32");
    double[] logits = new double[4];
    for (int item = 0; item < 4; item++) {
      model.convolve(null, input(c, item), LENGTH, logits, 1, ConvolutionMethod.FFT);
      assertClose(logits, Arrays.copyOfRange(expected, 4 * item, 4 * item + 4), c.tolerance);
      // What the reference itself gives in its usual precision.
      assertClose(logits, Arrays.copyOfRange(single, 4 * item, 4 * item + 4), 1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void advancesToTheOfficialLogitsAtEveryBlockLength(Case c) {
    DiscreteModel<double[]> model = c.read().discretize(100, Kernels.float64());
    double[] expected = c.tensor("logits_f64");
    for (int item = 0; item < 4; item++) {
      int block = new int[] {1, 7, 13, 128}[item];
      double[] logits = advance(model, Kernels.float64(), input(c, item), block);
      assertClose(
          Arrays.copyOfRange(logits, 4 * (LENGTH - 1), 4 * LENGTH),
          Arrays.copyOfRange(expected, 4 * item, 4 * item + 4),
          c.tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoresEveryPositionFromTheFeaturesSoFar(Case c) {
    DiscreteModel<double[]> model = c.read().discretize(100, Kernels.float64());
    double[] expected = c.tensor("running_mean_logits_f64.batch1");
    double[] stepped = advance(model, Kernels.float64(), input(c, 1), 13);
    double[] convolved = new double[4 * LENGTH];
    model.convolve(null, input(c, 1), LENGTH, convolved, LENGTH, ConvolutionMethod.FFT);
    int row = 0;
    for (var t : c.golden().meta().get("running_mean_t")) {
      double[] want = Arrays.copyOfRange(expected, 4 * row, 4 * row + 4);
      int at = 4 * t.asInt();
      assertClose(Arrays.copyOfRange(stepped, at, at + 4), want, c.tolerance);
      assertClose(Arrays.copyOfRange(convolved, at, at + 4), want, c.tolerance);
      row++;
    }
  }

  @ParameterizedTest
  @MethodSource("trained")
  void matchesTheOfficialFeaturesLayerByLayer(Case c) {
    Kernels<double[]> kernels = Kernels.float64();
    S4Network network = c.read();
    for (boolean convolve : new boolean[] {false, true}) {
      Buffers<double[]> buffers = new Buffers<>(kernels, network.layers(), c.width, LENGTH);
      Kernels.Linear<double[]> encoder = network.encoder().prepare(kernels);
      encoder.apply(input(c, 1), buffers.x, LENGTH, encoder.newScratch());
      double[] state = new double[network.layout().length()];
      for (int i = 0; i < 4; i++) {
        Block block = network.blocks().get(i);
        DiscreteLayer<double[]> layer =
            new DiscreteLayer<>(block.layers().get(0), 1, RateMethod.PLAIN, kernels);
        double[] u = buffers.x.clone();
        if (block.prenorm()) {
          block.norm().prepare(kernels).apply(u, LENGTH, buffers.row);
        }
        double[] y = new double[u.length];
        double[] window = layer.transform(null, 0, u, LENGTH);
        layer.finish(window, 0, y, LENGTH, layer.newScratch(), buffers);
        assertFeatures(c, "layer" + i + ".block_out", y);
        DiscreteBlock<double[]> discrete = new DiscreteBlock<>(block, 1, RateMethod.PLAIN, kernels);
        DiscreteBlock.Systems<double[]> systems =
            convolve
                ? (l, runs, at, in, out, scratch, all) ->
                    l.finish(l.transform(state, at, in, LENGTH), 0, out, LENGTH, scratch, all)
                : DiscreteLayer::advance;
        Runs<double[]> runs = Runs.of(state, LENGTH, 0);
        discrete.apply(systems, runs, network.layout(), i, buffers, discrete.newScratch(LENGTH));
        assertFeatures(c, "layer" + i + ".out", buffers.x);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("trained")
  void endsInTheOfficialState(Case c) {
    GoldenFile golden = c.golden();
    if (!golden.names().contains("trained.layer0.state_final.f64.batch1")) {
      return; // The minimal S4D of the reference has no step, and so no state to store.
    }
    S4Network network = c.read();
    DiscreteModel<double[]> model = network.discretize(100, Kernels.float64());
    double[] advanced = new double[model.stateLength()];
    model.advance(advanced, input(c, 1), LENGTH, new double[0], 0, model.newWorkspace(LENGTH));
    double[] convolved = new double[model.stateLength()];
    model.convolve(convolved, input(c, 1), LENGTH, new double[0], 0, ConvolutionMethod.FFT);
    for (int layer : new int[] {0, 3}) {
      GoldenFile.Tensor expected =
          golden.tensor("trained.layer" + layer + ".state_final.f64.batch1");
      assertState(c, network, layer, advanced, expected);
      assertState(c, network, layer, convolved, expected);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void float32StaysWithinItsPrecision(Case c) {
    DiscreteModel<float[]> model = c.read().discretize(100, Kernels.float32());
    double[] expected = c.tensor("logits_f64");
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int item = 0; item < 4; item++) {
      double[] want = Arrays.copyOfRange(expected, 4 * item, 4 * item + 4);
      float[] x = toFloat(input(c, item));
      float[] logits = advance(model, Kernels.float32(), x, 7);
      float[] convolved = new float[4];
      model.convolve(null, x, LENGTH, convolved, 1, ConvolutionMethod.FFT);
      for (int k = 0; k < 4; k++) {
        assertThat((double) logits[4 * (LENGTH - 1) + k])
            .isCloseTo(want[k], offset(1e-4 * largest));
        assertThat((double) convolved[k]).isCloseTo(want[k], offset(1e-4 * largest));
      }
    }
  }

  /**
   * Golden states are x in {@code [H][M]}; ours have the layout of {@link DiscreteSystem}, and are
   * x/B for diagonal systems.
   */
  private static void assertState(
      Case c, S4Network network, int layer, double[] state, GoldenFile.Tensor expected) {
    double[] re = expected.re();
    double[] im = expected.im();
    int modes = re.length / c.width;
    DiscreteSystem place = network.blocks().get(layer).layers().get(0).system().discretize(1);
    boolean folded = network.blocks().get(layer).layers().get(0).system().rank() == 0;
    double[] b = inputMap(c, layer);
    int at = network.layout().system(layer);
    double largest = Math.max(max(re), max(im));
    for (int h = 0; h < c.width; h++) {
      for (int n = 0; n < modes; n++) {
        double x = state[at + place.re(n, h)];
        double y = state[at + place.im(n, h)];
        double bRe = folded ? b[2 * (h * modes + n)] : 1;
        double bIm = folded ? b[2 * (h * modes + n) + 1] : 0;
        assertThat(x * bRe - y * bIm).isCloseTo(re[h * modes + n], offset(c.tolerance * largest));
        assertThat(x * bIm + y * bRe).isCloseTo(im[h * modes + n], offset(c.tolerance * largest));
      }
    }
  }

  /** The stored B, {@code [H][M][2]}. */
  private static double[] inputMap(Case c, int layer) {
    String file = c.file + "." + c.weights + ".safetensors";
    return Safetensors.read(file, Golden.bytes(file))
        .values("s4_layers." + layer + ".layer.kernel.B");
  }

  private static void assertFeatures(Case c, String name, double[] features) {
    double[] expected = c.tensor(name + ".f64.batch1.t_0_1_63_127");
    for (int row = 0; row < FEATURES_AT.length; row++) {
      int from = FEATURES_AT[row] * c.width;
      assertClose(
          Arrays.copyOfRange(features, from, from + c.width),
          Arrays.copyOfRange(expected, row * c.width, (row + 1) * c.width),
          c.tolerance * Math.max(1, max(expected)));
    }
  }

  private static double[] input(Case c, int item) {
    double[] x = c.golden().tensor("x").data();
    double[] out = new double[2 * LENGTH];
    for (int i = 0; i < out.length; i++) {
      // Stored as the shortest decimal of a float32: the nearest double is another number.
      out[i] = (float) x[item * 2 * LENGTH + i];
    }
    return out;
  }

  /** Logits at every position, in blocks. */
  private static <A> A advance(DiscreteModel<A> model, Kernels<A> kernels, A input, int block) {
    A state = kernels.allocate(model.stateLength());
    A logits = kernels.allocate(4 * LENGTH);
    A in = kernels.allocate(2 * block);
    A out = kernels.allocate(4 * block);
    DiscreteModel.Workspace<A> workspace = model.newWorkspace(block);
    for (int from = 0; from < LENGTH; from += block) {
      int count = Math.min(block, LENGTH - from);
      kernels.copy(input, 2 * from, in, 0, 2 * count);
      model.advance(state, in, count, out, count, workspace);
      kernels.copy(out, 0, logits, 4 * from, 4 * count);
    }
    return logits;
  }

  private static void assertClose(double[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    IntStream.range(0, found.length)
        .forEach(
            i -> assertThat(found[i]).as("at %d", i).isCloseTo(expected[i], offset(tolerance)));
  }

  private static double max(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElseThrow();
  }

  private static float[] toFloat(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }
}
