package io.flinkssm.stream;

/**
 * Places a frame on the time line of its key.
 *
 * <p>The sample after {@code k} consumed ones of the last frame is expected at {@code anchor +
 * k/rate}. A frame within the tolerance of that time is contiguous, whatever its exact time, and
 * becomes the next anchor: jitter is ignored and slow drift between the device's sampling clock and
 * its time stamps is absorbed.
 *
 * <p>The answer of {@link #place} is kept in this object until the next call, to allocate nothing.
 */
final class SampleClock {

  /** How a frame lies to the samples before it. */
  enum Place {
    /** First frame of a segment. */
    START,
    /** Follows on, after {@link SampleClock#skip()} samples that are already known. */
    CONTIGUOUS,
    /** Follows after {@link SampleClock#gap()} missing samples, few enough to be bridged. */
    GAP,
    /** Follows after too long a gap: the open segment ends and this frame starts a new one. */
    BREAK,
    /** The same frame was consumed before. */
    DUPLICATE,
    /** All of its samples lie before the expected one. */
    LATE,
    /** As {@link #LATE}, by more than the lateness bound. */
    CLOCK_BACKWARDS
  }

  private final ScoringConfig config;
  private int skip;
  private long gap;

  SampleClock(ScoringConfig config) {
    this.config = config;
  }

  /** Leading samples of the placed frame that are already known. */
  int skip() {
    return skip;
  }

  /** Samples that are missing before the placed frame, at the rate before it. */
  long gap() {
    return gap;
  }

  /** Places a frame that passed {@link FrameCheck}. */
  Place place(KeyState<?> state, Frame frame, long fingerprint) {
    skip = 0;
    gap = 0;
    if (state.anchorMicros == KeyState.NO_TIME) {
      return Place.START;
    }
    long ahead = minus(frame.startMicros(), state.nextMicros());
    double period = 1e6 / frame.sampleRateHz();
    if (ahead < -0.5 * period && state.remembers(fingerprint)) {
      return Place.DUPLICATE;
    }
    if (Math.abs((double) ahead) <= config.toleranceSamples() * period) {
      return state.isOpen() ? Place.CONTIGUOUS : Place.START;
    }
    if (ahead < 0) {
      long known = Math.round(-(double) ahead / period);
      if (known >= frame.length()) {
        return -(double) ahead > config.latenessMicros() ? Place.CLOCK_BACKWARDS : Place.LATE;
      }
      skip = (int) known;
      return state.isOpen() ? Place.CONTIGUOUS : Place.START;
    }
    if (!state.isOpen()) {
      return Place.START;
    }
    gap = Math.max(1, Math.round(ahead * state.sampleRateHz * 1e-6));
    return config.gapPolicy() == ScoringConfig.GapPolicy.END || ahead > config.gapMaxMicros()
        ? Place.BREAK
        : Place.GAP;
  }

  /**
   * A hash of everything that makes two frames the same: FNV-1a over words, so that equal frames
   * always and different ones practically never agree.
   */
  static long fingerprint(Frame frame) {
    long hash = mix(0xcbf29ce484222325L, frame.startMicros());
    hash = mix(hash, Double.doubleToLongBits(frame.sampleRateHz()));
    hash = mix(hash, frame.endOfSegment() ? 1 : 0);
    for (float sample : frame.samples()) {
      hash = mix(hash, Float.floatToRawIntBits(sample));
    }
    return hash;
  }

  static long mix(long hash, long word) {
    long mixed = (hash ^ word) * 0x100000001b3L;
    return mixed ^ (mixed >>> 32);
  }

  /** {@code a − b}, at the end of the range instead of beyond it. */
  private static long minus(long a, long b) {
    long difference = a - b;
    boolean overflow = ((a ^ b) & (a ^ difference)) < 0;
    return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
  }
}
