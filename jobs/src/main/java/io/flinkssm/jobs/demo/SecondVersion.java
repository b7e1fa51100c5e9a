package io.flinkssm.jobs.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkssm.model.ModelDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A second version of a classifier, to be released while the first one scores: the same network
 * with its logits divided by a temperature, as calibration does. Labels stay, probabilities become
 * more careful, and the dynamics are equal, so that a key's state can be kept.
 */
public final class SecondVersion {

  /** What logits are divided by. */
  static final double TEMPERATURE = 2;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DECODER = "decoder.";

  private SecondVersion() {}

  /**
   * Writes the second version of a model directory.
   *
   * @param version what it is called
   * @throws IOException if the model's decoder is not stored as float32
   */
  public static void write(Path model, Path to, String version) throws IOException {
    Files.createDirectories(to);
    ObjectNode config =
        (ObjectNode) JSON.readTree(Files.readAllBytes(model.resolve(ModelDirectory.CONFIG)));
    config.put("version", version);
    Files.write(
        to.resolve(ModelDirectory.CONFIG),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config));
    byte[] weights = Files.readAllBytes(model.resolve(ModelDirectory.WEIGHTS));
    soften(weights);
    Files.write(to.resolve(ModelDirectory.WEIGHTS), weights);
  }

  /** Divides weight and bias of the decoder in the bytes of a safetensors file. */
  private static void soften(byte[] weights) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(file.getLong(0));
    JsonNode tensors = JSON.readTree(weights, Long.BYTES, header);
    for (String name : new String[] {DECODER + "weight", DECODER + "bias"}) {
      JsonNode tensor = tensors.path(name);
      String type = tensor.path("dtype").asText("missing");
      if (!type.equals("F32")) {
        throw new IOException(
            name
                + " is "
                + type
                + ", expected F32: the demo makes a second version of float32 models");
      }
      int begin = Long.BYTES + header + tensor.path("data_offsets").path(0).asInt();
      int end = Long.BYTES + header + tensor.path("data_offsets").path(1).asInt();
      for (int at = begin; at < end; at += Float.BYTES) {
        file.putFloat(at, (float) (file.getFloat(at) / TEMPERATURE));
      }
    }
  }
}
