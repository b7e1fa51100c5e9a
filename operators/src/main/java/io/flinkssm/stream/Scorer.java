package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import java.util.List;

/**
 * Scores the frames of any number of keys: {@link #check} a frame, then {@link #score} it with the
 * state of its key, or collect some in a {@link Bundle} and score them together; {@link #end} a
 * segment whose key has gone quiet.
 *
 * <p>Deterministic: what is emitted depends on the frames and the configuration only. Positions,
 * not frames, decide where blocks begin, so how a signal is cut into frames changes nothing, and
 * neither do the keys that share a bundle. Allocates nothing per frame but what it emits. Not
 * thread-safe: one instance per operator instance.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class Scorer<A> {
  /** Samples of a key that are consumed at once; blocks end at multiples of it. */
  static final int BLOCK = 256;

  private final FrameCheck check;
  private final Shared<A> shared;
  private final BlockStepper<A> stepper;
  private final int stateLength;
  private final KeyCursor<A> cursor;
  private final List<KeyCursor<A>> one;

  /**
   * A scorer for one model.
   *
   * @param kernels of the configured precision
   * @throws IllegalArgumentException if the model cannot be scored this way, with the reason
   */
  public Scorer(
      SequenceModel model, Kernels<A> kernels, ScoringConfig config, ScoringCounters counters) {
    this(model.info().name(), model, ModelSource.NONE, History.NONE, kernels, config, counters);
  }

  /**
   * A scorer for the releases of one model.
   *
   * @param name of the model; releases of others are ignored
   * @param initial the model of samples before the first release, or null: those are rejected
   * @param source of the models of releases
   * @param history where samples are retained if the configuration says so
   * @param kernels of the configured precision
   * @throws IllegalArgumentException if the initial model cannot be scored this way, with the
   *     reason
   */
  public Scorer(
      String name,
      SequenceModel initial,
      ModelSource source,
      History history,
      Kernels<A> kernels,
      ScoringConfig config,
      ScoringCounters counters) {
    SequenceModel model = initial;
    ModelInfo info = model.info();
    String unfit = ReleaseCheck.unfit(model, config);
    if (unfit != null) {
      throw new IllegalArgumentException(unfit);
    }
    Emission emission = new Emission(config);
    check = new FrameCheck(info, config.maxFrameSamples());
    DiscreteModels<A> models = new DiscreteModels<>(model, config.rateMethod(), kernels, counters);
    DiscreteModel<A> nativeRate = models.at(info.sampleRateHz());
    stateLength = nativeRate.stateLength();
    shared =
        new Shared<>(
            info,
            kernels,
            config,
            counters,
            SampleClock.of(config),
            models,
            new StoredStates<>(info, stateLength, kernels, counters),
            emission,
            new Emitter<>(info, kernels, emission),
            new BlockInput<>(info, kernels, config));
    stepper = new BlockStepper<>(nativeRate, kernels);
    cursor = new KeyCursor<>(shared);
    one = List.of(cursor);
  }

  /** Most bytes that a key costs in stored form. */
  public long maxBytesPerKey() {
    ModelInfo info = shared.info();
    return KeyStateFormat.maxLength(
        shared.kernels().elementBytes(), info.inputChannels(), info.outputSize(), stateLength);
  }

  /** Elements of the recurrence of one key. */
  public int stateLength() {
    return stateLength;
  }

  /** Sampling rates that the model is held at just now. */
  public int sampleRates() {
    return shared.models().size();
  }

  /**
   * Takes a release into account: samples from its activation on are scored with its model, which
   * is asked of the source when the first of them comes. The order of announcements does not
   * matter. Samples that were scored before the announcement stay as they are.
   *
   * @return whether it is new; releases of other names are ignored
   */
  public boolean announce(Release release) {
    return false;
  }

  /**
   * Lets go of models that only stragglers could need: those whose successor has been in force for
   * longer than the lateness. They are asked of the source again if need be.
   *
   * @param watermarkMicros time that the event time has reached
   */
  public void retire(long watermarkMicros) {}

  /** The releases to announce to another scorer that is to continue, in order of activation. */
  public List<Release> releases() {
    return List.of();
  }

  /** Whether a frame is usable at all; if not, it has been rejected. */
  public boolean check(Frame frame, ScoringSink sink) {
    Rejection rejection = check.check(frame);
    if (rejection == null) {
      return true;
    }
    shared.reject(rejection, sink);
    return false;
  }

  /** Whether the key has consumed this very frame a short while ago. */
  public boolean isDuplicate(KeyState<?> state, Frame frame) {
    return state != null && state.remembers(SampleClock.fingerprint(frame));
  }

  /** An empty bundle for frames that are to be scored together. */
  public Bundle<A> newBundle() {
    return new Bundle<>(shared, stepper);
  }

  /**
   * Scores a frame that passed {@link #check}.
   *
   * @param stored the key's state, or null for a new key; may be changed in place
   * @return the state to store, or null if nothing changed
   */
  public KeyState<A> score(KeyState<?> stored, Frame frame, ScoringSink sink) {
    cursor.add(frame);
    cursor.start(frame.key(), stored, sink);
    stepper.run(one, 0, 1);
    KeyState<A> changed = cursor.changed();
    cursor.clear();
    return changed;
  }

  /**
   * Ends the open segment of a key that has gone quiet, with its final score.
   *
   * @return the state to store, or null if nothing changed
   */
  public KeyState<A> end(KeyState<?> stored, String key, ScoringSink sink) {
    if (stored == null || !stored.isOpen()) {
      return null;
    }
    if (stored.modelId == shared.states().modelId()) {
      shared.counters().stateReset();
    }
    KeyState<A> state = shared.states().adopt(stored);
    shared.emitter().finish(key, state, sink);
    return state;
  }
}
