package io.flinkssm.model.s4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.flinkssm.model.ConfigNode;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.Safetensors;
import io.flinkssm.model.Tensors;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.testing.Golden;
import io.flinkssm.testing.SafetensorsWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single S4 blocks against outputs of the official code. */
class S4LayerGoldenTest {

  private static final GoldenFile GOLDEN = Golden.file("09-bidirectional-channels.json");
  private static final int LENGTH = 32;
  private static final int WIDTH = 3;

  @ParameterizedTest
  @CsvSource({"dplr, dplr", "diag, diag"})
  void convolvesBidirectionally(String name, String mode) {
    S4Layer layer = read(name, mode, "\"bidirectional\": true,");
    assertThat(layer.system().streams()).isFalse();
    for (int item = 0; item < 2; item++) {
      assertClose(convolve(layer, input(item)), expected(name + ".y", item));
    }
  }

  @Test
  void severalOutputsPerChannelMatchInBothViews() {
    S4Layer layer = read("channels2", "diag", "\"channels\": 2,");
    for (int item = 0; item < 2; item++) {
      assertClose(convolve(layer, input(item)), expected("channels2.y", item));
      assertClose(advance(layer, input(item)), expected("channels2.y", item));
      assertFloat32Close(layer, input(item), expected("channels2.y", item));
    }
  }

  @Test
  void lengthsAreZerosAfterTheEndOfTheInput() {
    S4Layer layer = read("channels2", "diag", "\"channels\": 2,");
    for (int item = 0; item < 2; item++) {
      double[] x = input(item);
      Arrays.fill(x, new int[] {20, 32}[item] * WIDTH, x.length, 0);
      assertClose(advance(layer, x), expected("channels2.y.lengths_20_32", item));
      assertClose(convolve(layer, x), expected("channels2.y.lengths_20_32", item));
    }
  }

  @Test
  void swappedChannelsAreTheSameBlockWithItsColumnsPermuted() {
    SafetensorsWriter weights = TestModels.tensors(GOLDEN, "channels2.");
    double[] w = weights.values("output_linear.0.weight");
    double[] swapped = new double[w.length];
    for (int o = 0; o < 2 * WIDTH; o++) {
      for (int c = 0; c < 2; c++) {
        for (int h = 0; h < WIDTH; h++) {
          swapped[o * 2 * WIDTH + h * 2 + c] = w[o * 2 * WIDTH + c * WIDTH + h];
        }
      }
    }
    weights.put("output_linear.0.weight", swapped, 2 * WIDTH, 2 * WIDTH);
    S4Layer layer = read(weights, "diag", "\"channels\": 2, \"swap_channels\": true,");
    assertClose(advance(layer, input(0)), expected("channels2.y", 0));
  }

  private static S4Layer read(String name, String mode, String more) {
    SafetensorsWriter weights = TestModels.tensors(GOLDEN, name + ".");
    for (String output : new String[] {"K", "y", "linear_plus_D", "y.lengths_20_32"}) {
      weights.remove(output);
    }
    return read(weights, mode, more);
  }

  private static S4Layer read(SafetensorsWriter weights, String mode, String more) {
    String json =
        "{\"layer\": {\"kind\": \"s4\", %s \"mode\": \"%s\", \"dt_transform\": \"exp\"}}"
            .formatted(more, mode);
    ConfigNode keys = ConfigNode.parse("config.json", json.getBytes(StandardCharsets.UTF_8));
    LayerConfig config = LayerConfig.read(keys);
    keys.finish();
    weights.remove("y").remove("y.lengths_20_32");
    Tensors tensors = Tensors.of(Safetensors.read("golden", weights.bytes()));
    S4Layer layer = S4Layer.read(tensors, config, WIDTH);
    tensors.finish();
    return layer;
  }

  private static double[] convolve(S4Layer layer, double[] x) {
    DiscreteLayer<double[]> discrete =
        new DiscreteLayer<>(layer, 1, RateMethod.PLAIN, Kernels.float64());
    double[] y = new double[x.length];
    double[] window = discrete.transform(null, 0, x, LENGTH);
    discrete.finish(window, 0, y, LENGTH, discrete.newScratch(), buffers(layer));
    return y;
  }

  private static double[] advance(S4Layer layer, double[] x) {
    DiscreteLayer<double[]> discrete =
        new DiscreteLayer<>(layer, 1, RateMethod.PLAIN, Kernels.float64());
    double[] y = new double[x.length];
    double[] state = new double[2 * layer.system().modes() * WIDTH];
    discrete.advance(Runs.of(state, LENGTH, 0), 0, x, y, discrete.newScratch(), buffers(layer));
    return y;
  }

  private static void assertFloat32Close(S4Layer layer, double[] x, double[] expected) {
    Kernels<float[]> kernels = Kernels.float32();
    DiscreteLayer<float[]> discrete = new DiscreteLayer<>(layer, 1, RateMethod.PLAIN, kernels);
    float[] u = new float[x.length];
    kernels.fromDouble(x, 0, u, 0, x.length);
    float[] y = new float[x.length];
    float[] state = new float[2 * layer.system().modes() * WIDTH];
    Buffers<float[]> buffers = new Buffers<>(kernels, List.of(layer), WIDTH, LENGTH);
    discrete.advance(Runs.of(state, LENGTH, 0), 0, u, y, discrete.newScratch(), buffers);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < y.length; i++) {
      assertThat((double) y[i]).as("at %d", i).isCloseTo(expected[i], offset(1e-4 * largest));
    }
  }

  private static Buffers<double[]> buffers(S4Layer layer) {
    return new Buffers<>(Kernels.float64(), List.of(layer), WIDTH, LENGTH);
  }

  private static double[] input(int item) {
    return expected("x", item);
  }

  private static double[] expected(String name, int item) {
    int length = LENGTH * WIDTH;
    return Arrays.copyOfRange(GOLDEN.tensor(name).data(), item * length, (item + 1) * length);
  }

  private static void assertClose(double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("at %d", i).isCloseTo(expected[i], offset(1e-12));
    }
  }
}
