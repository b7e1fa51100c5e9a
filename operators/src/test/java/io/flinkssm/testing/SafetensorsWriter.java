package io.flinkssm.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small safetensors files: F64 tensors, and I64 scalars. */
public final class SafetensorsWriter {

  private record Entry(String type, int[] shape, double[] values) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Adds or replaces an F64 tensor. */
  public SafetensorsWriter put(String name, double[] values, int... shape) {
    entries.put(name, new Entry("F64", shape, values));
    return this;
  }

  /** Adds or replaces an I64 scalar. */
  public SafetensorsWriter putScalar(String name, long value) {
    entries.put(name, new Entry("I64", new int[0], new double[] {value}));
    return this;
  }

  /** Removes a tensor. */
  public SafetensorsWriter remove(String name) {
    entries.remove(name);
    return this;
  }

  /** Names of the tensors, in order. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** Values of a tensor that was put, to change in place. */
  public double[] values(String name) {
    return entries.get(name).values;
  }

  /** The file. */
  public byte[] bytes() {
    StringBuilder header = new StringBuilder("{");
    long at = 0;
    for (Map.Entry<String, Entry> named : entries.entrySet()) {
      Entry entry = named.getValue();
      long end = at + 8L * entry.values.length;
      header
          .append(header.length() == 1 ? "" : ",")
          .append('"')
          .append(named.getKey())
          .append("\":{\"dtype\":\"")
          .append(entry.type)
          .append("\",\"shape\":")
          .append(Arrays.toString(entry.shape))
          .append(",\"data_offsets\":[")
          .append(at)
          .append(',')
          .append(end)
          .append("]}");
      at = end;
    }
    ByteBuffer data = ByteBuffer.allocate((int) at).order(ByteOrder.LITTLE_ENDIAN);
    for (Entry entry : entries.values()) {
      for (double value : entry.values) {
        if (entry.type.equals("I64")) {
          data.putLong((long) value);
        } else {
          data.putDouble(value);
        }
      }
    }
    return file(header.append("}").toString(), data.array());
  }

  /** Writes the file. */
  public void write(Path path) {
    try {
      Files.write(path, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of any header and any data. */
  public static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }
}
