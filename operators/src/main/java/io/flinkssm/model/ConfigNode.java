package io.flinkssm.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One JSON object of {@code config.json}, read strictly: every key that is asked for becomes an
 * allowed key, and {@link #finish} refuses the keys that nobody asked for. JSON {@code null} counts
 * as absent. Errors name the file, the key, what was found and what to write. Not thread-safe; it
 * lives while a model is read.
 */
public final class ConfigNode {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Largest size: far above any model's, and small enough that its square can be allocated. */
  static final int MAX_COUNT = 8192;

  private final String source;
  private final String path;
  private final JsonNode node;
  private final Set<String> allowed = new TreeSet<>();
  private final List<ConfigNode> children = new ArrayList<>();

  private ConfigNode(String source, String path, JsonNode node) {
    this.source = source;
    this.path = path;
    this.node = node;
  }

  /** Parses a file; {@code source} is what errors call it. */
  public static ConfigNode parse(String source, byte[] json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (!root.isObject()) {
        String found = root.isMissingNode() ? "is empty" : "holds a JSON " + root.getNodeType();
        throw new InvalidModelException(source + ": " + found + ", expected an object {…}");
      }
      return new ConfigNode(source, "", root);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw new InvalidModelException(
          source + ": not sound JSON" + where + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidModelException(source + ": cannot be decoded: " + e.getMessage(), e);
    }
  }

  /** Whether the key is present and not null; allows the key. */
  public boolean has(String key) {
    return find(key).isPresent();
  }

  /** Whether the key is written as null, which some options distinguish from absence. */
  public boolean isNull(String key) {
    allowed.add(key);
    return node.has(key) && node.get(key).isNull();
  }

  /** Allows keys that have no meaning for inference. */
  public void ignore(String... keys) {
    allowed.addAll(Arrays.asList(keys));
  }

  /** A string that must be there; {@code example} shows how to write it. */
  public String text(String key, String example) {
    return text(key, require(key, '"' + example + '"'));
  }

  /** A string, or {@code fallback}, which may be null. */
  public String textOr(String key, String fallback) {
    return find(key).map(value -> text(key, value)).orElse(fallback);
  }

  /** One of some words, the first of which stands where the key is absent. */
  public String choice(String key, String... words) {
    String word = textOr(key, words[0]);
    if (!Arrays.asList(words).contains(word)) {
      throw error(key, '"' + word + '"', "one of " + Arrays.toString(words));
    }
    return word;
  }

  /** A flag, or {@code fallback}. */
  public boolean flagOr(String key, boolean fallback) {
    return find(key).map(value -> flag(key, value)).orElse(fallback);
  }

  /** A flag that must be there. */
  public boolean flag(String key) {
    return flag(key, require(key, "false"));
  }

  /** A whole number from 1 to 8192 that must be there; {@code example} shows how to write it. */
  public int count(String key, int example) {
    return count(key, require(key, Integer.toString(example)));
  }

  /** A whole number from 1 to 8192, or {@code fallback}. */
  public int countOr(String key, int fallback) {
    return find(key).map(value -> count(key, value)).orElse(fallback);
  }

  /** A finite number that must be there; {@code example} shows how to write it. */
  public double number(String key, double example) {
    return number(key, require(key, Double.toString(example)));
  }

  /** A finite number, or {@code fallback}. */
  public double numberOr(String key, double fallback) {
    return find(key).map(value -> number(key, value)).orElse(fallback);
  }

  /** {@code count} finite numbers, written as an array or as one number for all. */
  public double[] numbersOr(String key, int count, double fallback) {
    double[] out = new double[count];
    JsonNode value = find(key).orElse(null);
    if (value == null || !value.isArray()) {
      Arrays.fill(out, value == null ? fallback : number(key, value));
      return out;
    }
    if (value.size() != count) {
      throw error(key, value.size() + " numbers", "one number, or " + count + ", one per channel");
    }
    for (int i = 0; i < count; i++) {
      out[i] = number(key, value.get(i));
    }
    return out;
  }

  /** Strings, or an empty list. */
  public List<String> texts(String key) {
    JsonNode value = find(key).orElse(null);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw error(key, value.toString(), "an array of strings");
    }
    List<String> out = new ArrayList<>();
    for (JsonNode item : value) {
      out.add(text(key, item));
    }
    return Collections.unmodifiableList(out);
  }

  /** An object that must be there. */
  public ConfigNode child(String key, String example) {
    JsonNode value = require(key, example);
    if (!value.isObject()) {
      throw error(key, value.toString(), "an object such as " + example);
    }
    ConfigNode child = new ConfigNode(source, path + key + ".", value);
    children.add(child);
    return child;
  }

  /** An error about a key of this object. */
  public InvalidModelException error(String key, String found, String expected) {
    return new InvalidModelException(
        source + ": \"" + path + key + "\" is " + found + ", expected " + expected);
  }

  /** Refuses keys that were never asked for, here and in child objects. */
  public void finish() {
    for (var property : node.properties()) {
      String key = property.getKey();
      if (!allowed.contains(key)) {
        String near = nearest(key, allowed);
        throw new InvalidModelException(
            source
                + ": unknown key \""
                + path
                + key
                + "\""
                + (near == null ? "" : "; did you mean \"" + near + "\"?")
                + " Allowed here: "
                + allowed);
      }
    }
    children.forEach(ConfigNode::finish);
  }

  private Optional<JsonNode> find(String key) {
    allowed.add(key);
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  private JsonNode require(String key, String example) {
    return find(key)
        .orElseThrow(
            () -> {
              String near = nearest(key, unread());
              return new InvalidModelException(
                  "%s: no key \"%s%s\"; %s\"%s\": %s"
                      .formatted(
                          source,
                          path,
                          key,
                          near == null
                              ? "add for example "
                              : "is \"" + near + "\" meant to be it? Write for example ",
                          key,
                          example));
            });
  }

  private List<String> unread() {
    return node.properties().stream()
        .map(Map.Entry::getKey)
        .filter(key -> !allowed.contains(key))
        .toList();
  }

  private String text(String key, JsonNode value) {
    if (!value.isTextual() || value.asText().isBlank()) {
      throw error(key, value.toString(), "a string");
    }
    return value.asText();
  }

  private boolean flag(String key, JsonNode value) {
    if (!value.isBoolean()) {
      throw error(key, value.toString(), "true or false");
    }
    return value.asBoolean();
  }

  private int count(String key, JsonNode value) {
    boolean fits = value.isIntegralNumber() && value.canConvertToInt();
    if (!fits || value.asInt() < 1 || value.asInt() > MAX_COUNT) {
      throw error(key, value.toString(), "a whole number from 1 to " + MAX_COUNT);
    }
    return value.asInt();
  }

  private double number(String key, JsonNode value) {
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw error(key, value.toString(), "a finite number");
    }
    return value.asDouble();
  }

  /** The candidate at the smallest edit distance, if that is at most a third of its length. */
  private static String nearest(String key, Iterable<String> candidates) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = distance(key, candidate);
      if (distance < least && 3 * distance <= Math.max(key.length(), candidate.length())) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
