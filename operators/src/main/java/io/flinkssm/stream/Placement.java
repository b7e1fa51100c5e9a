package io.flinkssm.stream;

/**
 * Where a frame lies on the time line of its key, and at which rates its samples are consumed: the
 * answer of a {@link SampleClock}. Reused from frame to frame, to allocate nothing.
 *
 * <p>What a frame brings is consumed in up to three runs: {@link #gap} samples of the gap policy at
 * {@link #gapRateHz}, the first new sample at {@link #firstRateHz}, and the others at {@link
 * #rateHz}.
 */
final class Placement {

  /** How a frame lies to the samples before it. */
  enum Place {
    /** First frame of a segment. */
    START,
    /** Follows on, after {@link Placement#skip} samples that are already known. */
    CONTIGUOUS,
    /** Follows after {@link Placement#gap} missing samples, few enough to be bridged. */
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

  Place place;

  /** Leading samples of the frame that are already known. */
  int skip;

  /** Samples that are missing before the frame. */
  long gap;

  double gapRateHz;

  /** Rate of the first new sample in an open segment: it tells the time since the one before. */
  double firstRateHz;

  /** Rate of the first new sample if it opens a segment. */
  double startRateHz;

  /** Rate of all samples but the first. */
  double rateHz;

  /** A frame whose samples all have one rate, as far as nothing else is known. */
  void clear(double rate) {
    place = Place.START;
    skip = 0;
    gap = 0;
    gapRateHz = rate;
    firstRateHz = rate;
    startRateHz = rate;
    rateHz = rate;
  }

  /** Sets the key's clock to the first new sample of the frame. */
  void begin(KeyState<?> state, Frame frame) {
    state.anchorMicros = frame.startMicros();
    state.sinceAnchor = skip;
    state.sampleRateHz = state.isOpen() ? firstRateHz : startRateHz;
  }
}
