package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo;
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
 * is a gap or the new samples of a frame, is interrupted where another version takes over: the
 * {@link Admission} decides which frames are consumed, the {@link Segment} for which version.
 */
final class KeyCursor<A> {
  private final Shared<A> shared;
  private final Admission<A> admission;
  private final Segment<A> segment;
  private final DueRows due = new DueRows();
  private Frame[] frames = new Frame[1];
  private int count;
  private int next;

  private String key;
  private ScoringSink sink;

  /** That of the segment, once it is to be changed. */
  private KeyState<A> state;

  // The frame at hand. Its gap is consumed before its samples are, and its first sample before the
  // others if they have another rate.
  private Frame frame;
  private boolean bridging;
  private long gap;
  private long left;
  private int later;

  // The block that is out.
  private long before;
  private long anchorMicros;
  private long sinceAnchor;
  private int samples;
  private int outputs;

  KeyCursor(Shared<A> shared) {
    this.shared = shared;
    admission = new Admission<>(shared);
    segment = new Segment<>(shared);
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
    sink = to;
    segment.start(of, known, to);
  }

  /** The state to store after all frames, or null if nothing changed. */
  KeyState<A> changed() {
    return segment.state();
  }

  /** Forgets frames and state. */
  void clear() {
    Arrays.fill(frames, 0, count, null);
    count = 0;
    next = 0;
    state = null;
    frame = null;
    sink = null;
    segment.clear();
  }

  /** The model that the next samples are for, or null if none are left. */
  DiscreteModel<A> model() {
    while (true) {
      if (left > 0) {
        if (segment.isSettled()) {
          return segment.model();
        }
        if (!segment.settle(!bridging)) {
          giveUp();
        }
      } else if (bridging) {
        bridged();
        segment.unsettle();
        begin();
      } else if (later > 0) {
        goOn();
      } else if (next < count) {
        admit(frames[next++]);
      } else {
        segment.flush();
        return null;
      }
    }
  }

  /** The version that {@link #model} is of. */
  Version<A> version() {
    return segment.version();
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
    anchorMicros = state.anchorMicros;
    sinceAnchor = state.sinceAnchor;
    samples = 0;
    due.clear();
    int piece;
    do {
      piece = (int) Math.min(Math.min(left, segment.samplesToNext()), limit - samples);
      if (!shared.emission().dense()) {
        piece = (int) Math.min(piece, shared.emission().next(state.position) - state.position);
      }
      copy(input, row + samples, piece);
      schedule(piece);
      state.position += piece;
      state.sinceAnchor += piece;
      segment.retain(piece);
      samples += piece;
    } while (samples < limit && goesOn(piece));
    // The last output is kept: a segment may end without a further sample.
    outputs = due.count() > 0 ? samples - due.row(0) : left == 0 || segment.isOver() ? 1 : 0;
    return samples;
  }

  /** Time that the samples of the block are counted from. */
  long anchorMicros() {
    return anchorMicros;
  }

  /** Samples from there to the first one of the block. */
  long sinceAnchor() {
    return sinceAnchor;
  }

  /** Outputs that the block needs, at its last samples. */
  int outputs() {
    return outputs;
  }

  /** Takes the outputs of the block, {@link #outputs} rows from {@code row} on. */
  void take(A output, int row) {
    Version<A> version = segment.version();
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
      segment.finish();
    }
  }

  /** Makes a frame the one at hand, if it is admitted. */
  private void admit(Frame candidate) {
    Frame admitted = admission.admit(candidate, segment.known(), sink);
    if (admitted == null) {
      if (admission.endsSegment()) {
        segment.adopt();
        segment.finish();
      }
      return;
    }
    state = segment.adopt();
    segment.unsettle();
    frame = admitted;
    Placement placed = admission.placed();
    if (state.isOpen() && placed.place == Placement.Place.GAP) {
      gap = placed.gap;
      bridging = true;
      placed.bridge(state);
      left = gap;
      return;
    }
    if (state.isOpen() && placed.place == Placement.Place.BREAK) {
      shared.counters().stateReset();
      segment.finish();
    }
    begin();
  }

  /** Gives up what is left of the stretch: no version takes it from here on. */
  private void giveUp() {
    if (bridging) {
      gap -= left;
      left = 0;
    } else {
      int from = (int) (frame.length() - later - left);
      left = 0;
      later = 0;
      admit(frame.cut(from, frame.length(), state.nextMicros()));
    }
  }

  private void bridged() {
    bridging = false;
    if (gap > 0) {
      shared.counters().gapBridged(gap);
    }
  }

  /** Sets the clock to the first new sample of the frame at hand. */
  private void begin() {
    Placement placed = admission.placed();
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
    state.remember(admission.fingerprint());
  }

  /** Turns to the samples behind the first one, at their rate. */
  private void goOn() {
    state.sampleRateHz = admission.placed().rateHz;
    segment.unsettle();
    left = later;
    later = 0;
  }

  /** Whether a block that ended with this piece has more to take in. */
  private boolean goesOn(int piece) {
    boolean farFromOthers = piece >= Emission.DENSE && due.last() == samples - 1;
    return !farFromOthers && !segment.isOver() && (left > 0 || joinsNext());
  }

  /** Makes the next frame the one at hand if it simply follows on. */
  private boolean joinsNext() {
    if (bridging || later > 0 || frame.endOfSegment() || next == count) {
      return false;
    }
    if (segment.version().info().task() == ModelInfo.Task.ANOMALY) {
      // The times of a block are counted from one frame, and a detector knows the time.
      return false;
    }
    if (!admission.joins(frames[next], state, segment.version(), segment.until())) {
      return false;
    }
    frame = frames[next++];
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
    BlockInput<A> rows = segment.version().samples();
    if (bridging) {
      rows.gap(piece, state.lastSample, input, row);
    } else {
      int first = (int) (frame.length() - later - left);
      rows.frame(frame, first, piece, admission.broken(), state.lastSample, input, row);
      shared.counters().samplesScored(piece);
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
