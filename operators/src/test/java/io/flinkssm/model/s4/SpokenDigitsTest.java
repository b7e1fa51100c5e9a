package io.flinkssm.model.s4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.Safetensors;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trained speech models at several sampling rates, against logits of the official code. */
class SpokenDigitsTest {

  private static final String LABELS =
      "\"labels\": [\"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\"]";

  @ParameterizedTest
  @CsvSource({
    "native_4k_rate1, 2, 4000, 10",
    "double_8k_rate0.5, 1, 8000, 9",
    "half_2k_rate2, 4, 2000, 9"
  })
  void theShippedModelNamesThePrompts(String condition, int every, double hz, int correct)
      throws IOException {
    SequenceModel model = ModelDirectory.read(upwards("models/spoken-digits-s4d"));
    Path prompts = upwards("samples/digits");
    assumeTrue(prompts != null, "no samples/digits in this checkout");
    GoldenFile golden = GoldenFile.read(upwards("models/spoken-digits-s4d").resolve("logits.json"));
    double[] expected = golden.tensor("logits_f64." + condition).data();
    DiscreteModel<double[]> exact = model.discretize(hz, Kernels.float64());
    DiscreteModel<float[]> streaming = model.discretize(hz, Kernels.float32());
    int named = 0;
    for (int digit = 0; digit < 10; digit++) {
      double[] x = decimate(wav(prompts.resolve(digit + ".wav")), every, Integer.MAX_VALUE);
      double[] want = Arrays.copyOfRange(expected, 10 * digit, 10 * digit + 10);
      if (digit % 5 == 0) {
        assertBothViews(exact, x, want, 1e-9);
      }
      double[] logits = toDouble(advance(streaming, Kernels.float32(), toFloat(x)));
      for (int k = 0; k < 10; k++) {
        assertThat(logits[k]).isCloseTo(want[k], offset(1e-3));
      }
      named += argMax(logits) == digit ? 1 : 0;
    }
    assertThat(named).isEqualTo(correct);
  }

  @Test
  void theShippedModelStreamsAndSaysWhatItIs() throws IOException {
    SequenceModel model = ModelDirectory.read(upwards("models/spoken-digits-s4d"));
    assertThat(model.streams()).isTrue();
    assertThat(model.info().parameters()).isEqualTo(59658);
    assertThat(model.info().labels()).startsWith("zero").endsWith("nine");
    // Modes, and the mean's sum and count as pairs.
    assertThat(model.discretize(4000, Kernels.float32()).stateLength())
        .isEqualTo(8192 + 2 * 64 + 2);
  }

