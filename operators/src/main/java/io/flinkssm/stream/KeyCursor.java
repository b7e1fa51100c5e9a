package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import java.util.Arrays;

/**
 * The way of one key through some frames, interrupted wherever samples are to be consumed, so that
 * those of many keys can be stepped as one block: {@link #model} says at which rate, {@link #fill}
 * gives them, {@link #take} gets the outputs, and so on until there is no model. What is emitted
 * and counted does not depend on the other keys, nor on how many samples are consumed at once.
 *
 * <p>The clock of the state runs ahead of its recurrence while a block is out: frames that simply
 * follow on are placed while the block is filled and become part of it.
 *
 * <p>Each sample is for the version of the model in force at its time. A stretch of samples, which
 * is a gap or the new samples of a frame, is interrupted where another version takes over.
 */
final class KeyCursor<A> {
  private final Shared<A> shared;
  private final Retention<A> retention;
  private final DueRows due = new DueRows();
  private Frame[] frames = new Frame[1];
  private int count;
  private int next;

  private String key;
  private KeyState<?> stored;
  private KeyState<A> state;
  private boolean changed;
  private ScoringSink sink;

  // The frame at hand. Its gap is consumed before its samples are, and its first sample before the
  // others if they have another rate.
  private final Placement placed = new Placement();
  private Frame frame;
  private long fingerprint;
  private boolean broken;
  private boolean bridging;
  private long gap;
  private long left;
  private int later;

  // What the next samples are for: no model if that is to be found out.
  private Version<A> version;
  private DiscreteModel<A> model;
  private long until;

  // The block that is out.
  private long before;
  private int samples;
  private int outputs;

  KeyCursor(Shared<A> shared) {
    this.shared = shared;
    retention = new Retention<>(shared.history(), shared.kernels(), shared.config());
  }

  /** Adds a frame of the key that passed {@link FrameCheck}. */
  void add(Frame added) {
    if (count == frames.length) {
      frames = Arrays.copyOf(frames, 2 * count);
    }
    frames[count++] = added;
  }

  int frames() {
    return count;
  }

  Frame frame(int i) {
    return frames[i];
  }

  /**
   * Starts on the frames.
   *
   * @param known the key's state, or null for a new key; changed in place
   */
  void start(String of, KeyState<?> known, ScoringSink to) {
    key = of;
    stored = known == null ? new KeyState<A>() : known;
    sink = to;
  }

  /** The state to store after all frames, or null if nothing changed. */
  KeyState<A> changed() {
    return changed ? state : null;
  }

  /** Forgets frames and state. */
  void clear() {
    Arrays.fill(frames, 0, count, null);
    count = 0;
    next = 0;
    stored = null;
    state = null;
    changed = false;
    frame = null;
    version = null;
    model = null;
    sink = null;
  }

  /** The model that the next samples are for, or null if none are left. */
  DiscreteModel<A> model() {
    while (true) {
      if (left > 0) {
        if (model != null && !reached(until)) {
          return model;
        }
        settle();
      } else if (bridging) {
        bridged();
        model = null;
        begin();
      } else if (later > 0) {
        goOn();
      } else if (next < count) {
        admit(frames[next++]);
      } else {
        retention.flush();
        return null;
      }
    }
  }

  /** The version that {@link #model} is of. */
  Version<A> version() {
    return version;
  }

  /** Recurrence of the key, to be advanced over the block. */
  A recurrence() {
    return state.recurrence;
  }

  /**
   * Gives the next block of samples, once there is a {@link #model} for them.
   *
   * @param input rows of samples, filled from {@code row} on
   * @param most rows that are free, at least 1
   * @return rows of the block, at least 1
   */
  int fill(A input, int row, int most) {
    int limit = (int) Math.min(most, Scorer.BLOCK - state.position % Scorer.BLOCK);
    before = state.position;
    samples = 0;
    due.clear();
    int piece;
    do {
      piece = (int) Math.min(Math.min(left, before(until)), limit - samples);
      if (!shared.emission().dense()) {
        piece = (int) Math.min(piece, shared.emission().next(state.position) - state.position);
      }
      copy(input, row + samples, piece);
      schedule(piece);
      state.position += piece;
      state.sinceAnchor += piece;
      retain(piece);
      samples += piece;
    } while (samples < limit && goesOn(piece));
    // The last output is kept: a segment may end without a further sample.
    outputs = due.count() > 0 ? samples - due.row(0) : left == 0 || reached(until) ? 1 : 0;
    return samples;
  }

