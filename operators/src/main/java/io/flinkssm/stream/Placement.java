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
    CLOCK_BACKWARDS,
    /** Its rate or its time cannot be right, as {@link Placement#problem} says. */
    BAD_RATE
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

  /** {@link KeyState#clockValue} from the frame on, unless it opens a segment. */
  double clockValue;

  /** {@link KeyState#clockCount} from the frame on. */
  int clockCount;

  /** What is wrong with the frame and how to repair it, else null. */
  String problem;

  /** A frame that starts a segment, all of its samples at one rate. */
  void clear(double rate) {
    place = Place.START;
    skip = 0;
    gap = 0;
    gapRateHz = rate;
    firstRateHz = rate;
    startRateHz = rate;
    rateHz = rate;
    clockValue = 0;
    clockCount = 0;
    problem = null;
  }

  /** The frame goes on with the segment, or opens one if none is open. */
  void follow(KeyState<?> state) {
    place = state.isOpen() ? Place.CONTIGUOUS : Place.START;
  }

  /** The frame starts {@code ahead} µs late: samples are missing, at the rate before it. */
  void gap(KeyState<?> state, long ahead, ScoringConfig config) {
    if (!state.isOpen()) {
      place = Place.START;
      return;
    }
    gapRateHz = state.sampleRateHz;
    gap = Math.max(1, Math.round(ahead * gapRateHz * 1e-6));
    place =
        config.gapPolicy() == ScoringConfig.GapPolicy.END || ahead > config.gapMaxMicros()
            ? Place.BREAK
            : Place.GAP;
  }

  /** The frame starts {@code −ahead} µs early: its first samples are known, or all of them. */
  void overlap(KeyState<?> state, Frame frame, long ahead, ScoringConfig config) {
    long known = Math.round(-(double) ahead * rateHz * 1e-6);
    if (known >= frame.length()) {
      place = -(double) ahead > config.latenessMicros() ? Place.CLOCK_BACKWARDS : Place.LATE;
    } else {
      skip = (int) known;
      follow(state);
    }
  }

  /** Sets the key's clock to the samples that fill the gap. */
  void bridge(KeyState<?> state) {
    if (state.sampleRateHz != gapRateHz) {
      state.anchorMicros = state.timeOf(state.sinceAnchor - 1);
      state.sinceAnchor = 1;
      state.sampleRateHz = gapRateHz;
    }
  }

  /** Sets the key's clock to the first new sample of the frame. */
  void begin(KeyState<?> state, Frame frame) {
    state.sampleRateHz = state.isOpen() ? firstRateHz : startRateHz;
    // A sample with a rate of its own is where those after it count from.
    boolean own = state.sampleRateHz != rateHz;
    state.anchorMicros = frame.startMicros() + (own ? Math.round(skip * 1e6 / rateHz) : 0);
    state.sinceAnchor = own ? 0 : skip;
    state.clockValue = state.isOpen() ? clockValue : 0;
    state.clockCount = clockCount;
  }
}
