package io.flinkssm.stream;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.model.ModelInfo;
import java.util.List;
import java.util.Locale;

/** Turns a model's raw output into a score, by the model's task. */
final class Head {
  private static final double[] NONE = {};

  private final ModelInfo info;
  private final String task;
  private final boolean classifies;
  private final boolean detects;

  Head(ModelInfo info) {
    this.info = info;
    task = info.task().name().toLowerCase(Locale.ROOT);
    classifies = info.task() == ModelInfo.Task.CLASSIFICATION;
    detects = info.task() == ModelInfo.Task.ANOMALY;
  }

  /**
   * Index of the largest logit, the first of equals; 1 for a detector's alarm, 0 for none; −1 for
   * other models.
   */
  int label(double[] outputs) {
    if (detects) {
      return Anomaly.isAlarm(outputs) ? 1 : 0;
    }
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
        detects ? NONE : outputs,
        classifies ? softmax(outputs) : NONE,
        label < 0 ? "" : name(label),
        endOfSegment,
        detects ? Anomaly.of(outputs) : null);
  }

  /** The name of a class, or of a detector's verdict. */
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
