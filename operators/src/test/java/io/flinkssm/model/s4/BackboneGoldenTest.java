package io.flinkssm.model.s4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.layers.LinearMap;
import io.flinkssm.model.layers.Pooling;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.testing.Golden;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The framework's backbone and decoder against outputs of the official code. */
class BackboneGoldenTest {

  private static final GoldenFile GOLDEN = Golden.file("11-backbone.json");
  private static final int LENGTH = 24;
  private static final int WIDTH = 6;
  private static final String DIAG =
      """
      {"_name_": "s4", "layer": "fftconv", "d_state": 8, "init": "diag-lin", "mode": "diag",
       "final_act": "glu", "dt_transform": "softplus", "dropout": 0.0, "transposed": false}""";
  private static final String INNER_BIDIRECTIONAL =
      """
      {"_name_": "s4", "d_state": 8, "init": "legs", "mode": "nplr", "final_act": "glu",
       "dt_transform": "softplus", "bidirectional": true, "n_ssm": 2}""";

  record Case(String name, boolean prenorm, String norm, String more, String layer) {
    S4Network read() {
      return TestModels.read(
          "{"
              + TestModels.COMMON
              + """
               "architecture": "s4-backbone", "task": "features", "d_input": 6, "d_output": 6,
               "d_model": 6, "n_layers": 2, "prenorm": %s, "norm": "%s", "pooling": "none", %s
               "layer": %s}"""
                  .formatted(prenorm, norm, more, layer),
          TestModels.tensors(GOLDEN, name + ".").remove("y").bytes());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> streaming() {
    String r = "\"residual\": \"R\",";
    return Stream.of(
        new Case("prenorm_layernorm", true, "layer", r, DIAG),
        new Case("postnorm_layernorm", false, "layer", r, DIAG),
        new Case("prenorm_batchnorm", true, "batch", r, DIAG),
        new Case("prenorm_layernorm_transposed", true, "layer", r + "\"transposed\": true,", DIAG),
        new Case("outer_bidirectional", true, "layer", r + "\"bidirectional\": true,", DIAG),
        new Case("residual_decay", true, "layer", "\"residual\": \"D\",", DIAG));
  }

  @ParameterizedTest
  @MethodSource("streaming")
  void bothViewsMatchTheOfficialOutputs(Case c) {
    DiscreteModel<double[]> model = c.read().discretize(100, Kernels.float64());
    double[] expected = GOLDEN.tensor(c.name + ".y").data();
    for (int item = 0; item < 2; item++) {
      double[] want = part(expected, item);
      double[] y = new double[LENGTH * WIDTH];
      model.convolve(null, input(item), LENGTH, y, LENGTH, ConvolutionMethod.FFT);
      assertClose(y, want);
      double[] stepped = new double[LENGTH * WIDTH];
      model.advance(
          new double[model.stateLength()],
          input(item),
          LENGTH,
          stepped,
          LENGTH,
          model.newWorkspace(LENGTH));
      assertClose(stepped, want);
    }
    float32FollowsWithin(c.read().discretize(100, Kernels.float32()), expected);
  }

  private static void float32FollowsWithin(DiscreteModel<float[]> model, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int item = 0; item < 2; item++) {
      double[] x = input(item);
      float[] in = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        in[i] = (float) x[i];
      }
      float[] y = new float[LENGTH * WIDTH];
      float[] state = new float[model.stateLength()];
      model.advance(state, in, LENGTH, y, LENGTH, model.newWorkspace(LENGTH));
      double[] want = part(expected, item);
      for (int i = 0; i < y.length; i++) {
        assertThat((double) y[i]).as("at %d", i).isCloseTo(want[i], offset(1e-4 * largest));
      }
    }
  }

