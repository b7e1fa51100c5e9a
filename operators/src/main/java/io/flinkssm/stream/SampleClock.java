package io.flinkssm.stream;

/**
 * Places frames on the time lines of their keys, and says which rates their samples have. Changes
 * nothing: what it finds becomes true when the caller {@linkplain Placement#begin begins} on the
 * frame.
 */
interface SampleClock {

  /**
   * The clock of a configuration.
   *
   * @param grid {@link RateGrid#of} the configuration and a model
   */
  static SampleClock of(ScoringConfig config, RateGrid grid) {
    return switch (config.sampling()) {
      case FRAME -> grid == null ? new StatedClock(config) : new SteadyClock(config, grid);
      case DERIVED -> new SteadyClock(config, grid);
      case IRREGULAR -> new IrregularClock(config, grid);
    };
  }

  /** Places a frame that passed {@link FrameCheck}; the answer is written to {@code placed}. */
  void place(KeyState<?> state, Frame frame, long fingerprint, Placement placed);

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
  static long minus(long a, long b) {
    long difference = a - b;
    boolean overflow = ((a ^ b) & (a ^ difference)) < 0;
    return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
  }
}