  /** Outputs that the block needs, at its last samples. */
  int outputs() {
    return outputs;
  }

  /** Takes the outputs of the block, {@link #outputs} rows from {@code row} on. */
  void take(A output, int row) {
    int size = version.info().outputSize();
    int first = row - (samples - outputs);
    for (int i = 0; i < due.count(); i++) {
      int offset = (first + due.row(i)) * size;
      long position = before + due.row(i) + 1;
      version.emitter().emit(key, state, output, offset, position, due.timeMicros(i), false, sink);
    }
    if (outputs > 0) {
      shared.kernels().copy(output, (row + outputs - 1) * size, state.lastOutput, 0, size);
    }
    if (state.position % Scorer.BLOCK == 0) {
      // A state that decays under silence would reach subnormal numbers, which are slow.
      A recurrence = state.recurrence;
      shared.kernels().flushTiny(recurrence, 0, shared.kernels().length(recurrence));
    }
    if (atSegmentEnd()) {
      finish();
    }
  }

  /** Decides on a frame: drops it, or makes it the one at hand. */
  private void admit(Frame candidate) {
    KeyState<?> known = state == null ? stored : state;
    ScoringCounters counters = shared.counters();
    long asked = asked(known, candidate.startMicros());
    Timeline.Era<A> era = shared.timeline().at(asked);
    if (era == null) {
      withoutModel(candidate, asked);
      return;
    }
    fingerprint = SampleClock.fingerprint(candidate);
    era.version().clock().place(known, candidate, fingerprint, placed);
    switch (placed.place) {
      case DUPLICATE -> {
        counters.samplesDuplicate(candidate.length());
        return;
      }
      case LATE, CLOCK_BACKWARDS -> {
        counters.samplesLate(candidate.length());
        long expected = known.nextMicros();
        long lateness = shared.config().latenessMicros();
        shared.reject(
            placed.place == Placement.Place.LATE
                ? Rejections.late(candidate, expected)
                : Rejections.clockBackwards(candidate, expected, lateness),
            sink);
        return;
      }
      case BAD_RATE -> {
        shared.reject(Rejections.of(candidate, Rejection.Reason.BAD_RATE, placed.problem), sink);
        return;
      }
      default -> {}
    }
    if (!isFor(candidate, known)) {
      return;
    }
    int bad = nonFinite(candidate);
    if (bad > 0) {
      counters.nonFiniteInput(bad);
      if (shared.config().nonFinite() == ScoringConfig.NonFinitePolicy.REJECT) {
        shared.reject(Rejections.nonFinite(candidate, bad), sink);
        if (candidate.endOfSegment() && known.isOpen()) {
          // The samples are lost, but that the segment ends here is still true.
          adopt();
          finish();
        }
        return;
      }
    }
    adopt();
    frame = candidate;
    broken = bad > 0;
    model = null;
    if (state.isOpen() && placed.place == Placement.Place.GAP) {
      gap = placed.gap;
      bridging = true;
      placed.bridge(state);
      left = gap;
      return;
    }
    if (state.isOpen() && placed.place == Placement.Place.BREAK) {
      counters.stateReset();
      finish();
    }
    begin();
  }

  /**
   * Rejects a frame that starts when no model is in force, up to the first one. Before there is a
   * model nobody knows a derived rate, so such frames are rejected whole.
   */
  private void withoutModel(Frame candidate, long asked) {
    int length = candidate.length();
    boolean timed = length > 1 && shared.config().sampling() != ScoringConfig.Sampling.DERIVED;
    int bad = timed ? samplesBeforeNext(candidate, asked, candidate.sampleRateHz()) : length;
    String message = Rejections.noModel(shared.timeline().name(), candidate.startMicros());
    reject(candidate, bad, candidate.sampleRateHz(), Rejection.Reason.NO_MODEL, message);
  }