  @Test
  void innerBidirectionalConvolvesButDoesNotStream() {
    S4Network network =
        new Case(
                "inner_bidirectional_batchnorm_nplr_nssm2",
                true,
                "batch",
                "\"residual\": \"R\",",
                INNER_BIDIRECTIONAL)
            .read();
    assertThat(network.streams()).isFalse();
    assertThat(network.whyNotStreaming()).startsWith("block 0: ").contains("bidirectional");
    DiscreteModel<double[]> model = network.discretize(100, Kernels.float64());
    assertThat(model.stateLength()).isZero();
    double[] expected = GOLDEN.tensor("inner_bidirectional_batchnorm_nplr_nssm2.y").data();
    for (int item = 0; item < 2; item++) {
      double[] y = new double[LENGTH * WIDTH];
      model.convolve(null, input(item), LENGTH, y, LENGTH, ConvolutionMethod.FFT);
      assertClose(y, part(expected, item));
      double[] planned = new double[LENGTH * WIDTH];
      model.convolve(null, input(item), LENGTH, planned, LENGTH);
      assertThat(planned).containsExactly(y);
    }
    assertThat(model.describeConvolution(LENGTH, false, ConvolutionMethod.AUTO))
        .allSatisfy(line -> assertThat(line).contains("FFT, there is no recurrence"));
    assertThatThrownBy(
            () ->
                model.convolve(
                    null,
                    input(0),
                    LENGTH,
                    new double[LENGTH * WIDTH],
                    LENGTH,
                    ConvolutionMethod.RECURRENCE))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("bidirectional");
    assertThatThrownBy(
            () ->
                model.advance(new double[0], input(0), 1, new double[6], 1, model.newWorkspace(1)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("bidirectional");
    assertThatThrownBy(
            () ->
                model.convolve(new double[0], input(0), 1, new double[6], 1, ConvolutionMethod.FFT))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("pass null");
  }

  @Test
  void poolingBetweenBlocksIsRefusedWithTheReason() {
    Case c =
        new Case(
            "avgpool2_expand2",
            true,
            "layer",
            "\"residual\": \"R\", \"pool\": {\"stride\": 2, \"expand\": 2, \"_name_\": \"pool\"},",
            DIAG);
    assertThatThrownBy(c::read)
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("\"pool\"", "sampling rate inside the network");
  }

  @ParameterizedTest
  @CsvSource({"group", "instance"})
  void normsOverTimeAreRefusedWithTheReason(String norm) {
    Case c = new Case("prenorm_layernorm", true, norm, "\"residual\": \"R\",", DIAG);
    assertThatThrownBy(c::read)
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("\"norm\"", norm, "whole sequence");
  }

  @ParameterizedTest
  @CsvSource({
    "LAST, dec.last.l_output_None, 24", "LAST, dec.last.l_output_0, 1",
    "MEAN, dec.pool.l_output_1, 1", "SUM, dec.sum.l_output_None, 24",
    "SUM, dec.sum.l_output_1, 1", "FIRST, dec.first.l_output_0, 1",
    "LAST, dec.last.l_output_1, 1", "MEAN, dec.pool.l_output_0, 1",
    "SUM, dec.sum.l_output_0, 1", "FIRST, dec.first.l_output_1, 1",
    "LAST, dec.first.l_output_None, 24"
  })
  void decodesLikeTheOfficialDecoder(Pooling pooling, String name, int outputs) {
    LinearMap decoder =
        new LinearMap(
            WIDTH, 4, GOLDEN.tensor("dec.weight").data(), GOLDEN.tensor("dec.bias").data());
    double[] expected = GOLDEN.tensor(name).data();
    for (int item = 0; item < 2; item++) {
      double[] features = part(GOLDEN.tensor("dec.in").data(), item);
      double[] y = decode(pooling, decoder, features, LENGTH, outputs);
      assertClose(y, Arrays.copyOfRange(expected, item * outputs * 4, (item + 1) * outputs * 4));
    }
  }

  @Test
  void meanOverATrueLengthMatchesTheOfficialUseLengths() {
    LinearMap decoder =
        new LinearMap(
            WIDTH, 4, GOLDEN.tensor("dec.weight").data(), GOLDEN.tensor("dec.bias").data());
    double[] expected = GOLDEN.tensor("dec.pool.use_lengths_10_24").data();
    for (int item = 0; item < 2; item++) {
      double[] features = part(GOLDEN.tensor("dec.in").data(), item);
      int length = new int[] {10, 24}[item];
      assertClose(decode(Pooling.MEAN, decoder, features, length, 1), part(expected, item));
    }
  }

  private static double[] decode(
      Pooling pooling, LinearMap decoder, double[] features, int rows, int outputs) {
    Kernels<double[]> kernels = Kernels.float64();
    double[] pooled = new double[outputs * WIDTH];
    double[] state = new double[pooling.stateLength(WIDTH)];
    Runs<double[]> run = Runs.of(state, rows, outputs);
    pooling.apply(kernels, run, 0, features, WIDTH, pooled);
    double[] y = new double[outputs * 4];
    Kernels.Linear<double[]> linear = decoder.prepare(kernels);
    linear.apply(pooled, y, outputs, linear.newScratch());
    return y;
  }

  private static double[] input(int item) {
    return part(GOLDEN.tensor("x").data(), item);
  }

  private static double[] part(double[] batch, int item) {
    int length = batch.length / 2;
    return Arrays.copyOfRange(batch, item * length, (item + 1) * length);
  }

  private static void assertClose(double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("at %d", i).isCloseTo(expected[i], offset(1e-11));
    }
  }
}
