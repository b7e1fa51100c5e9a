package io.flinkssm.flink;

import io.flinkssm.stream.History;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Retains samples in keyed state: beside the packed value of each key, not in it, so that an event
 * costs what it adds and not what is retained.
 *
 * <p>Samples lie in numbered entries. Short appends share one, which is written anew with each of
 * them up to {@link #ENTRY_VALUES}; a long append is an entry of its own. Entries behind the
 * retained time are removed when a new one begins.
 */
final class KeyedHistory implements History {
  /** Values after which an entry is not added to: 1 KiB. */
  static final int ENTRY_VALUES = 256;

  private final Consumer<String> setKey;
  private final MapState<Integer, RetainedSamples> entries;
  private final ValueState<Integer> newest;

  /**
   * Over the state of one operator instance.
   *
   * @param setKey makes a key the current one
   * @param entries samples by number
   * @param newest number of the newest entry
   */
  KeyedHistory(
      Consumer<String> setKey,
      MapState<Integer, RetainedSamples> entries,
      ValueState<Integer> newest) {
    this.setKey = setKey;
    this.entries = entries;
    this.newest = newest;
  }

  @Override
  public void append(
      String key, long keepFrom, long position, double sampleRateHz, float[] samples, int length) {
    setKey.accept(key);
    try {
      Integer last = newest.value();
      RetainedSamples open = last == null ? null : entries.get(last);
      if (open == null || position == 0) {
        // A new segment; or the samples before were dropped by the time to live.
        entries.clear();
        put(0, RetainedSamples.of(0, position, sampleRateHz, samples, length));
      } else if (open.samples().length < ENTRY_VALUES) {
        entries.put(last, open.and(position, sampleRateHz, samples, length));
      } else {
        int oldest = prune(open.oldest(), last, keepFrom);
        put(last + 1, RetainedSamples.of(oldest, position, sampleRateHz, samples, length));
      }
    } catch (Exception e) {
      throw new FlinkRuntimeException("cannot retain samples of key " + key, e);
    }
  }

  private void put(int number, RetainedSamples samples) throws Exception {
    entries.put(number, samples);
    newest.update(number);
  }

  /** Removes entries whose successor begins before what is to be kept; gives the oldest left. */
  private int prune(int from, int last, long keepFrom) throws Exception {
    int oldest = from;
    while (oldest < last) {
      RetainedSamples next = entries.get(oldest + 1);
      if (next != null && next.positions()[0] > keepFrom) {
        break;
      }
      entries.remove(oldest);
      oldest++;
    }
    return oldest;
  }

  @Override
  public void read(String key, long from, Visitor visitor) {
    setKey.accept(key);
    try {
      for (RetainedSamples entry : since(from)) {
        int offset = 0;
        for (int i = 0; i < entry.rates().length; i++) {
          visitor.samples(
              entry.positions()[i], entry.rates()[i], entry.samples(), offset, entry.lengths()[i]);
          offset += entry.lengths()[i];
        }
      }
    } catch (Exception e) {
      throw new FlinkRuntimeException("cannot read the retained samples of key " + key, e);
    }
  }

  /** The entries from the one on that holds a position, in order, without gaps. */
  private List<RetainedSamples> since(long from) throws Exception {
    List<RetainedSamples> found = new ArrayList<>();
    Integer last = newest.value();
    RetainedSamples entry = last == null ? null : entries.get(last);
    for (int number = entry == null ? 0 : last; entry != null; entry = entries.get(--number)) {
      found.add(entry);
      if (entry.positions()[0] <= from) {
        break;
      }
    }
    Collections.reverse(found);
    return found;
  }

  @Override
  public void clear(String key) {
    setKey.accept(key);
    entries.clear();
    newest.clear();
  }
}
