package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import java.util.List;

/**
 * Streaming scores beside the outputs of a window. Those of the version that scores the window are
 * compared: another one says something else, and is meant to.
 */
final class Comparison {
  private final List<Score> streamed;
  private final List<Score> comparable;
  private long compared;
  private double divergence;
  private long lastPosition;
  private int next;

  /**
   * @param streamed scores within the window, in order of position
   * @param info the model that scores the window
   */
  Comparison(List<Score> streamed, ModelInfo info) {
    this.streamed = streamed;
    comparable =
        streamed.stream()
            .filter(s -> s.model().equals(info.name()) && s.modelVersion().equals(info.version()))
            .toList();
  }

  /** Position of the next score to compare with, far away if there is none. */
  long nextPosition() {
    return next == comparable.size() ? Long.MAX_VALUE : comparable.get(next).position();
  }

  /** Compares the next score. */
  void compare(double[] outputs) {
    Score score = comparable.get(next++);
    double[] other = score.outputs();
    if (other.length != outputs.length) {
      // A version whose name was used twice: there is nothing to subtract.
      return;
    }
    // The final score of a segment may stand at the position of another.
    compared += score.position() == lastPosition ? 0 : 1;
    lastPosition = score.position();
    for (int i = 0; i < outputs.length; i++) {
      double difference = Math.abs(outputs[i] - other[i]);
      divergence =
          Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(divergence, difference);
    }
  }

  long compared() {
    return compared;
  }

  double divergence() {
    return divergence;
  }

  /** The last score of the window, null if there is none. */
  WindowScore.Streaming last() {
    if (streamed.isEmpty()) {
      return null;
    }
    Score last = streamed.get(streamed.size() - 1);
    return new WindowScore.Streaming(
        last.position(), last.outputs(), last.label(), last.modelVersion());
  }
}
