package io.flinkssm.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file in memory, every claim of its header checked before any value is read.
 *
 * <pre>
 *   offset  length  meaning
 *   0       8       u64 little-endian: length n of the header
 *   8       n       JSON object: name → {"dtype", "shape", "data_offsets": [begin, end]}
 *   8 + n   rest    the tensors, little-endian, row-major, without holes or overlaps
 * </pre>
 *
 * The optional name {@code __metadata__} maps strings to strings. Values become double when asked
 * for; NaN and infinities are refused then, because no weight may hold them.
 */
public final class Safetensors {

  /** Longest header: the limit of the reference implementation. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  /** Largest file: models here hold at most some million values. */
  static final long MAX_FILE_BYTES = 1L << 30;

  private static final int LENGTH_BYTES = 8;
  private static final String METADATA = "__metadata__";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private record Entry(String name, TensorType type, int[] shape, long begin, long end) {}

  private final String source;
  private final ByteBuffer bytes;
  private final int dataStart;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private Safetensors(String source, byte[] file) {
    this.source = source;
    this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer();
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < LENGTH_BYTES) {
      throw invalid(
          "%d bytes, a safetensors file has at least %d; is the file truncated?",
          file.length, LENGTH_BYTES);
    }
    long header = bytes.getLong(0);
    long limit = Math.min(MAX_HEADER_BYTES, (long) file.length - LENGTH_BYTES);
    if (header < 2 || header > limit) {
      throw invalid(
          "header length %s, expected 2 … %d for a file of %d bytes; is the file truncated, or not"
              + " safetensors?",
          Long.toUnsignedString(header), limit, file.length);
    }
    this.dataStart = LENGTH_BYTES + (int) header;
    JsonNode root = parse(file, (int) header);
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (property.getKey().equals(METADATA)) {
        property
            .getValue()
            .properties()
            .forEach(p -> metadata.put(p.getKey(), p.getValue().asText()));
      } else {
        entries.put(property.getKey(), entry(property.getKey(), property.getValue()));
      }
    }
    checkTiling(file.length - dataStart);
  }

  /** Reads a file. */
  public static Safetensors read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    }
  }

  /** Reads a stream to its end; {@code source} is what errors call it. */
  public static Safetensors read(String source, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes((int) MAX_FILE_BYTES + 1);
    if (bytes.length > MAX_FILE_BYTES) {
      throw new InvalidModelException(
          source
              + ": more than "
              + MAX_FILE_BYTES
              + " bytes; models of this size are not supported");
    }
    return read(source, bytes);
  }

  /**
   * Reads bytes, which are owned from here on.
   *
   * @throws InvalidModelException if they are no sound safetensors file
   */
  public static Safetensors read(String source, byte[] bytes) {
    return new Safetensors(source, bytes);
  }

  /** What errors call this file. */
  public String source() {
    return source;
  }

  /** Names of all tensors, in header order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** The free-form strings of {@code __metadata__}. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** Number of stored values over all tensors. */
  public long parameters() {
    long sum = 0;
    for (Entry entry : entries.values()) {
      sum += (entry.end - entry.begin) / entry.type.bytes();
    }
    return sum;
  }

  /** Shape of a tensor; empty for scalars. */
  public int[] shape(String name) {
    return find(name).shape.clone();
  }

  /** Element type of a tensor as the file spells it, such as {@code "F32"}. */
  public String type(String name) {
    return find(name).type.name();
  }

  /**
   * Values of a tensor, row-major; I64 beyond ±2⁵³ rounds.
   *
   * @throws InvalidModelException if there is no such tensor, or a value is not finite
   */
  public double[] values(String name) {
    Entry entry = find(name);
    int step = entry.type.bytes();
    int start = dataStart + (int) entry.begin;
    double[] values = new double[(int) ((entry.end - entry.begin) / step)];
    for (int i = 0; i < values.length; i++) {
      double value = entry.type.read(bytes, start + i * step);
      if (!Double.isFinite(value)) {
        throw invalid(
            "tensor %s holds %s at flat index %d of shape %s; weights must be finite: was the model"
                + " saved after training diverged?",
            name, value, i, Arrays.toString(entry.shape));
      }
      values[i] = value;
    }
    return values;
  }

  /** Lower-case hex SHA-256 of the whole file. */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.duplicate());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private JsonNode parse(byte[] file, int length) {
    JsonNode root;
    try {
      root = JSON.readTree(file, LENGTH_BYTES, length);
    } catch (JsonProcessingException e) {
      throw new InvalidModelException(
          source + ": header is not a JSON object of distinct names: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidModelException(source + ": header cannot be decoded: " + e.getMessage(), e);
    }
    if (!root.isObject()) {
      throw invalid("header is a JSON %s, expected an object", root.getNodeType());
    }
    return root;
  }

  private Entry entry(String name, JsonNode node) {
    String dtype = node.path("dtype").asText();
    TensorType type =
        Arrays.stream(TensorType.values())
            .filter(t -> t.name().equals(dtype))
            .findFirst()
            .orElseThrow(
                () ->
                    invalid(
                        "tensor %s has dtype %s, expected one of %s; convert it, e.g. tensor.float()",
                        name, node.path("dtype"), Arrays.toString(TensorType.values())));
    JsonNode shapeNode = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw invalid(
          "tensor %s is described by %s, expected dtype, shape and data_offsets [begin, end]",
          name, node);
    }
    int[] shape = new int[shapeNode.size()];
    long size = type.bytes();
    for (int i = 0; i < shape.length; i++) {
      JsonNode axis = shapeNode.get(i);
      if (!axis.canConvertToInt() || !axis.isIntegralNumber() || axis.asInt() < 0) {
        throw invalid("tensor %s has shape %s, expected sizes 0 … 2³¹−1", name, shapeNode);
      }
      shape[i] = axis.asInt();
      try {
        size = Math.multiplyExact(size, (long) shape[i]);
      } catch (ArithmeticException e) {
        throw new InvalidModelException(
            source + ": tensor " + name + " has shape " + shapeNode + ": larger than any file", e);
      }
    }
    long begin = offset(name, offsets.get(0));
    long end = offset(name, offsets.get(1));
    if (end - begin != size) {
      throw invalid(
          "tensor %s spans bytes %d … %d, but %s of shape %s takes %d bytes",
          name, begin, end, type, shapeNode, size);
    }
    return new Entry(name, type, shape, begin, end);
  }

  private long offset(String name, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < 0) {
      throw invalid("tensor %s has data offset %s, expected a whole number ≥ 0", name, node);
    }
    return node.asLong();
  }

  /** The tensors must cover the data exactly, so that no byte is read twice or left unexplained. */
  private void checkTiling(long dataLength) {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long covered = 0;
    for (Entry entry : sorted) {
      if (entry.end > dataLength) {
        throw invalid(
            "tensor %s ends at byte %d of the data, which has %d; is the file truncated?",
            entry.name, entry.end, dataLength);
      }
      if (entry.begin != covered) {
        throw invalid(
            "tensor %s begins at byte %d of the data, expected %d: tensors %s",
            entry.name,
            entry.begin,
            covered,
            entry.begin < covered ? "overlap" : "leave a hole before it");
      }
      covered = entry.end;
    }
    if (covered != dataLength) {
      throw invalid("%d bytes after the last tensor", dataLength - covered);
    }
  }

  private Entry find(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw invalid("no tensor %s", name);
    }
    return entry;
  }

  private InvalidModelException invalid(String format, Object... args) {
    return new InvalidModelException(source + ": " + String.format(Locale.ROOT, format, args));
  }
}
