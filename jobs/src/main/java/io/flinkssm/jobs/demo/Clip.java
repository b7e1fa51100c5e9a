package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.io.FrameCutter;
import io.flinkssm.jobs.io.Signal;
import io.flinkssm.stream.Frame;
import java.util.ArrayList;
import java.util.List;

/**
 * One key of the demo: a spoken digit at one gain, at one sampling rate or at several in turn.
 *
 * @param key key of its frames
 * @param label what is said
 * @param rates how its sampling rate is called, such as {@code "8 kHz"} or {@code "8 → 4 kHz"}
 * @param gainDecibels how much louder than the recording it is
 * @param startMicros event time of its first sample
 * @param parts consecutive recordings, each at its own sampling rate
 */
public record Clip(
    String key,
    String label,
    String rates,
    double gainDecibels,
    long startMicros,
    List<Signal> parts) {

  /** Seconds of signal in a frame. */
  static final double FRAME_SECONDS = 0.020;

  public Clip {
    parts = List.copyOf(parts);
  }

  /** Whether its sampling rate changes while it plays. */
  boolean changesRate() {
    return parts.size() > 1;
  }

  /** Samples over all parts. */
  int samples() {
    return parts.stream().mapToInt(Signal::length).sum();
  }

  /** Event time of its end. */
  long endMicros() {
    long end = startMicros;
    for (Signal part : parts) {
      end = FrameCutter.timeMicros(end, part.length(), part.sampleRateHz());
    }
    return end;
  }

  /** Its frames in order; the last one ends the segment. */
  public List<Frame> frames() {
    List<Frame> frames = new ArrayList<>();
    long start = startMicros;
    for (int i = 0; i < parts.size(); i++) {
      Signal part = parts.get(i);
      int perFrame = (int) Math.round(FRAME_SECONDS * part.sampleRateHz());
      frames.addAll(FrameCutter.cut(part, start, perFrame, i == parts.size() - 1));
      start = FrameCutter.timeMicros(start, part.length(), part.sampleRateHz());
    }
    return frames;
  }
}
