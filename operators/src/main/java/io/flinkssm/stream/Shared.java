package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.simd.Kernels;

/** What the cursors of one scorer share. */
record Shared<A>(
    ModelInfo info,
    Kernels<A> kernels,
    ScoringConfig config,
    ScoringCounters counters,
    SampleClock clock,
    DiscreteModels<A> models,
    StoredStates<A> states,
    Emission emission,
    Emitter<A> emitter,
    BlockInput<A> input) {

  void reject(Rejection rejection, ScoringSink sink) {
    counters.rejected(rejection.reason());
    sink.reject(rejection);
  }
}
