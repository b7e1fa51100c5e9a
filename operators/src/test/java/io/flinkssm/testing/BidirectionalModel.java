package io.flinkssm.testing;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** A small classifier of one channel at 100 Hz that sees both ways, with random weights. */
public final class BidirectionalModel {
  private static final int WIDTH = 6;
  private static final int MODES = 4;
  private static final String CONFIG =
      """
      {"format": 1, "name": "both-ways", "version": "1", "sample_rate_hz": 100,
       "architecture": "s4-backbone", "task": "classification", "labels": ["x", "y", "z"],
       "d_input": 1, "d_output": 3, "d_model": 6, "n_layers": 2, "prenorm": true, "norm": "layer",
       "residual": "R", "pooling": "mean",
       "layer": {"kind": "s4", "mode": "diag", "d_state": 8, "dt_transform": "exp",
                 "final_act": "id", "bidirectional": true}}
      """;

  private BidirectionalModel() {}

  /** The model, read from memory. */
  public static SequenceModel read(long seed) {
    byte[] weights = weights(seed).bytes();
    try {
      return ModelDirectory.read(
          "memory",
          file ->
              new ByteArrayInputStream(
                  file.equals(ModelDirectory.CONFIG)
                      ? CONFIG.getBytes(StandardCharsets.UTF_8)
                      : weights));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The model as a directory. */
  public static void write(Path directory, long seed) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(ModelDirectory.CONFIG), CONFIG);
    Files.write(directory.resolve(ModelDirectory.WEIGHTS), weights(seed).bytes());
  }

  private static SafetensorsWriter weights(long seed) {
    Random random = new Random(seed);
    SafetensorsWriter w = new SafetensorsWriter();
    linear(w, random, "encoder.0.", 1, WIDTH);
    linear(w, random, "decoder.0.output_transform.", WIDTH, 3);
    for (int i = 0; i < 2; i++) {
      String block = "model.layers." + i + ".";
      String kernel = block + "layer.layer.kernel.";
      w.put(block + "layer.layer.D", gaussian(random, WIDTH, 1), 1, WIDTH);
      w.put(kernel + "inv_dt", random.doubles(WIDTH, -4.5, -1).toArray(), WIDTH, 1);
      w.put(kernel + "A_real", random.doubles(WIDTH * MODES, -2, 0).toArray(), WIDTH, MODES);
      w.put(kernel + "A_imag", random.doubles(WIDTH * MODES, 0, 8).toArray(), WIDTH, MODES);
      w.put(kernel + "B", gaussian(random, 2 * WIDTH * MODES, 1), 1, WIDTH, MODES, 2);
      w.put(kernel + "C", gaussian(random, 4 * WIDTH * MODES, 1), 2, WIDTH, MODES, 2);
      linear(w, random, block + "layer.output_linear.0.", WIDTH, WIDTH);
      norm(w, block + "norm.norm.");
    }
    norm(w, "model.norm.norm.");
    return w;
  }

  private static void norm(SafetensorsWriter w, String prefix) {
    double[] ones = new double[WIDTH];
    Arrays.fill(ones, 1);
    w.put(prefix + "weight", ones, WIDTH).put(prefix + "bias", new double[WIDTH], WIDTH);
  }

  private static void linear(SafetensorsWriter w, Random random, String prefix, int in, int out) {
    w.put(prefix + "weight", gaussian(random, in * out, 1 / Math.sqrt(in)), out, in);
    w.put(prefix + "bias", gaussian(random, out, 0.3), out);
  }

  private static double[] gaussian(Random random, int length, double scale) {
    return random.doubles(length).map(v -> scale * random.nextGaussian()).toArray();
  }
}
