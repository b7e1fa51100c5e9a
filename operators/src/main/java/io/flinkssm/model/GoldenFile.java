package io.flinkssm.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reference outputs of the official PyTorch code, as JSON: {@code {"meta": {…}, "tensors": {name:
 * {"dtype", "shape", "complex", "data"}}}}. {@code data} is flat and row-major; if {@code complex},
 * the last axis of size 2 is (re, im).
 */
public final class GoldenFile {

  /**
   * One stored tensor.
   *
   * @param shape as stored, with the trailing axis of 2 for complex tensors
   * @param complex whether the last axis is (re, im)
   * @param data flat, row-major
   */
  public record Tensor(int[] shape, boolean complex, double[] data) {
    /** Real parts of a complex tensor. */
    public double[] re() {
      return every(0);
    }

    /** Imaginary parts of a complex tensor. */
    public double[] im() {
      return every(1);
    }

    private double[] every(int offset) {
      double[] out = new double[data.length / 2];
      for (int i = 0; i < out.length; i++) {
        out[i] = data[2 * i + offset];
      }
      return out;
    }

    /** Integer values. */
    public int[] ints() {
      return Arrays.stream(data).mapToInt(v -> (int) v).toArray();
    }
  }

  private final String source;
  private final JsonNode meta;
  private final Map<String, Tensor> tensors;

  private GoldenFile(String source, JsonNode root) throws IOException {
    this.source = source;
    this.meta = root.path("meta");
    this.tensors = new LinkedHashMap<>();
    JsonNode all = root.get("tensors");
    if (all == null || !all.isObject()) {
      throw new IOException(source + ": no object \"tensors\"; expected a golden file");
    }
    for (Map.Entry<String, JsonNode> entry : all.properties()) {
      JsonNode value = entry.getValue();
      int[] shape = new int[value.path("shape").size()];
      long expected = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = value.path("shape").get(i).asInt();
        expected *= shape[i];
      }
      JsonNode data = value.path("data");
      if (data.size() != expected) {
        throw new IOException(
            source
                + ": tensor "
                + entry.getKey()
                + " has "
                + data.size()
                + " values, its shape "
                + Arrays.toString(shape)
                + " asks for "
                + expected);
      }
      double[] flat = new double[data.size()];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = data.get(i).asDouble();
      }
      tensors.put(entry.getKey(), new Tensor(shape, value.path("complex").asBoolean(false), flat));
    }
  }

  /** Reads a file. */
  public static GoldenFile read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    }
  }

  /** Reads a stream; {@code source} is what errors call it. */
  public static GoldenFile read(String source, InputStream in) throws IOException {
    return new GoldenFile(source, new ObjectMapper().readTree(in));
  }

  /** The file's {@code meta} object. */
  public JsonNode meta() {
    return meta;
  }

  /** Names of all tensors, in file order. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * One tensor.
   *
   * @throws IllegalArgumentException naming the tensor and the file if there is none
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(source + ": no tensor " + name + "; has " + names());
    }
    return tensor;
  }
}
