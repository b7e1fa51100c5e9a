package io.flinkssm.jobs.cli;

import io.flinkssm.model.Safetensors;
import io.flinkssm.testing.Golden;
import io.flinkssm.testing.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

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

  /** {@link #lowRank} with the first of its inputs alone. */
  static Path ofOneInput(Path folder) throws IOException {
    Path model = lowRank(folder);
    Path config = model.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"d_input\": 2", "\"d_input\": 1"));
    Path weights = model.resolve("model.safetensors");
    Safetensors tensors = Safetensors.read(weights);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String name : tensors.names()) {
      double[] values = tensors.values(name);
      if (name.equals("encoder.weight")) {
        double[] first = new double[values.length / 2];
        Arrays.setAll(first, i -> values[2 * i]);
        writer.put(name, first, first.length, 1);
      } else if (tensors.shape(name).length == 0) {
        writer.putScalar(name, (long) values[0]);
      } else {
        writer.put(name, values, tensors.shape(name));
      }
    }
    writer.write(weights);
    return model;
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
      Files.deleteIfExists(model.resolve("model.safetensors"));
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
