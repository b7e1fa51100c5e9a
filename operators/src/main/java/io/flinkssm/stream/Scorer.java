package io.flinkssm.stream;

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
    String unfit = initial == null ? null : ReleaseCheck.unfit(initial, config);
    if (unfit != null) {
      throw new IllegalArgumentException(unfit);
    }
    Timeline<A> timeline = new Timeline<>(name, initial, source, kernels, config, counters);
    check = new FrameCheck(name, config);
    shared =
        new Shared<>(
            kernels,
            config,
            counters,
            timeline,
            new Succession<>(timeline, kernels, counters),
            new StoredStates<>(name, kernels, counters),
            history,
            new Emission(config));
    stepper = new BlockStepper<>();
    cursor = new KeyCursor<>(shared);
    one = List.of(cursor);
  }

  /** Most bytes that a key costs in stored form with the versions in use so far. */
  public long maxBytesPerKey() {
    int elementBytes = shared.kernels().elementBytes();
    return shared.timeline().versions().stream()
        .mapToLong(version -> version.maxBytesPerKey(elementBytes))
        .max()
        .orElse(0);
  }

  /** Most elements of the recurrence of one key with the versions in use so far. */
  public int stateLength() {
    return shared.timeline().versions().stream().mapToInt(Version::stateLength).max().orElse(0);
  }

  /** Sampling rates that models are held at just now, summed over versions. */
  public int sampleRates() {
    return shared.timeline().versions().stream().mapToInt(Version::sampleRates).sum();
  }

  /**
   * Takes a release into account: samples from its activation on are scored with its model, which
   * is asked of the source when the first of them comes. The order of announcements does not
   * matter. Samples that were scored before the announcement stay as they are.
   *
   * @return whether it is new; releases of other names are ignored
   */
  public boolean announce(Release release) {
    return shared.timeline().announce(release);
  }

  /**
   * Lets go of models that only stragglers could need: those whose successor has been in force for
   * longer than the lateness. They are asked of the source again if need be.
   *
   * @param watermarkMicros time that the event time has reached
   */
  public void retire(long watermarkMicros) {
    long latenessMicros = shared.config().latenessMicros();
    if (watermarkMicros > Long.MIN_VALUE + latenessMicros) {
      shared.timeline().retire(watermarkMicros - latenessMicros);
    }
  }

  /** The releases to announce to another scorer that is to continue, in order of activation. */
  public List<Release> releases() {
    return shared.timeline().releases();
  }

  /**
   * The version that is announced for an event time, or null if there is none; it may yet turn out
   * that it cannot be used.
   */
  public String announcedVersion(long timeMicros) {
    return shared.timeline().announcedVersion(timeMicros);
  }

  /** Whether a frame is usable at all; if not, it has been rejected. */
  public boolean check(Frame frame, ScoringSink sink) {
    Timeline<A> timeline = shared.timeline();
    Rejection rejection = check.check(frame, timeline.channels(), timeline.channelsRemedy());
    if (rejection == null) {
      return true;
    }
    shared.reject(rejection, sink);
    return false;
  }

  /**
   * Takes note of a frame whose place in the order of time has been passed: it is dropped if the
   * key has consumed this very frame a short while ago, else rejected as late.
   *
   * @param state of the key, or null
   */
  public void late(KeyState<?> state, Frame frame, long watermarkMillis, ScoringSink sink) {
    if (state != null && state.remembers(SampleClock.fingerprint(frame))) {
      shared.counters().samplesDuplicate(frame.length());
      return;
    }
    shared.counters().samplesLate(frame.length());
    shared.reject(Rejections.behindWatermark(frame, watermarkMillis), sink);
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
    Version<A> version = shared.timeline().madeBy(stored);
    KeyState<A> state = shared.states().adopt(stored, version);
    if (state.isOpen()) {
      shared.counters().stateReset();
      version.emitter().finish(key, state, sink);
    }
    if (shared.config().retainMicros() > 0) {
      shared.history().clear(key);
    }
    return state;
  }
}
