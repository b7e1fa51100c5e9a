package io.flinkssm.stream;

import java.util.List;

/** Streaming scores beside the outputs of a window. */
final class Comparison {
  private final List<Score> streamed;
  private long compared;
  private double divergence;
  private long lastPosition;
  private int next;

  /**
   * @param streamed scores within the window, in order of position
   */
  Comparison(List<Score> streamed) {
    this.streamed = streamed;
  }

  /** Position of the next score to compare with, far away if there is none. */
  long nextPosition() {
    return next == streamed.size() ? Long.MAX_VALUE : streamed.get(next).position();
  }

  /** Compares the next score. */
  void compare(double[] outputs) {
    Score score = streamed.get(next++);
    double[] other = score.outputs();
    if (other.length != outputs.length) {
      // By a model of another shape: there is nothing to subtract.
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
