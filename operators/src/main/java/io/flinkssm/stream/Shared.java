package io.flinkssm.stream;

import io.flinkssm.simd.Kernels;

/** What the cursors of one scorer share. */
record Shared<A>(
    Kernels<A> kernels,
    ScoringConfig config,
    ScoringCounters counters,
    Timeline<A> timeline,
    Succession<A> succession,
    StoredStates<A> states,
    History history,
    Emission emission) {

  void reject(Rejection rejection, ScoringSink sink) {
    counters.rejected(rejection.reason());
    sink.reject(rejection);
  }
}
