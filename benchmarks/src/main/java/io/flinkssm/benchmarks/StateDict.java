package io.flinkssm.benchmarks;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors written as a float64 safetensors file in memory, and read as a model directory. */
public final class StateDict {
  private final Map<String, double[]> tensors = new LinkedHashMap<>();
  private final Map<String, String> header = new LinkedHashMap<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  void put(String name, double[] values, int... shape) {
    tensors.put(name, values);
    int start = data.size();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    data.writeBytes(bytes.array());
    header.put(
        name,
        "\"%s\":{\"dtype\":\"F64\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, Arrays.toString(shape), start, data.size()));
  }

  /** The values of a tensor, row by row. */
  public double[] values(String name) {
    return tensors.get(name);
  }

  SequenceModel model(String config) {
    byte[] json = ("{" + String.join(",", header.values()) + "}").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .array());
    file.writeBytes(json);
    file.writeBytes(data.toByteArray());
    Map<String, byte[]> files =
        Map.of(
            ModelDirectory.CONFIG, config.getBytes(StandardCharsets.UTF_8),
            ModelDirectory.WEIGHTS, file.toByteArray());
    try {
      return ModelDirectory.read("benchmark", name -> new ByteArrayInputStream(files.get(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
