package io.flinkssm.stream;

import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import java.util.List;
import java.util.function.Function;

/** The frames of one key, checked and scored one by one in float64. */
final class OneKey {
  final Collected collected = new Collected();
  final Scorer<double[]> scorer;
  KeyState<double[]> state;

  OneKey(SequenceModel model, ScoringConfig.Builder config) {
    this(counters -> new Scorer<>(model, Kernels.float64(), config.build(), counters));
  }

  OneKey(Function<ScoringCounters, Scorer<double[]>> scorers) {
    scorer = scorers.apply(collected);
  }

  OneKey add(Frame... frames) {
    return add(List.of(frames));
  }

  OneKey add(List<Frame> frames) {
    for (Frame frame : frames) {
      if (scorer.check(frame, collected)) {
        KeyState<double[]> next = scorer.score(state, frame, collected);
        state = next == null ? state : next.copy();
      }
    }
    return this;
  }

  Score lastScore() {
    return collected.scores.get(collected.scores.size() - 1);
  }

  /** Nothing was bridged, trimmed, ended or rejected. */
  boolean isSmooth() {
    return collected.gaps + collected.overlaps + collected.resets + collected.rejections.size()
        == 0;
  }
}
