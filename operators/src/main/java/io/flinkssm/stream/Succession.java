package io.flinkssm.stream;

import io.flinkssm.simd.Kernels;

/** What becomes of an open segment when other versions of the model take over. */
final class Succession<A> {
  private final Timeline<A> timeline;
  private final Kernels<A> kernels;
  private final ScoringCounters counters;

  Succession(Timeline<A> timeline, Kernels<A> kernels, ScoringCounters counters) {
    this.timeline = timeline;
    this.kernels = kernels;
    this.counters = counters;
  }

  /**
   * Applies the policies of the releases between two samples, one after the other.
   *
   * @param state open
   * @param version that made the state
   * @param to era of the next sample
   * @return the version that goes on with the segment, or null if it is to end with the score of
   *     its last sample; then the state is as it was
   */
  Version<A> hand(
      KeyState<A> state, Version<A> version, Timeline.Era<A> to, Retention<A> retained) {
    Version<A> current = version;
    A recurrence = state.recurrence;
    boolean partial = false;
    long activated = state.activatedMicros;
    for (long at = first(state);
        at <= to.activateAtMicros() && at < Long.MAX_VALUE;
        at = timeline.nextActivation(at)) {
      Timeline.Era<A> era = timeline.at(at);
      if (era == null || era.activateAtMicros() != at) {
        continue;
      }
      counters.modelSwitch();
      activated = at;
      switch (era.policy()) {
        case RESET -> recurrence = null;
        case KEEP -> {
          if (!keeps(era.version(), current)) {
            recurrence = null;
          }
        }
        case WARM_START -> {
          recurrence = retained.replay(era.version());
          partial |= recurrence != null && !retained.isComplete();
        }
      }
      if (recurrence == null) {
        counters.stateReset();
        return null;
      }
      current = era.version();
    }
    if (partial) {
      counters.warmStartPartial();
    }
    state.recurrence = recurrence;
    state.activatedMicros = activated;
    become(state, version, current);
    return current;
  }

  /**
   * Whether states keep their meaning. They may not if the release was checked against another
   * predecessor, as it was announced after frames of its time had been scored.
   */
  private boolean keeps(Version<A> version, Version<A> before) {
    try {
      return version.model().sameDynamics(before.model());
    } catch (UnreadableModelException e) {
      return false;
    }
  }

  /** The activation of the first release that the state has yet to see. */
  private long first(KeyState<A> state) {
    Timeline.Era<A> era = timeline.at(state.activatedMicros);
    boolean replaced =
        era != null
            && state.activatedMicros != KeyState.NO_TIME
            && era.activateAtMicros() == state.activatedMicros
            && era.version().id() != state.modelId;
    return replaced ? state.activatedMicros : timeline.nextActivation(state.activatedMicros);
  }

  private void become(KeyState<A> state, Version<A> from, Version<A> to) {
    state.modelId = to.id();
    if (!to.info().labels().equals(from.info().labels())) {
      state.label = -1;
    }
    int outputs = to.info().outputSize();
    if (kernels.length(state.lastOutput) != outputs) {
      // Written with the next sample, which is why the segment is handed over.
      state.lastOutput = kernels.allocate(outputs);
    }
  }
}