  /** Whether the model in force for the first new sample of a frame takes it; else rejects it. */
  private boolean isFor(Frame candidate, KeyState<?> known) {
    long asked = asked(known, timeOf(candidate, placed.skip));
    Timeline.Era<A> era = shared.timeline().at(asked);
    Rejection mismatch =
        FrameCheck.channels(candidate, shared.timeline().name(), shared.timeline().channels());
    if (mismatch != null) {
      shared.reject(mismatch, sink);
      return false;
    }
    try {
      era.version().at(known.isOpen() ? placed.firstRateHz : placed.startRateHz);
      era.version().at(placed.rateHz);
      return true;
    } catch (IllegalArgumentException | UnreadableModelException e) {
      int bad = samplesBeforeNext(candidate, asked, placed.rateHz);
      Rejection.Reason reason =
          e instanceof UnreadableModelException
              ? Rejection.Reason.NO_MODEL
              : Rejection.Reason.BAD_RATE;
      reject(candidate, bad, placed.rateHz, reason, e.getMessage());
      return false;
    }
  }

  /** Samples of a frame before another version takes over. */
  private int samplesBeforeNext(Frame candidate, long asked, double rateHz) {
    int length = candidate.length();
    long start = candidate.startMicros();
    long next = shared.timeline().nextEra(asked, KeyState.timeOf(length, start, rateHz));
    return KeyState.samplesBefore(next, start, rateHz, length);
  }

  /** Rejects the first samples of a frame; what is left is admitted as a frame of its own. */
  private void reject(
      Frame candidate, int bad, double rateHz, Rejection.Reason reason, String message) {
    long start = candidate.startMicros();
    shared.reject(Rejections.of(candidate.cut(0, bad, start), reason, message), sink);
    if (bad < candidate.length()) {
      long restMicros = KeyState.timeOf(bad, start, rateHz);
      admit(candidate.cut(bad, candidate.length(), restMicros));
    }
  }

  /** Time of a sample of the frame that is placed. */
  private long timeOf(Frame candidate, int sample) {
    return KeyState.timeOf(sample, candidate.startMicros(), placed.rateHz);
  }

  /** Takes over what is stored, once it is to be changed. */
  private void adopt() {
    changed = true;
    if (state != null) {
      return;
    }
    version = stored.isOpen() ? shared.timeline().madeBy(stored) : null;
    state = shared.states().adopt(stored, version);
    retention.of(key, state);
  }

  private int nonFinite(Frame candidate) {
    return FrameCheck.nonFinite(candidate.samples(), placed.skip * candidate.channels());
  }

  /** Ends the open segment, if there is one, with the score of its last sample. */
  private void finish() {
    if (state.isOpen()) {
      version.emitter().finish(key, state, sink);
      retention.clear();
    }
  }

  /** Turns to the version in force for the next sample of the stretch. */
  private void settle() {
    long asked = asked(state, state.nextMicros());
    Timeline.Era<A> era = shared.timeline().at(asked);
    if (era != null && !accepts(era.version())) {
      giveUp();
      return;
    }
    if (state.isOpen()) {
      hand(era);
    }
    if (!state.isOpen() && bridging) {
      // A segment begins with a sample that was received.
      bridgedInPart();
      return;
    }
    if (!state.isOpen()) {
      version = era.version();
      model = version.at(state.sampleRateHz);
      shared.states().open(state, era);
      retention.clear();
      model.reset(state.recurrence);
    }
    until = shared.timeline().nextActivation(asked);
  }

  /** Lets another version take over the open segment, or end it. */
  private void hand(Timeline.Era<A> era) {
    if (era != null
        && (era.version() != version || era.activateAtMicros() > state.activatedMicros)) {
      Version<A> heir = shared.succession().hand(state, version, era, retention);
      if (heir == null) {
        finish();
        return;
      }
      version = heir;
    }
    if (!accepts(version)) {
      shared.counters().stateReset();
      finish();
    }
  }

  /** Sets the model, unless the version refuses the rate of the stretch or cannot be read. */
  private boolean accepts(Version<A> candidate) {
    try {
      model = candidate.at(state.sampleRateHz);
      return true;
    } catch (IllegalArgumentException | UnreadableModelException e) {
      return false;
    }
  }

  /** The time that decides on a sample: no open segment goes back to an earlier version. */
  private static long asked(KeyState<?> state, long time) {
    return state.isOpen() ? Math.max(time, state.activatedMicros) : time;
  }

