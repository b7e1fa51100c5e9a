package io.flinkssm.model.s4;

import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.testing.Golden;
import io.flinkssm.testing.SafetensorsWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Model directories for tests: golden weights under our configuration, and random networks. */
final class TestModels {

  /** Keys of {@code config.json} that all test models share. */
  static final String COMMON =
      "\"format\": 1, \"name\": \"test\", \"version\": \"1\", \"sample_rate_hz\": 100,";

  private TestModels() {}

  /** Reads a directory held in memory. */
  static S4Network read(String config, byte[] weights) {
    try {
      return (S4Network)
          ModelDirectory.read(
              "memory",
              file ->
                  new ByteArrayInputStream(
                      file.equals(ModelDirectory.CONFIG)
                          ? config.getBytes(StandardCharsets.UTF_8)
                          : weights));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A 4-class classifier of two inputs as the golden files 05 to 06b have them. */
  static S4Network goldenClassifier(String weights, int width, boolean prenorm, String layer) {
    return read(classifierConfig(width, prenorm, layer), Golden.bytes(weights));
  }

  static String classifierConfig(int width, boolean prenorm, String layer) {
    return "{"
        + COMMON
        + """
         "architecture": "s4-classifier", "task": "classification", "labels": ["a", "b", "c", "d"],
         "d_input": 2, "d_output": 4, "d_model": %d, "n_layers": 4, "prenorm": %s, "layer": %s}
        """
            .formatted(width, prenorm, layer);
  }

  /** The tensors of a golden file whose names start with a prefix, without it. */
  static SafetensorsWriter tensors(GoldenFile golden, String prefix) {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String name : golden.names()) {
      if (name.startsWith(prefix)) {
        GoldenFile.Tensor tensor = golden.tensor(name);
        writer.put(name.substring(prefix.length()), tensor.data(), tensor.shape());
      }
    }
    return writer;
  }

  /** A network of random shape and weights. */
  record RandomNetwork(String config, SafetensorsWriter weights) {
    S4Network read() {
      return TestModels.read(config, weights.bytes());
    }
  }

  private static final String[] RESIDUALS = {"R", "A", "D", "H", "F"};
  private static final String[] POOLINGS = {"mean", "last", "sum", "first"};
  private static final String[] ACTIVATIONS = {"gelu", "silu", "tanh", "relu", "id", "glu"};

  /** A backbone whose options all follow from the generator; it always streams. */
  static RandomNetwork random(Random random) {
    int inputs = 1 + random.nextInt(3);
    int outputs = 1 + random.nextInt(4);
    int width = 1 + random.nextInt(7);
    int count = 1 + random.nextInt(3);
    int modes = 1 + random.nextInt(5);
    int channels = 1 + random.nextInt(2);
    boolean dplr = random.nextBoolean();
    boolean prenorm = random.nextBoolean();
    boolean both = random.nextInt(3) == 0;
    boolean transposed = random.nextInt(3) == 0 && width > 2;
    String norm = new String[] {"layer", "batch", "none"}[random.nextInt(3)];
    String residual = RESIDUALS[random.nextInt(RESIDUALS.length)];
    String activation = ACTIVATIONS[random.nextInt(ACTIVATIONS.length)];
    boolean gated = random.nextBoolean();
    boolean swap = random.nextBoolean() && !activation.equals("glu");
    SafetensorsWriter w = new SafetensorsWriter();
    linear(w, random, "encoder.0.", inputs, width);
    linear(w, random, "decoder.0.output_transform.", width, outputs);
    int heads = activation.equals("glu") ? 2 * channels : channels;
    for (int i = 0; i < count; i++) {
      String block = "model.layers." + i + ".";
      layer(w, random, block + "layer.", width, modes, channels, heads, dplr, gated);
      if (both) {
        layer(w, random, block + "reverse_layer.", width, modes, channels, heads, dplr, gated);
        linear(w, random, block + "bidirectional_linear.", 2 * width, width);
      }
      norm(w, random, block + "norm.norm.", norm, transposed, width);
      switch (residual) {
        case "A" -> w.put(block + "residual.affine", gaussian(random, width, 1), width);
        case "H" -> {
          linear(w, random, block + "residual.Wx.", width, width);
          linear(w, random, block + "residual.Wy.", width, width);
        }
        default -> {}
      }
    }
    if (prenorm) {
      norm(w, random, "model.norm.norm.", norm, transposed, width);
    }
    String config =
        "{"
            + COMMON
            + """
             "architecture": "s4-backbone", "task": "forecast", "d_input": %d, "d_output": %d,
             "d_model": %d, "n_layers": %d, "prenorm": %s, "transposed": %s, "norm": "%s",
             "residual": "%s", "bidirectional": %s, "pooling": "%s", "input_scale": 0.5,
             "input_offset": 0.1,
             "layer": {"kind": "s4", "mode": "%s", "dt_transform": "exp", "channels": %d,
                       "activation": "%s", "final_act": "%s", "swap_channels": %s}}
            """
                .formatted(
                    inputs,
                    outputs,
                    width,
                    count,
                    prenorm,
                    transposed,
                    norm,
                    residual,
                    both,
                    POOLINGS[random.nextInt(POOLINGS.length)],
                    dplr ? "dplr" : "diag",
                    channels,
                    activation,
                    gated ? "glu" : "id",
                    swap);
    return new RandomNetwork(config, w);
  }

  private static void layer(
      SafetensorsWriter w,
      Random random,
      String prefix,
      int width,
      int modes,
      int channels,
      int heads,
      boolean dplr,
      boolean gated) {
    String kernel = prefix + "layer.kernel.";
    w.put(prefix + "layer.D", gaussian(random, heads * width, 1), heads, width);
    w.put(kernel + "inv_dt", uniform(random, width, Math.log(0.01), Math.log(0.3)), width, 1);
    w.put(kernel + "A_real", uniform(random, width * modes, -2, 0), width, modes);
    w.put(kernel + "A_imag", uniform(random, width * modes, 0, 8), width, modes);
    w.put(kernel + "B", gaussian(random, 2 * width * modes, 1), 1, width, modes, 2);
    w.put(kernel + "C", gaussian(random, 2 * heads * width * modes, 1), heads, width, modes, 2);
    if (dplr) {
      w.put(kernel + "P", gaussian(random, 2 * width * modes, 0.5), 1, width, modes, 2);
      w.putScalar(kernel + "l_kernel", random.nextBoolean() ? 0 : 64);
    }
    linear(w, random, prefix + "output_linear.0.", channels * width, gated ? 2 * width : width);
  }

  private static void norm(
      SafetensorsWriter w,
      Random random,
      String prefix,
      String norm,
      boolean transposed,
      int width) {
    if (norm.equals("none")) {
      return;
    }
    if (norm.equals("layer") && transposed) {
      w.put(prefix + "m", gaussian(random, 1, 0.3), 1)
          .put(prefix + "s", uniform(random, 1, 0.5, 1.5), 1);
      return;
    }
    w.put(prefix + "weight", uniform(random, width, 0.5, 1.5), width);
    w.put(prefix + "bias", gaussian(random, width, 0.3), width);
    if (norm.equals("batch")) {
      w.put(prefix + "running_mean", gaussian(random, width, 0.3), width);
      w.put(prefix + "running_var", uniform(random, width, 0.5, 1.5), width);
      w.putScalar(prefix + "num_batches_tracked", 17);
    }
  }

  private static void linear(SafetensorsWriter w, Random random, String prefix, int in, int out) {
    w.put(prefix + "weight", gaussian(random, in * out, 1 / Math.sqrt(in)), out, in);
    w.put(prefix + "bias", gaussian(random, out, 0.3), out);
  }

  static double[] gaussian(Random random, int length, double scale) {
    return random.doubles(length).map(v -> scale * random.nextGaussian()).toArray();
  }

  private static double[] uniform(Random random, int length, double low, double high) {
    return random.doubles(length, low, high).toArray();
  }
}
