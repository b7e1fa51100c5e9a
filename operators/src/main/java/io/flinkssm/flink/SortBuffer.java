package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * Holds the frames of each key back until the watermark has passed their start, then gives them in
 * order. One timer per key with waiting frames, at the next watermark, and none per frame.
 *
 * <p>Frames that start at the same time are ordered by content, so that the order of arrival within
 * the bound leaves no trace.
 */
public final class SortBuffer {
  private static final Comparator<Frame> BY_CONTENT =
      Comparator.comparing(Frame::length)
          .thenComparing(Frame::sampleRateHz)
          .thenComparing(Frame::endOfSegment)
          .thenComparing(Frame::samples, Arrays::compare);

  private final Store frames;
  private final LongSupplier watermark;
  private final LongConsumer timers;

  /**
   * @param watermark the current one, milliseconds
   * @param timers registers an event-time timer of the current key
   */
  SortBuffer(Store frames, LongSupplier watermark, LongConsumer timers) {
    this.frames = frames;
    this.watermark = watermark;
    this.timers = timers;
  }

  static SortBuffer of(
      MapState<Long, List<Frame>> frames, InternalTimerService<Byte> timers, byte namespace) {
    Store store =
        new Store() {
          @Override
          public Iterable<Long> starts() throws Exception {
            return frames.keys();
          }

          @Override
          public List<Frame> get(Long startMicros) throws Exception {
            return frames.get(startMicros);
          }

          @Override
          public void put(Long startMicros, List<Frame> same) throws Exception {
            frames.put(startMicros, same);
          }

          @Override
          public void remove(Long startMicros) throws Exception {
            frames.remove(startMicros);
          }
        };
    return new SortBuffer(
        store,
        timers::currentWatermark,
        millis -> timers.registerEventTimeTimer(namespace, millis));
  }

  /** The waiting frames of the current key, by start time in microseconds. */
  public interface Store {
    /** Start times of all that wait. */
    Iterable<Long> starts() throws Exception;

    List<Frame> get(Long startMicros) throws Exception;

    void put(Long startMicros, List<Frame> same) throws Exception;

    void remove(Long startMicros) throws Exception;
  }

  /** Keeps a frame of the current key; false if the watermark has passed its start already. */
  boolean add(Frame frame) throws Exception {
    if (millis(frame.startMicros()) <= watermark.getAsLong()) {
      return false;
    }
    List<Frame> same = frames.get(frame.startMicros());
    List<Frame> all = same == null ? new ArrayList<>(1) : new ArrayList<>(same);
    all.add(frame);
    frames.put(frame.startMicros(), all);
    wakeAtNextWatermark();
    return true;
  }

  /** Takes the frames of the current key that the watermark has passed, in order. */
  List<Frame> takeDue() throws Exception {
    long now = watermark.getAsLong();
    List<Long> due = new ArrayList<>();
    boolean waiting = false;
    for (Long start : frames.starts()) {
      if (millis(start) <= now) {
        due.add(start);
      } else {
        waiting = true;
      }
    }
    due.sort(null);
    List<Frame> taken = new ArrayList<>(due.size());
    for (Long start : due) {
      List<Frame> same = new ArrayList<>(frames.get(start));
      same.sort(BY_CONTENT);
      taken.addAll(same);
      frames.remove(start);
    }
    if (waiting) {
      wakeAtNextWatermark();
    }
    return taken;
  }

  private void wakeAtNextWatermark() {
    timers.accept(watermark.getAsLong() + 1);
  }

  private static long millis(long micros) {
    return Math.floorDiv(micros, 1000L);
  }
}
