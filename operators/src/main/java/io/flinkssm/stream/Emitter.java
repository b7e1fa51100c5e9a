package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.simd.Kernels;

/** Makes scores of a model's outputs and sends them off. */
final class Emitter<A> {
  private final Kernels<A> kernels;
  private final Head head;
  private final boolean onlyNewLabels;
  private final double[] outputs;

  Emitter(ModelInfo info, Kernels<A> kernels, Emission emission) {
    this.kernels = kernels;
    head = new Head(info);
    onlyNewLabels = emission.onlyNewLabels();
    outputs = new double[info.outputSize()];
  }

  /**
   * Emits the score of one sample of the open segment, unless only new labels are wanted and its
   * label is that of the score before.
   *
   * @param from holds the model's output at the sample, from {@code offset} on
   * @param position of the sample, counted from 1
   * @param end whether this is the segment's final score, which always leaves
   */
  void emit(
      String key,
      KeyState<A> state,
      A from,
      int offset,
      long position,
      long timeMicros,
      boolean end,
      ScoringSink sink) {
    kernels.toDouble(from, offset, outputs, 0, outputs.length);
    int label = head.label(outputs);
    if (onlyNewLabels && !end && label == state.label) {
      return;
    }
    state.label = label;
    sink.score(head.score(key, state, position, timeMicros, outputs.clone(), label, end));
  }

  /** Emits the final score and closes the segment, if one is open. */
  void finish(String key, KeyState<A> state, ScoringSink sink) {
    if (state.isOpen()) {
      long timeMicros = state.timeOf(state.sinceAnchor - 1);
      emit(key, state, state.lastOutput, 0, state.position, timeMicros, true, sink);
      state.close();
    }
  }
}
