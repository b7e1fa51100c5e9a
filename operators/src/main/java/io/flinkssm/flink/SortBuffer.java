package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * Holds the frames of each key back until the watermark has passed their start, then gives them in
 * order. One timer per key with waiting frames, at the next watermark, and none per frame.
 *
 * <p>Frames that start at the same time are ordered by content, so that the order of arrival within
 * the bound leaves no trace.
 */
final class SortBuffer {
  private static final Comparator<Frame> BY_CONTENT =
      Comparator.comparing(Frame::length)
          .thenComparing(Frame::sampleRateHz)
          .thenComparing(Frame::endOfSegment)
          .thenComparing(Frame::samples, Arrays::compare);

  private final MapState<Long, List<Frame>> frames;
  private final InternalTimerService<Byte> timers;
  private final byte namespace;

  SortBuffer(
      MapState<Long, List<Frame>> frames, InternalTimerService<Byte> timers, byte namespace) {
    this.frames = frames;
    this.timers = timers;
    this.namespace = namespace;
  }

  /** Keeps a frame of the current key; false if the watermark has passed its start already. */
  boolean add(Frame frame) throws Exception {
    if (millis(frame.startMicros()) <= timers.currentWatermark()) {
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
    long watermark = timers.currentWatermark();
    List<Long> due = new ArrayList<>();
    boolean waiting = false;
    for (Map.Entry<Long, List<Frame>> entry : frames.entries()) {
      // Only the key is read here: on RocksDB the frames stay bytes until they are due.
      if (millis(entry.getKey()) <= watermark) {
        due.add(entry.getKey());
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
    timers.registerEventTimeTimer(namespace, timers.currentWatermark() + 1);
  }

  private static long millis(long micros) {
    return Math.floorDiv(micros, 1000L);
  }
}
