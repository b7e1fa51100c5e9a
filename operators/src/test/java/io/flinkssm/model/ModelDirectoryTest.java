package io.flinkssm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.testing.Golden;
import io.flinkssm.testing.SafetensorsWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {

  private static final String CONFIG =
      """
      {"format": 1, "name": "pump", "version": "7", "architecture": "s4-classifier",
       "task": "classification", "labels": ["a", "b", "c", "d"], "sample_rate_hz": 100,
       "d_input": 2, "d_output": 4, "d_model": 3, "n_layers": 1,
       "layer": {"kind": "s4", "mode": "dplr", "dt_transform": "exp"}}
      """;

  @TempDir Path directory;

  @Test
  void readsALocalDirectory() throws IOException {
    Files.writeString(directory.resolve("config.json"), CONFIG);
    weights().write(directory.resolve("model.safetensors"));
    SequenceModel model = ModelDirectory.read(directory);
    ModelInfo info = model.info();
    assertThat(info.name()).isEqualTo("pump");
    assertThat(info.version()).isEqualTo("7");
    assertThat(info.architecture()).isEqualTo("s4-classifier");
    assertThat(info.labels()).containsExactly("a", "b", "c", "d");
    assertThat(info.sha256()).matches("[0-9a-f]{64}");
    assertThat(info.parameters()).isGreaterThan(100);
    assertThat(model.streams()).isTrue();
  }

  @Test
  void missingFilesAreIoErrors() throws IOException {
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("config.json");
    Files.writeString(directory.resolve("config.json"), CONFIG);
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("model.safetensors");
  }

  @Test
  void closesWhatItOpens() throws IOException {
    int[] open = new int[1];
    byte[] weights = weights().bytes();
    ModelDirectory.read(
        "store/pump",
        file -> {
          open[0]++;
          byte[] bytes =
              file.equals("config.json") ? CONFIG.getBytes(StandardCharsets.UTF_8) : weights;
          return new ByteArrayInputStream(bytes) {
            @Override
            public void close() {
              open[0]--;
            }
          };
        });
    assertThat(open[0]).isZero();
  }

  @Test
  void unknownArchitecturesNameTheKnownOnes() {
    assertRefused(
        CONFIG.replace("s4-classifier", "transformer"),
        weights(),
        "\"architecture\"",
        "transformer",
        "s4-backbone");
  }

  @Test
  void unknownKeysAreRefusedBeforeTensorsAreLookedAt() {
    assertRefused(
        CONFIG.replace("\"mode\"", "\"final_akt\": \"glu\", \"mode\""),
        new SafetensorsWriter(),
        "unknown key \"layer.final_akt\"",
        "did you mean \"final_act\"?");
  }

  @Test
  void missingTensorsAreNamed() {
    assertRefused(
        CONFIG, weights().remove("norms.0.bias"), "no tensor norms.0.bias", "model.safetensors");
    assertRefused(
        CONFIG,
        weights().remove("s4_layers.0.layer.kernel.C"),
        "no tensor s4_layers.0.layer.kernel.C");
    assertRefused(
        CONFIG.replace("\"n_layers\": 1", "\"n_layers\": 2"),
        weights(),
        "no tensor norms.1.weight");
  }

  @Test
  void tensorsThatNobodyReadsAreNamed() {
    assertRefused(
        CONFIG,
        weights().put("s4_layers.1.layer.D", new double[3], 1, 3),
        "s4_layers.1.layer.D",
        "n_layers");
  }

  @Test
  void cachesOfOlderVersionsAreNoWeights() {
    SafetensorsWriter weights = weights();
    weights.put("s4_layers.0.layer.kernel.dC", new double[2], 2);
    weights.put("s4_layers.0.layer.kernel.omega", new double[2], 2);
    assertThat(read(CONFIG, weights).streams()).isTrue();
  }

  @Test
  void wrongShapesNameFoundAndExpected() {
    assertRefused(
        CONFIG,
        weights().put("encoder.weight", new double[6], 2, 3),
        "encoder.weight",
        "[2, 3]",
        "[3, 2]");
    assertRefused(
        CONFIG.replace("\"d_output\": 4", "\"d_output\": 2").replace("\"a\", \"b\", ", ""),
        weights(),
        "decoder.weight",
        "[4, 3]",
        "[2, 3]");
    assertRefused(
        CONFIG.replace("\"mode\"", "\"d_state\": 64, \"mode\""), weights(), "d_state 10", "64");
    assertRefused(
        CONFIG.replace("\"mode\"", "\"channels\": 2, \"mode\""),
        weights(),
        "layer.D",
        "[1, 3]",
        "[2, 3]");
    assertRefused(
        CONFIG.replace("\"mode\"", "\"bidirectional\": true, \"mode\""),
        weights(),
        "kernel.C",
        "[2, 3, 5, 2]");
  }

  @Test
  void valuesThatAreNotFiniteAreNamed() {
    SafetensorsWriter weights = weights();
    weights.values("decoder.weight")[5] = Double.NaN;
    assertRefused(CONFIG, weights, "decoder.weight", "NaN", "flat index 5");
  }

  @Test
  void modesThatGrowAreRefused() {
    SafetensorsWriter weights = weights();
    Arrays.fill(weights.values("s4_layers.0.layer.kernel.A_real"), 0.5);
    String config = CONFIG.replace("\"mode\"", "\"real_transform\": \"none\", \"mode\"");
    assertThat(read(config, weights).streams()).isTrue();
    weights.values("s4_layers.0.layer.kernel.A_real")[4] = -0.01;
    assertRefused(config, weights, "s4_layers.0.layer.kernel.", "Re λ", "real_transform");
  }

  @Test
  void modeAndTensorsMustAgree() {
    assertRefused(CONFIG.replace("dplr", "diag"), weights(), "kernel.P", "\"mode\": \"dplr\"");
    assertRefused(
        CONFIG, weights().remove("s4_layers.0.layer.kernel.P"), "kernel.P", "missing", "diag");
    assertRefused(
        CONFIG.replace("dplr", "dense"), weights(), "\"layer.mode\"", "dense", "diag or dplr");
    assertRefused(
        CONFIG.replace("\"exp\"", "\"tanh\""),
        weights(),
        "\"layer.dt_transform\"",
        "tanh",
        "softplus");
    assertRefused(
        CONFIG.replace("\"s4\",", "\"mamba\","),
        weights(),
        "\"layer.kind\"",
        "mamba",
        "s4d-minimal");
    assertRefused(
        CONFIG.replace("\"mode\"", "\"disc\": \"zoh\", \"mode\""),
        weights(),
        "\"layer.disc\"",
        "bilinear");
    assertRefused(
        CONFIG.replace("\"mode\"", "\"activation\": \"elu\", \"mode\""),
        weights(),
        "\"layer.activation\"",
        "gelu");
  }

  @Test
  void oversizedConfigurationsAreRefused() {
    assertRefused(
        " ".repeat(1 << 20) + CONFIG, weights(), "config.json", "more than 1048576 bytes");
  }

  @Test
  void checkpointsBeforeV4GiveTheSameModel() {
    SafetensorsWriter old = weights();
    String from = "s4_layers.0.layer.kernel.";
    String to = "s4_layers.0.kernel.kernel.";
    double[] imag = old.values(from + "A_imag");
    old.put(to + "log_dt", old.values(from + "inv_dt"), 3)
        .put(to + "inv_w_real", old.values(from + "A_real"), 3, 5)
        .put(to + "w_imag", Arrays.stream(imag).map(v -> -v).toArray(), 3, 5)
        .put(to + "B", old.values(from + "B"), 1, 3, 5, 2)
        .put(to + "C", old.values(from + "C"), 1, 3, 5, 2)
        .put(to + "P", old.values(from + "P"), 1, 3, 5, 2)
        .put("s4_layers.0.D", old.values("s4_layers.0.layer.D"), 1, 3)
        .putScalar(to + "L", 32);
    for (String name : new String[] {"inv_dt", "A_real", "A_imag", "B", "C", "P", "l_kernel"}) {
      old.remove(from + name);
    }
    old.remove("s4_layers.0.layer.D");
    assertThat(logits(read(CONFIG, old))).containsExactly(logits(read(CONFIG, weights())));
    assertRefused(
        CONFIG.replace("\"exp\"", "\"softplus\""),
        old,
        "log_dt",
        "before V4",
        "\"dt_transform\": \"exp\"");
  }

  @Test
  void aNullActivationIsTheIdentityNotTheDefault() {
    String none = CONFIG.replace("\"mode\"", "\"activation\": null, \"mode\"");
    String identity = CONFIG.replace("\"mode\"", "\"activation\": \"id\", \"mode\"");
    assertThat(logits(read(none, weights())))
        .containsExactly(logits(read(identity, weights())))
        .isNotEqualTo(logits(read(CONFIG, weights())));
  }

  @Test
  void inputScalingIsPartOfTheModel() {
    double[] plain = logits(read(CONFIG, weights()), 0.5 * 3 + 1, -2 * 4 + 2);
    String scaled =
        CONFIG.replace(
            "\"d_input\"", "\"input_scale\": [0.5, -2], \"input_offset\": [1, 2], \"d_input\"");
    double[] same = logits(read(scaled, weights()), 3, 4);
    for (int i = 0; i < 4; i++) {
      assertThat(same[i]).isCloseTo(plain[i], org.assertj.core.data.Offset.offset(1e-13));
    }
  }

  @Test
  void readsWhatPyTorchWrote() throws IOException {
    Golden.copy(
        "06b-model-s4d-standalone.trained.safetensors", directory.resolve("model.safetensors"));
    Files.writeString(
        directory.resolve("config.json"),
        CONFIG
            .replace(
                "\"d_model\": 3, \"n_layers\": 1",
                "\"d_model\": 32, \"n_layers\": 4, \"prenorm\": true")
            .replaceAll("\"layer\": .*", "\"layer\": {\"kind\": \"s4d-minimal\"}}"));
    assertThat(ModelDirectory.read(directory).info().parameters()).isEqualTo(25_572);
  }

  /** One DPLR block of width 3 and 5 modes, random but sound. */
  private static SafetensorsWriter weights() {
    Random random = new Random(11);
    String kernel = "s4_layers.0.layer.kernel.";
    return new SafetensorsWriter()
        .put("encoder.weight", values(random, 6), 3, 2)
        .put("encoder.bias", values(random, 3), 3)
        .put("norms.0.weight", values(random, 3), 3)
        .put("norms.0.bias", values(random, 3), 3)
        .put("s4_layers.0.layer.D", values(random, 3), 1, 3)
        .put(kernel + "inv_dt", new double[] {-3, -2.5, -2}, 3, 1)
        .put(kernel + "A_real", values(random, 15), 3, 5)
        .put(kernel + "A_imag", values(random, 15), 3, 5)
        .put(kernel + "B", values(random, 30), 1, 3, 5, 2)
        .put(kernel + "C", values(random, 30), 1, 3, 5, 2)
        .put(kernel + "P", values(random, 30), 1, 3, 5, 2)
        .putScalar(kernel + "l_kernel", 32)
        .put("s4_layers.0.output_linear.0.weight", values(random, 18), 6, 3)
        .put("s4_layers.0.output_linear.0.bias", values(random, 6), 6)
        .put("decoder.weight", values(random, 12), 4, 3)
        .put("decoder.bias", values(random, 4), 4);
  }

  private static double[] values(Random random, int length) {
    return random.doubles(length, -1, 1).toArray();
  }

  private static double[] logits(SequenceModel model, double... sample) {
    DiscreteModel<double[]> discrete = model.discretize(100, Kernels.float64());
    double[] x = sample.length == 0 ? values(new Random(5), 14) : sample;
    double[] y = new double[4];
    discrete.convolve(null, x, x.length / 2, y, 1, ConvolutionMethod.FFT);
    return y;
  }

  private static SequenceModel read(String config, SafetensorsWriter weights) {
    try {
      return ModelDirectory.read("store/pump", opener(config, weights));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertRefused(String config, SafetensorsWriter weights, String... parts) {
    assertThatThrownBy(() -> read(config, weights))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageStartingWith("store/pump/")
        .hasMessageContainingAll(parts);
  }

  private static ModelDirectory.Opener opener(String config, SafetensorsWriter weights) {
    return file -> {
      byte[] bytes =
          file.equals("config.json") ? config.getBytes(StandardCharsets.UTF_8) : weights.bytes();
      InputStream in = new ByteArrayInputStream(bytes);
      return in;
    };
  }
}
