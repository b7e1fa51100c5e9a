package io.flinkssm.stream;

/**
 * Decides which frames of a key are consumed, and where they lie in time. What is not consumed is
 * counted or leaves as a rejected record; the key's state is only looked at.
 */
final class Admission<A> {
  private final Shared<A> shared;
  private final Placement placed = new Placement();
  private long fingerprint;
  private boolean broken;
  private boolean endsSegment;

  Admission(Shared<A> shared) {
    this.shared = shared;
  }

  /** Where the frame that was admitted last lies. */
  Placement placed() {
    return placed;
  }

  /** {@link SampleClock#fingerprint} of the frame that was admitted last. */
  long fingerprint() {
    return fingerprint;
  }

  /** Whether the frame that was admitted last has values that are not finite. */
  boolean broken() {
    return broken;
  }

  /** Whether a frame that was not admitted ends the open segment all the same. */
  boolean endsSegment() {
    return endsSegment;
  }

  /**
   * Decides on a frame.
   *
   * @return what is to be consumed: the frame, or the rest of it if no model takes its first
   *     samples; null if nothing is
   */
  Frame admit(Frame candidate, KeyState<?> known, ScoringSink sink) {
    endsSegment = false;
    long asked = Segment.asked(known, candidate.startMicros());
    Timeline.Era<A> era = shared.timeline().at(asked);
    if (era == null) {
      return withoutModel(candidate, asked, known, sink);
    }
    fingerprint = SampleClock.fingerprint(candidate);
    era.version().clock().place(known, candidate, fingerprint, placed);
    return isNew(candidate, known, sink) ? suited(candidate, known, sink) : null;
  }

  /**
   * Whether a frame simply follows on at the rate of the segment, all of it for the version at
   * hand; if so it is admitted, else nothing changes but {@link #placed}.
   *
   * @param until when another version may take over
   */
  boolean joins(Frame candidate, KeyState<A> state, Version<A> version, long until) {
    long print = SampleClock.fingerprint(candidate);
    version.clock().place(state, candidate, print, placed);
    if (placed.place != Placement.Place.CONTIGUOUS
        || placed.firstRateHz != state.sampleRateHz
        || placed.rateHz != state.sampleRateHz
        || nonFinite(candidate) > 0
        || timeOf(candidate, placed.skip) >= until) {
      return false;
    }
    fingerprint = print;
    broken = false;
    return true;
  }

  /**
   * Rejects a frame that starts when no model is in force, up to the first one. Before there is a
   * model nobody knows a derived rate, so such frames are rejected whole.
   */
  private Frame withoutModel(Frame candidate, long asked, KeyState<?> known, ScoringSink sink) {
    int length = candidate.length();
    double rate = candidate.sampleRateHz();
    boolean timed = length > 1 && shared.config().sampling() != ScoringConfig.Sampling.DERIVED;
    int bad = timed ? samplesBeforeNext(candidate, asked, rate) : length;
    String message = Rejections.noModel(shared.timeline().name(), candidate.startMicros());
    reject(candidate, bad, Rejection.Reason.NO_MODEL, message, sink);
    return rest(candidate, bad, rate, known, sink);
  }

  /** Whether the frame that is placed has samples that are to be consumed; else drops it. */
  private boolean isNew(Frame candidate, KeyState<?> known, ScoringSink sink) {
    switch (placed.place) {
      case DUPLICATE -> {
        shared.counters().samplesDuplicate(candidate.length());
        return false;
      }
      case LATE, CLOCK_BACKWARDS -> {
        shared.counters().samplesLate(candidate.length());
        long expected = known.nextMicros();
        long lateness = shared.config().latenessMicros();
        shared.reject(
            placed.place == Placement.Place.LATE
                ? Rejections.late(candidate, expected)
                : Rejections.clockBackwards(candidate, expected, lateness),
            sink);
        return false;
      }
      case BAD_RATE -> {
        shared.reject(Rejections.of(candidate, Rejection.Reason.BAD_RATE, placed.problem), sink);
        return false;
      }
      default -> {
        return true;
      }
    }
  }

  /** The frame that is placed, from where the model in force takes it. */
  private Frame suited(Frame candidate, KeyState<?> known, ScoringSink sink) {
    Timeline<A> timeline = shared.timeline();
    long asked = Segment.asked(known, timeOf(candidate, placed.skip));
    Version<A> version = timeline.at(asked).version();
    Rejection mismatch =
        FrameCheck.channels(
            candidate, timeline.name(), timeline.channels(), timeline.channelsRemedy());
    if (mismatch != null) {
      shared.reject(mismatch, sink);
      return null;
    }
    Rejection.Reason reason = null;
    String message = null;
    try {
      version.at(known.isOpen() ? placed.firstRateHz : placed.startRateHz);
      version.at(placed.rateHz);
    } catch (UnreadableModelException e) {
      reason = Rejection.Reason.NO_MODEL;
      message = e.getMessage();
    } catch (IllegalArgumentException e) {
      reason = Rejection.Reason.BAD_RATE;
      message = e.getMessage();
    }
    if (reason == null) {
      return isSound(candidate, known, sink) ? candidate : null;
    }
    int bad = samplesBeforeNext(candidate, asked, placed.rateHz);
    reject(candidate, bad, reason, message, sink);
    return rest(candidate, bad, placed.rateHz, known, sink);
  }

  /** Whether the values of the frame that is placed are usable by policy; else rejects it. */
  private boolean isSound(Frame candidate, KeyState<?> known, ScoringSink sink) {
    int bad = nonFinite(candidate);
    broken = bad > 0;
    if (bad == 0) {
      return true;
    }
    shared.counters().nonFiniteInput(bad);
    if (shared.config().nonFinite() != ScoringConfig.NonFinitePolicy.REJECT) {
      return true;
    }
    shared.reject(Rejections.nonFinite(candidate, bad), sink);
    // The samples are lost, but that the segment ends here is still true.
    endsSegment = candidate.endOfSegment() && known.isOpen();
    return false;
  }

  /** Samples of a frame before another version takes over. */
  private int samplesBeforeNext(Frame candidate, long asked, double rateHz) {
    int length = candidate.length();
    long start = candidate.startMicros();
    long next = shared.timeline().nextEra(asked, KeyState.timeOf(length, start, rateHz));
    return KeyState.samplesBefore(next, start, rateHz, length);
  }

  /** Rejects the first samples of a frame. */
  private void reject(
      Frame candidate, int bad, Rejection.Reason reason, String message, ScoringSink sink) {
    Frame first = candidate.cut(0, bad, candidate.startMicros());
    shared.reject(Rejections.of(first, reason, message), sink);
  }

  /** Decides on what is left of a frame as on a frame of its own. */
  private Frame rest(Frame frame, int from, double rateHz, KeyState<?> known, ScoringSink sink) {
    if (from == frame.length()) {
      return null;
    }
    long fromMicros = KeyState.timeOf(from, frame.startMicros(), rateHz);
    return admit(frame.cut(from, frame.length(), fromMicros), known, sink);
  }

  /** Time of a sample of the frame that is placed. */
  private long timeOf(Frame candidate, int sample) {
    return KeyState.timeOf(sample, candidate.startMicros(), placed.rateHz);
  }

  private int nonFinite(Frame candidate) {
    return FrameCheck.nonFinite(candidate.samples(), placed.skip * candidate.channels());
  }
}
