package io.flinkssm.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands out places in the flat state of a key, one after the other, and knows them by name. Made
 * once for a detector; components keep the offsets that they were given.
 */
final class StateLayout {

  private record Part(String name, int offset, int length) {}

  private final String prefix;
  private final List<Part> parts;

  StateLayout() {
    this("", new ArrayList<>());
  }

  private StateLayout(String prefix, List<Part> parts) {
    this.prefix = prefix;
    this.parts = parts;
  }

  /** The same places, under names that begin with {@code name} and a dot. */
  StateLayout under(String name) {
    return new StateLayout(prefix + name + ".", parts);
  }

  /** The next places; the offset of the first one. */
  int add(String name, int length) {
    int offset = length();
    parts.add(new Part(prefix + name, offset, length));
    return offset;
  }

  /** Places given so far. */
  int length() {
    if (parts.isEmpty()) {
      return 0;
    }
    Part last = parts.get(parts.size() - 1);
    return last.offset() + last.length();
  }

  /**
   * A state by name, in order of its places: a {@code Double}, or a {@code double[]} of several.
   */
  Map<String, Object> describe(double[] state) {
    Map<String, Object> named = new LinkedHashMap<>();
    for (Part part : parts) {
      int end = part.offset() + part.length();
      Object value =
          part.length() == 1
              ? (Object) state[part.offset()]
              : Arrays.copyOfRange(state, part.offset(), end);
      named.put(part.name(), value);
    }
    return named;
  }
}
