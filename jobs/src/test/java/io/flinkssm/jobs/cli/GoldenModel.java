package io.flinkssm.jobs.cli;

import io.flinkssm.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Model directories around the small golden weights: two inputs, four classes. */
final class GoldenModel {

  private GoldenModel() {}

  /** The trained S4D network of four layers, 32 channels and 32 modes, at 100 Hz. */
  static Path diagonal(Path folder) {
    String layer =
        "{\"kind\": \"s4\", \"mode\": \"diag\", \"disc\": \"zoh\", \"dt_transform\": \"exp\"}";
    return write(folder, "06-model-s4d-block", layer);
  }

  /** The trained S4 network (diagonal plus low rank) of the same shape. */
  static Path lowRank(Path folder) {
    String layer = "{\"kind\": \"s4\", \"mode\": \"dplr\", \"dt_transform\": \"exp\"}";
    return write(folder, "05-model-s4-dplr", layer);
  }

  /** The stored outputs of {@link #diagonal}. */
  static Path diagonalOutputs(Path folder) {
    Path file = folder.resolve("golden.json");
    Golden.copy("06-model-s4d-block.json", file);
    return file;
  }

  private static Path write(Path folder, String golden, String layer) {
    try {
      Path model = Files.createDirectories(folder.resolve(golden));
      Golden.copy(golden + ".trained.safetensors", model.resolve("model.safetensors"));
      Files.writeString(
          model.resolve("config.json"),
          """
          {"format": 1, "name": "golden", "version": "7", "architecture": "s4-classifier",
           "task": "classification", "labels": ["a", "b", "c", "d"], "d_input": 2, "d_output": 4,
           "d_model": 32, "n_layers": 4, "prenorm": false, "sample_rate_hz": 100,
           "pooling": "mean", "layer": %s}
          """
              .formatted(layer));
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
