package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;

/**
 * Scores the frames of any number of keys, one frame after the other: {@link #check} a frame, then
 * {@link #score} it with the state of its key, {@link #end} a segment whose key has gone quiet.
 *
 * <p>Deterministic: what is emitted depends on the frames and the configuration only. Positions,
 * not frames, decide where blocks begin, so how a signal is cut into frames changes nothing beyond
 * the rounding of the model itself. Allocates nothing per frame but what it emits. Not thread-safe:
 * one instance per operator instance.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class Scorer<A> {
  /** Samples that are consumed at once; blocks begin at multiples of it. */
  static final int BLOCK = 256;

  private final ModelInfo info;
  private final Kernels<A> kernels;
  private final ScoringConfig config;
  private final ScoringCounters counters;

  private final FrameCheck check;
  private final SampleClock clock;
  private final DiscreteModels<A> models;
  private final StoredStates<A> states;
  private final Emission emission;
  private final Head head;

  private final int stateLength;
  private final DiscreteModel.Workspace<A> workspace;
  private final A input;
  private final A output;
  private final double[] outputs;
  private final float[] filler;
  private float[] cleaned = {};

  /**
   * A scorer for one model.
   *
   * @param kernels of the configured precision
   * @throws IllegalArgumentException if the model cannot be scored this way, with the reason
   */
  public Scorer(
      SequenceModel model, Kernels<A> kernels, ScoringConfig config, ScoringCounters counters) {
    this.info = model.info();
    this.kernels = kernels;
    this.config = config;
    this.counters = counters;
    if (!model.streams()) {
      throw new IllegalArgumentException(
          "model "
              + info.name()
              + " cannot be scored sample by sample: "
              + model.whyNotStreaming()
              + "; rescore whole windows with it instead");
    }
    emission = new Emission(config);
    if (emission.onlyNewLabels() && info.task() != ModelInfo.Task.CLASSIFICATION) {
      throw new IllegalArgumentException(
          "emit.policy=label-change needs a classifier, but the task of model "
              + info.name()
              + " is "
              + info.task()
              + ": nothing would be emitted; use frame or samples");
    }
    check = new FrameCheck(info, config.maxFrameSamples());
    clock = new SampleClock(config);
    models = new DiscreteModels<>(model, kernels);
    head = new Head(info);
    DiscreteModel<A> nativeRate = models.at(info.sampleRateHz());
    stateLength = nativeRate.stateLength();
    states = new StoredStates<>(info, stateLength, kernels, counters);
    workspace = nativeRate.newWorkspace(BLOCK);
    input = kernels.allocate(BLOCK * info.inputChannels());
    output = kernels.allocate(BLOCK * info.outputSize());
    outputs = new double[info.outputSize()];
    filler = new float[BLOCK * info.inputChannels()];
  }

  /** Most bytes that a key costs in stored form. */
  public long maxBytesPerKey() {
    return KeyStateFormat.maxLength(
        kernels.elementBytes(), info.inputChannels(), info.outputSize(), stateLength);
  }

  /** Elements of the recurrence of one key. */
  public int stateLength() {
    return stateLength;
  }

  /** Sampling rates that the model is held at just now. */
  public int sampleRates() {
    return models.size();
  }

  /** Whether a frame is usable at all; if not, it has been rejected. */
  public boolean check(Frame frame, ScoringSink sink) {
    Rejection rejection = check.check(frame);
    if (rejection == null) {
      return true;
    }
    reject(rejection, sink);
    return false;
  }

  /** Whether the key has consumed this very frame a short while ago. */
  public boolean isDuplicate(KeyState<?> state, Frame frame) {
    return state != null && state.remembers(SampleClock.fingerprint(frame));
  }

  /**
   * Scores a frame that passed {@link #check}.
   *
   * @param stored the key's state, or null for a new key; may be changed in place
   * @return the state to store, or null if nothing changed
   */
  public KeyState<A> score(KeyState<?> stored, Frame frame, ScoringSink sink) {
    KeyState<?> known = stored == null ? new KeyState<A>() : stored;
    long fingerprint = SampleClock.fingerprint(frame);
    SampleClock.Place place = clock.place(known, frame, fingerprint);
    switch (place) {
      case DUPLICATE -> {
        counters.samplesDuplicate(frame.length());
        return null;
      }
      case LATE, CLOCK_BACKWARDS -> {
        counters.samplesLate(frame.length());
        reject(
            place == SampleClock.Place.LATE
                ? Rejections.late(frame, known.nextMicros())
                : Rejections.clockBackwards(frame, known.nextMicros(), config.latenessMicros()),
            sink);
        return null;
      }
      default -> {}
    }

    DiscreteModel<A> model;
    try {
      model = models.at(frame.sampleRateHz());
    } catch (IllegalArgumentException e) {
      reject(Rejections.of(frame, Rejection.Reason.BAD_RATE, e.getMessage()), sink);
      return null;
    }
    int first = clock.skip() * info.inputChannels();
    int bad = FrameCheck.nonFinite(frame.samples(), first);
    if (bad > 0) {
      counters.nonFiniteInput(bad);
      if (config.nonFinite() == ScoringConfig.NonFinitePolicy.REJECT) {
        reject(Rejections.nonFinite(frame, bad), sink);
        // The samples are lost, but if the segment ends here that is still true.
        return frame.endOfSegment() ? close(known, frame.key(), sink) : null;
      }
    }

    if (clock.skip() > 0) {
      counters.overlapTrimmed(clock.skip());
    }
    KeyState<A> state = states.adopt(known);
    if (state.isOpen() && place == SampleClock.Place.BREAK) {
      counters.stateReset();
      finish(frame.key(), state, sink);
    } else if (state.isOpen() && place == SampleClock.Place.GAP) {
      bridge(frame.key(), state, clock.gap(), sink);
    }
    moveTo(state, frame, model);
    float[] samples = bad > 0 ? clean(frame.samples(), first, state.lastSample) : frame.samples();
    int count = frame.length() - clock.skip();
    consume(frame.key(), state, model, samples, first, count, sink);
    counters.samplesScored(count);
    System.arraycopy(
        samples,
        frame.samples().length - info.inputChannels(),
        state.lastSample,
        0,
        info.inputChannels());
    state.remember(fingerprint);
    if (frame.endOfSegment()) {
      finish(frame.key(), state, sink);
    } else if (emission.atFrameEnd(state.position)) {
      emit(frame.key(), state, state.lastOutput, 0, 0, false, sink);
    }
    return state;
  }

  /**
   * Ends the open segment of a key that has gone quiet, with its final score.
   *
   * @return the state to store, or null if nothing changed
   */
  public KeyState<A> end(KeyState<?> stored, String key, ScoringSink sink) {
    if (stored != null && stored.isOpen() && stored.modelId == states.modelId()) {
      counters.stateReset();
    }
    return stored == null ? null : close(stored, key, sink);
  }

  private KeyState<A> close(KeyState<?> known, String key, ScoringSink sink) {
    if (!known.isOpen()) {
      return null;
    }
    KeyState<A> state = states.adopt(known);
    finish(key, state, sink);
    return state;
  }

  /** Fills a gap at the rate before it; bridged samples have positions like all others. */
  private void bridge(String key, KeyState<A> state, long gap, ScoringSink sink) {
    counters.gapBridged(gap);
    boolean hold = config.gapPolicy() == ScoringConfig.GapPolicy.HOLD;
    for (int i = 0; i < filler.length; i++) {
      filler[i] = hold ? state.lastSample[i % state.lastSample.length] : 0;
    }
    DiscreteModel<A> model = models.at(state.sampleRateHz);
    for (long left = gap; left > 0; left -= BLOCK) {
      consume(key, state, model, filler, 0, (int) Math.min(left, BLOCK), sink);
      if (emission.at(state.position)) {
        emit(key, state, state.lastOutput, 0, 0, false, sink);
      }
    }
  }

  /** Sets the clock to a frame's first new sample; opens a segment there if none is open. */
  private void moveTo(KeyState<A> state, Frame frame, DiscreteModel<A> model) {
    if (state.isOpen() && state.sampleRateHz != frame.sampleRateHz()) {
      counters.rediscretization();
    }
    state.anchorMicros = frame.startMicros();
    state.sinceAnchor = clock.skip();
    state.sampleRateHz = frame.sampleRateHz();
    if (!state.isOpen()) {
      state.modelId = states.modelId();
      state.segmentStartMicros = state.nextMicros();
      state.lastSample = new float[info.inputChannels()];
      state.lastOutput = kernels.allocate(info.outputSize());
      state.recurrence = kernels.allocate(stateLength);
      model.reset(state.recurrence);
    }
  }

  /**
   * Advances the state over {@code count} samples and emits what is due before the last of them;
   * the output at the last one is left in the state, as only the caller knows what it is for.
   */
  private void consume(
      String key,
      KeyState<A> state,
      DiscreteModel<A> model,
      float[] samples,
      int first,
      int count,
      ScoringSink sink) {
    int channels = info.inputChannels();
    int done = 0;
    while (done < count) {
      int aligned = BLOCK - (int) (state.position % BLOCK);
      int block = emission.untilBoundary(state.position, Math.min(count - done, aligned));
      boolean last = done + block == count;
      boolean due = emission.at(state.position + block);
      int rows = emission.everySample() ? block : last || due ? 1 : 0;
      kernels.fromFloat(samples, first + done * channels, input, 0, block * channels);
      model.advance(state.recurrence, input, block, output, rows, workspace);
      state.position += block;
      state.sinceAnchor += block;
      done += block;
      if (state.position % BLOCK == 0) {
        // A state that decays under silence would reach subnormal numbers, which are slow.
        kernels.flushTiny(state.recurrence, 0, stateLength);
      }
      int before = last ? rows - 1 : rows;
      for (int row = 0; row < before; row++) {
        emit(key, state, output, row * info.outputSize(), rows - 1 - row, false, sink);
      }
      if (last) {
        kernels.copy(
            output, (rows - 1) * info.outputSize(), state.lastOutput, 0, info.outputSize());
      }
    }
  }

  /** Emits the final score and closes the segment, if one is open. */
  private void finish(String key, KeyState<A> state, ScoringSink sink) {
    if (state.isOpen()) {
      emit(key, state, state.lastOutput, 0, 0, true, sink);
      state.close();
    }
  }

  /** Emits the score of the sample that lies {@code back} samples before the last one. */
  private void emit(
      String key, KeyState<A> state, A from, int offset, int back, boolean end, ScoringSink sink) {
    kernels.toDouble(from, offset, outputs, 0, outputs.length);
    int label = head.label(outputs);
    if (emission.onlyNewLabels() && !end && label == state.label) {
      return;
    }
    state.label = label;
    sink.score(
        head.score(
            key,
            state,
            state.position - back,
            state.timeOf(state.sinceAnchor - 1 - back),
            outputs.clone(),
            label,
            end));
  }

  /** The samples from {@code first} on with every non-finite value replaced by the policy. */
  private float[] clean(float[] samples, int first, float[] lastSample) {
    if (cleaned.length < samples.length) {
      cleaned = new float[samples.length];
    }
    boolean hold = config.nonFinite() == ScoringConfig.NonFinitePolicy.HOLD;
    int channels = lastSample.length;
    for (int i = first; i < samples.length; i++) {
      float before = i >= first + channels ? cleaned[i - channels] : lastSample[i % channels];
      cleaned[i] = Float.isFinite(samples[i]) ? samples[i] : hold ? before : 0;
    }
    return cleaned;
  }

  private void reject(Rejection rejection, ScoringSink sink) {
    counters.rejected(rejection.reason());
    sink.reject(rejection);
  }
}
