package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;

/**
 * The segment of one key: its state, and the version of the model that its next samples are for.
 * Moves from one version to the next, begins and ends.
 */
final class Segment<A> {
  private final Shared<A> shared;
  private final Retention<A> retention;

  private String key;
  private ScoringSink sink;
  private KeyState<?> stored;
  private KeyState<A> state;

  // What the next samples are for: no model if that is to be found out.
  private Version<A> version;
  private DiscreteModel<A> model;
  private long until;

  Segment(Shared<A> shared) {
    this.shared = shared;
    retention = new Retention<>(shared.history(), shared.kernels(), shared.config());
  }

  /**
   * Turns to a key.
   *
   * @param known its state, or null for a new key; changed in place
   */
  void start(String of, KeyState<?> known, ScoringSink to) {
    key = of;
    stored = known == null ? new KeyState<A>() : known;
    sink = to;
  }

  /** Forgets the key. */
  void clear() {
    stored = null;
    state = null;
    version = null;
    model = null;
    sink = null;
  }

  /** The state as it is, {@linkplain #adopt adopted} or not. */
  KeyState<?> known() {
    return state == null ? stored : state;
  }

  /** The state if it was {@linkplain #adopt adopted}, else null. */
  KeyState<A> state() {
    return state;
  }

  /** Takes over what is stored, as it is to be changed. */
  KeyState<A> adopt() {
    if (state == null) {
      version = stored.isOpen() ? shared.timeline().madeBy(stored) : null;
      state = shared.states().adopt(stored, version);
      retention.of(key, state);
    }
    return state;
  }

  /** Ends the open segment, if there is one, with the score of its last sample. */
  void finish() {
    if (state.isOpen()) {
      version.emitter().finish(key, state, sink);
      retention.clear();
    }
  }

  /** Whether the model of the next sample is known. */
  boolean isSettled() {
    return model != null && !isOver();
  }

  /** The next samples have another rate, or do not follow the ones before. */
  void unsettle() {
    model = null;
  }

  /** The model of the next sample, once it is {@linkplain #isSettled settled}. */
  DiscreteModel<A> model() {
    return model;
  }

  /** The version that {@link #model} is of. */
  Version<A> version() {
    return version;
  }

  /** Time at which another version may take over. */
  long until() {
    return until;
  }

  /** Whether the next sample is due when another version may take over, or later. */
  boolean isOver() {
    return until != Long.MAX_VALUE && state.nextMicros() >= until;
  }

  /** How many samples at the present rate come before another version may take over. */
  long samplesToNext() {
    return until == Long.MAX_VALUE ? until : state.samplesBefore(until);
  }

  /**
   * Turns to the version in force for the next sample, in a segment of its own if need be.
   *
   * @param received whether it was received; if not, it fills a gap, and no segment begins with it
   * @return whether there is a model for the sample now
   */
  boolean settle(boolean received) {
    long asked = asked(state, state.nextMicros());
    Timeline.Era<A> era = shared.timeline().at(asked);
    if (era != null && !accepts(era.version())) {
      if (!received) {
        shared.counters().stateReset();
        finish();
      }
      return false;
    }
    if (state.isOpen()) {
      hand(era);
    }
    if (!state.isOpen() && !received) {
      return false;
    }
    if (!state.isOpen()) {
      open(era);
    }
    until = shared.timeline().nextActivation(asked);
    return true;
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

  private void open(Timeline.Era<A> era) {
    version = era.version();
    model = version.at(state.sampleRateHz);
    shared.states().open(state, era);
    retention.clear();
    model.reset(state.recurrence);
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
  static long asked(KeyState<?> state, long time) {
    return state.isOpen() ? Math.max(time, state.activatedMicros) : time;
  }

  /** Retains the samples that the version was given last. */
  void retain(int piece) {
    BlockInput<A> from = version.samples();
    retention.add(from.last(), from.lastOffset(), piece, version.info().inputChannels());
  }

  /** Stores what is retained. */
  void flush() {
    retention.flush();
  }
}