  @ParameterizedTest
  @CsvSource({
    "golden/fsdd-s4d, logits_f64.native_4k_rate1, 2, 4000",
    "golden/fsdd-s4d, logits_f64.double_8k_rate0.5_zero_shot, 1, 8000",
    "golden/fsdd-s4d, logits_f64.half_2k_rate2_zero_shot, 4, 2000",
    "golden/fsdd-s4, logits_f64.stream.native_4k_rate1, 2, 4000",
    "golden/fsdd-s4, logits_f64.stream.double_8k_rate0.5_zero_shot, 1, 8000",
    "golden/fsdd-s4, logits_f64.stream.half_2k_rate2_zero_shot, 4, 2000",
    "golden/fsdd-s4, logits_f64.hold2.half_2k, 4, 2000",
    "models/spoken-digits-s4, logits_f64.stream.native_8k_rate1, 1, 8000",
    "models/spoken-digits-s4, logits_f64.stream.half_4k_rate2, 2, 4000",
    "models/spoken-digits-s4, logits_f64.hold2.half_4k, 2, 4000"
  })
  void sharedModelsGiveTheOfficialLogitsAtEveryRate(String path, String name, int every, double hz)
      throws IOException {
    Path directory = Golden.shared(path).orElse(null);
    Path recordings = Golden.shared("golden/fsdd-s4d/test-audio-8k.safetensors").orElse(null);
    assumeTrue(
        directory != null && recordings != null, "no shared " + path + " beside this checkout");
    boolean large = path.startsWith("models");
    S4Network network =
        TestModels.read(
            """
            {"format": 1, "name": "digits", "version": "1", "architecture": "s4-classifier",
             "task": "classification", %s, "d_input": 1, "d_output": 10, "d_model": %d,
             "n_layers": %d, "sample_rate_hz": %d, "input_scale": %s,
             "layer": {"kind": "s4", "mode": "%s", "dt_transform": "exp"}}
            """
                .formatted(
                    LABELS,
                    large ? 64 : 32,
                    large ? 6 : 4,
                    large ? 8000 : 4000,
                    new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(directory.resolve("config.json").toFile())
                        .get("input_scale")
                        .asText(),
                    path.endsWith("s4d") ? "diag" : "dplr"),
            Files.readAllBytes(directory.resolve("model.safetensors")));
    RateMethod method = name.contains(".hold2.") ? RateMethod.HOLD : RateMethod.PLAIN;
    DiscreteModel<double[]> model = network.discretize(hz, method, Kernels.float64());
    GoldenFile golden = GoldenFile.read(directory.resolve("logits.json"));
    Safetensors audio = Safetensors.read(recordings);
    double[] samples = audio.values("audio");
    double[] offsets = audio.values("offsets");
    double[] expected = golden.tensor(name).data();
    int[] clips = golden.tensor("clip_index_in_test_split").ints();
    for (int k : large ? new int[] {7} : new int[] {0, 11}) {
      double[] clip =
          Arrays.copyOfRange(samples, (int) offsets[clips[k]], (int) offsets[clips[k] + 1]);
      // The reference cut clips to one second.
      double[] x = decimate(clip, every, (int) hz);
      assertBothViews(model, x, Arrays.copyOfRange(expected, 10 * k, 10 * k + 10), 1e-8);
    }
  }

  private static void assertBothViews(
      DiscreteModel<double[]> model, double[] x, double[] expected, double tolerance) {
    double[] stepped = advance(model, Kernels.float64(), x);
    double[] convolved = new double[10];
    model.convolve(null, x, x.length, convolved, 1, ConvolutionMethod.FFT);
    for (int i = 0; i < 10; i++) {
      assertThat(stepped[i]).isCloseTo(expected[i], offset(tolerance));
      assertThat(convolved[i]).isCloseTo(expected[i], offset(tolerance));
    }
  }

  /** Logits after the last sample, in blocks of 20 ms or so. */
  private static <A> A advance(DiscreteModel<A> model, Kernels<A> kernels, A x) {
    int block = 97;
    A state = kernels.allocate(model.stateLength());
    A in = kernels.allocate(block);
    A logits = kernels.allocate(10);
    DiscreteModel.Workspace<A> workspace = model.newWorkspace(block);
    int length = kernels.length(x);
    for (int from = 0; from < length; from += block) {
      int count = Math.min(block, length - from);
      kernels.copy(x, from, in, 0, count);
      model.advance(state, in, count, logits, 1, workspace);
    }
    return logits;
  }

  private static double[] decimate(double[] x, int every, int most) {
    double[] out = new double[Math.min(most, (x.length + every - 1) / every)];
    for (int i = 0; i < out.length; i++) {
      out[i] = x[i * every];
    }
    return out;
  }

  /** Samples of a 16-bit mono WAV file. */
  private static double[] wav(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int at = 12;
    while (bytes.getInt(at) != 0x61746164) { // "data"
      at += 8 + bytes.getInt(at + 4);
    }
    double[] out = new double[bytes.getInt(at + 4) / 2];
    for (int i = 0; i < out.length; i++) {
      out[i] = bytes.getShort(at + 8 + 2 * i);
    }
    return out;
  }

  /** A path of the checkout, from whichever module the test runs in, or null. */
  private static Path upwards(String path) {
    for (Path dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
      if (Files.exists(dir.resolve(path))) {
        return dir.resolve(path);
      }
    }
    return null;
  }

  private static int argMax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static float[] toFloat(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  private static double[] toDouble(float[] values) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i];
    }
    return out;
  }
}
