package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import java.util.List;
import java.util.Locale;

/** Turns a model's raw output into a score, by the model's task. */
final class Head {
  private static final double[] NONE = {};

  private final ModelInfo info;
  private final String task;
  private final boolean classifies;

  Head(ModelInfo info) {
    this.info = info;
    task = info.task().name().toLowerCase(Locale.ROOT);
    classifies = info.task() == ModelInfo.Task.CLASSIFICATION;
  }

  /** Index of the largest logit, the first of equals; −1 if the model does not classify. */
  int label(double[] outputs) {
    if (!classifies) {
      return -1;
    }
    int best = 0;
    for (int i = 1; i < outputs.length; i++) {
      if (outputs[i] > outputs[best]) {
        best = i;
      }
    }
    return best;
  }

  /** A score that owns {@code outputs}. */
  Score score(
      String key,
      KeyState<?> state,
      long position,
      long timeMicros,
      double[] outputs,
      int label,
      boolean endOfSegment) {
    return new Score(
        key,
        state.segmentStartMicros,
        position,
        timeMicros,
        state.sampleRateHz,
        info.name(),
        info.version(),
        task,
        outputs,
        classifies ? softmax(outputs) : NONE,
        classifies ? name(label) : "",
        endOfSegment);
  }

  /** The name of a class. */
  String name(int label) {
    List<String> labels = info.labels();
    return label < labels.size() ? labels.get(label) : Integer.toString(label);
  }

  /**
   * {@code e^(z_i − max z) / Σ_j e^(z_j − max z)}. StrictMath, so that a replay on another JVM
   * gives the same bits.
   */
  static double[] softmax(double[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      max = Math.max(max, logit);
    }
    double[] p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = StrictMath.exp(logits[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }
}
