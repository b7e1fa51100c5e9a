package io.flinkssm.stream;

import java.util.Arrays;

/**
 * Numbers keys in order of first arrival: open addressing, so that a key costs no object and
 * clearing keeps the room.
 */
final class KeyIndex {
  private static final int FREE = 0;

  private String[] keys = new String[8];

  /** Number of a key plus one by its place, or {@link #FREE}; more than twice as long as keys. */
  private int[] table = new int[32];

  private int size;

  int size() {
    return size;
  }

  /** The key with a number below {@link #size}. */
  String key(int number) {
    return keys[number];
  }

  /** The number of a key; a new key gets the next one. */
  int numberOf(String key) {
    int place = place(key);
    if (table[place] == FREE) {
      if (size == keys.length) {
        grow();
        place = place(key);
      }
      keys[size] = key;
      table[place] = ++size;
    }
    return table[place] - 1;
  }

  void clear() {
    Arrays.fill(keys, 0, size, null);
    Arrays.fill(table, FREE);
    size = 0;
  }

  /** Where a key stands, or would stand. */
  private int place(String key) {
    int hash = key.hashCode() * 0x9E3779B9;
    int place = (hash >>> 16 ^ hash) & table.length - 1;
    while (table[place] != FREE && !keys[table[place] - 1].equals(key)) {
      place = place + 1 & table.length - 1;
    }
    return place;
  }

  private void grow() {
    keys = Arrays.copyOf(keys, 2 * size);
    table = new int[2 * table.length];
    for (int number = 0; number < size; number++) {
      table[place(keys[number])] = number + 1;
    }
  }
}