  /** The version in force from here on does not take the stretch. */
  private void giveUp() {
    if (bridging) {
      shared.counters().stateReset();
      finish();
      bridgedInPart();
    } else {
      int from = (int) (frame.length() - later - left);
      left = 0;
      later = 0;
      admit(frame.cut(from, frame.length(), state.nextMicros()));
    }
  }

  private void bridgedInPart() {
    gap -= left;
    left = 0;
  }

  private void bridged() {
    bridging = false;
    if (gap > 0) {
      shared.counters().gapBridged(gap);
    }
  }

  /** Sets the clock to the first new sample of the frame at hand. */
  private void begin() {
    if (placed.skip > 0) {
      shared.counters().overlapTrimmed(placed.skip);
    }
    if (state.isOpen()
        && state.sampleRateHz != placed.firstRateHz
        && shared.config().sampling() != ScoringConfig.Sampling.IRREGULAR) {
      shared.counters().rediscretization();
    }
    placed.begin(state, frame);
    int fresh = frame.length() - placed.skip;
    boolean alike = state.sampleRateHz == placed.rateHz;
    left = alike ? fresh : 1;
    later = alike ? 0 : fresh - 1;
    state.remember(fingerprint);
  }

  /** Turns to the samples behind the first one, at their rate. */
  private void goOn() {
    state.sampleRateHz = placed.rateHz;
    model = null;
    left = later;
    later = 0;
  }

  /** Whether a block that ended with this piece has more to take in. */
  private boolean goesOn(int piece) {
    boolean farFromOthers = piece >= Emission.DENSE && due.last() == samples - 1;
    return !farFromOthers && !reached(until) && (left > 0 || joinsNext());
  }

  /** Whether the next sample is due at a time or later. */
  private boolean reached(long micros) {
    return micros != Long.MAX_VALUE && state.nextMicros() >= micros;
  }

  /** How many samples of the stretch come before a time, if it went on for ever. */
  private long before(long micros) {
    return micros == Long.MAX_VALUE ? micros : state.samplesBefore(micros);
  }

  /** Makes the next frame the one at hand if it simply follows on. */
  private boolean joinsNext() {
    if (bridging || later > 0 || frame.endOfSegment() || next == count) {
      return false;
    }
    Frame candidate = frames[next];
    long print = SampleClock.fingerprint(candidate);
    version.clock().place(state, candidate, print, placed);
    if (placed.place != Placement.Place.CONTIGUOUS
        || placed.firstRateHz != state.sampleRateHz
        || placed.rateHz != state.sampleRateHz) {
      return false;
    }
    if (nonFinite(candidate) > 0 || timeOf(candidate, placed.skip) >= until) {
      return false;
    }
    next++;
    frame = candidate;
    fingerprint = print;
    broken = false;
    begin();
    return true;
  }

  /** Whether all samples of the frame at hand are consumed. */
  private boolean atFrameEnd() {
    return left == 0 && later == 0 && !bridging;
  }

  /** Whether all samples are consumed and the segment ends with the last of them. */
  private boolean atSegmentEnd() {
    return atFrameEnd() && frame.endOfSegment();
  }

  private void copy(A input, int row, int piece) {
    if (bridging) {
      version.samples().gap(piece, state.lastSample, input, row);
    } else {
      int first = (int) (frame.length() - later - left);
      version.samples().frame(frame, first, piece, broken, state.lastSample, input, row);
      shared.counters().samplesScored(piece);
    }
    left -= piece;
  }

  private void retain(int piece) {
    BlockInput<A> from = version.samples();
    retention.add(from.last(), from.lastOffset(), piece, version.info().inputChannels());
  }

  /** Notes which of the next samples are due, {@code left} being the samples after them. */
  private void schedule(int piece) {
    Emission emission = shared.emission();
    // The final score stands for the one that is due at the last sample.
    long end = state.position + (atSegmentEnd() ? piece - 1 : piece);
    for (long p = emission.next(state.position); p <= end; p = emission.next(p)) {
      due((int) (p - state.position));
    }
    if (atFrameEnd() && !frame.endOfSegment() && emission.atFrameEnds()) {
      due(piece);
    }
  }

  /** The sample that is the {@code n}-th to come. */
  private void due(int n) {
    due.add(samples + n - 1, state.timeOf(state.sinceAnchor + n - 1));
  }
}
