package io.flinkssm.jobs.io;

import io.flinkssm.stream.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts recordings into the signal frames that a source would deliver. */
public final class FrameCutter {

  private FrameCutter() {}

  /**
   * Frames of {@code samplesPerFrame} samples, the last one shorter if need be.
   *
   * @param startMicros time of the first sample, microseconds since the epoch
   * @param endsSegment whether the last frame ends the segment
   */
  public static List<Frame> cut(
      Signal signal, long startMicros, int samplesPerFrame, boolean endsSegment) {
    if (samplesPerFrame < 1) {
      throw new IllegalArgumentException(
          "samples per frame: " + samplesPerFrame + "; expected at least 1");
    }
    int channels = signal.channels();
    List<Frame> frames = new ArrayList<>();
    for (int from = 0; from < signal.length(); from += samplesPerFrame) {
      int to = Math.min(from + samplesPerFrame, signal.length());
      frames.add(
          new Frame(
              signal.name(),
              timeMicros(startMicros, from, signal.sampleRateHz()),
              signal.sampleRateHz(),
              channels,
              Arrays.copyOfRange(signal.samples(), from * channels, to * channels),
              endsSegment && to == signal.length(),
              Frame.Origin.UNKNOWN));
    }
    return frames;
  }

  /** Time of a sample, rounded to the microsecond. */
  public static long timeMicros(long startMicros, long sample, double sampleRateHz) {
    return startMicros + Math.round(sample * 1e6 / sampleRateHz);
  }
}
