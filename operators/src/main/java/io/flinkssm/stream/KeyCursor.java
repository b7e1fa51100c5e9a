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
 */
final class KeyCursor<A> {
  private final Shared<A> shared;
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
  private DiscreteModel<A> model;
  private long left;
  private int later;

  // The block that is out.
  private long before;
  private int samples;
  private int outputs;

  KeyCursor(Shared<A> shared) {
    this.shared = shared;
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
    sink = null;
  }

  /** The model that the next samples are for, or null if none are left. */
  DiscreteModel<A> model() {
    while (left == 0) {
      if (bridging) {
        bridging = false;
        begin();
      } else if (later > 0) {
        goOn();
      } else if (next < count) {
        admit(frames[next++]);
      } else {
        return null;
      }
    }
    return model;
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
      piece = (int) Math.min(left, limit - samples);
      if (!shared.emission().dense()) {
        piece = (int) Math.min(piece, shared.emission().next(state.position) - state.position);
      }
      copy(input, row + samples, piece);
      schedule(piece);
      state.position += piece;
      state.sinceAnchor += piece;
      samples += piece;
    } while (samples < limit && goesOn(piece));
    // The last output is kept: a segment may end without a further sample.
    outputs = due.count() > 0 ? samples - due.row(0) : left == 0 ? 1 : 0;
    return samples;
  }

  /** Outputs that the block needs, at its last samples. */
  int outputs() {
    return outputs;
  }

  /** Takes the outputs of the block, {@link #outputs} rows from {@code row} on. */
  void take(A output, int row) {
    int size = shared.info().outputSize();
    int first = row - (samples - outputs);
    for (int i = 0; i < due.count(); i++) {
      int offset = (first + due.row(i)) * size;
      long position = before + due.row(i) + 1;
      shared.emitter().emit(key, state, output, offset, position, due.timeMicros(i), false, sink);
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
      shared.emitter().finish(key, state, sink);
    }
  }

  /** Decides on a frame: drops it, or makes it the one at hand. */
  private void admit(Frame candidate) {
    KeyState<?> known = state == null ? stored : state;
    ScoringCounters counters = shared.counters();
    SampleClock clock = shared.clock();
    fingerprint = SampleClock.fingerprint(candidate);
    clock.place(known, candidate, fingerprint, placed);
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
      default -> {}
    }
    try {
      shared.models().at(placed.firstRateHz);
      shared.models().at(placed.rateHz);
    } catch (IllegalArgumentException e) {
      shared.reject(Rejections.of(candidate, Rejection.Reason.BAD_RATE, e.getMessage()), sink);
      return;
    }
    int bad = nonFinite(candidate);
    if (bad > 0) {
      counters.nonFiniteInput(bad);
      if (shared.config().nonFinite() == ScoringConfig.NonFinitePolicy.REJECT) {
        shared.reject(Rejections.nonFinite(candidate, bad), sink);
        if (candidate.endOfSegment() && known.isOpen()) {
          // The samples are lost, but that the segment ends here is still true.
          adopt(known);
          shared.emitter().finish(key, state, sink);
        }
        return;
      }
    }
    adopt(known);
    frame = candidate;
    broken = bad > 0;
    if (state.isOpen() && placed.place == Placement.Place.GAP) {
      counters.gapBridged(placed.gap);
      bridging = true;
      model = shared.models().at(placed.gapRateHz);
      left = placed.gap;
      return;
    }
    if (state.isOpen() && placed.place == Placement.Place.BREAK) {
      counters.stateReset();
      shared.emitter().finish(key, state, sink);
    }
    begin();
  }

  private void adopt(KeyState<?> known) {
    state = shared.states().adopt(known);
    changed = true;
  }

  private int nonFinite(Frame candidate) {
    return FrameCheck.nonFinite(candidate.samples(), placed.skip * shared.info().inputChannels());
  }

  /** Sets the clock to the first new sample of the frame at hand; opens a segment if none is. */
  private void begin() {
    if (placed.skip > 0) {
      shared.counters().overlapTrimmed(placed.skip);
    }
    if (state.isOpen() && state.sampleRateHz != placed.firstRateHz) {
      shared.counters().rediscretization();
    }
    placed.begin(state, frame);
    model = shared.models().at(state.sampleRateHz);
    if (!state.isOpen()) {
      shared.states().open(state);
      model.reset(state.recurrence);
    }
    int fresh = frame.length() - placed.skip;
    boolean alike = state.sampleRateHz == placed.rateHz;
    left = alike ? fresh : 1;
    later = alike ? 0 : fresh - 1;
    shared.counters().samplesScored(fresh);
    state.remember(fingerprint);
  }

  /** Turns to the samples behind the first one, at their rate. */
  private void goOn() {
    state.sampleRateHz = placed.rateHz;
    model = shared.models().at(placed.rateHz);
    left = later;
    later = 0;
  }

  /** Whether a block that ended with this piece has more to take in. */
  private boolean goesOn(int piece) {
    boolean farFromOthers = piece >= Emission.DENSE && due.last() == samples - 1;
    return !farFromOthers && (left > 0 || joinsNext());
  }

  /** Makes the next frame the one at hand if it simply follows on. */
  private boolean joinsNext() {
    if (bridging || later > 0 || frame.endOfSegment() || next == count) {
      return false;
    }
    Frame candidate = frames[next];
    long print = SampleClock.fingerprint(candidate);
    shared.clock().place(state, candidate, print, placed);
    if (placed.place != Placement.Place.CONTIGUOUS
        || placed.firstRateHz != state.sampleRateHz
        || placed.rateHz != state.sampleRateHz) {
      return false;
    }
    if (nonFinite(candidate) > 0) {
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
      shared.input().gap(piece, state.lastSample, input, row);
    } else {
      int first = (int) (frame.length() - later - left);
      shared.input().frame(frame, first, piece, broken, state.lastSample, input, row);
    }
    left -= piece;
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
