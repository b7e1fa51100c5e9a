package io.flinkssm.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Retains samples in memory, entry by entry; drops what it may drop at once. */
final class MemoryHistory implements History {
  private final int channels;
  private final Map<String, List<Entry>> entries = new HashMap<>();

  private record Entry(long position, double rate, float[] samples) {}

  MemoryHistory(int channels) {
    this.channels = channels;
  }

  /** Samples that are kept of a key. */
  int samples(String key) {
    return entries.getOrDefault(key, List.of()).stream()
        .mapToInt(entry -> entry.samples.length / channels)
        .sum();
  }

  @Override
  public void append(
      String key, long keepFrom, long position, double sampleRateHz, float[] samples, int length) {
    List<Entry> kept = entries.computeIfAbsent(key, k -> new ArrayList<>());
    if (!kept.isEmpty()) {
      Entry last = kept.get(kept.size() - 1);
      long expected = last.position + last.samples.length / channels;
      if (position != expected) {
        throw new IllegalStateException("position " + position + ", expected " + expected);
      }
    }
    kept.add(new Entry(position, sampleRateHz, Arrays.copyOf(samples, length)));
    kept.removeIf(entry -> entry.position + entry.samples.length / channels <= keepFrom);
  }

  @Override
  public void read(String key, long from, Visitor visitor) {
    for (Entry entry : entries.getOrDefault(key, List.of())) {
      visitor.samples(entry.position, entry.rate, entry.samples, 0, entry.samples.length);
    }
  }

  @Override
  public void clear(String key) {
    entries.remove(key);
  }
}
