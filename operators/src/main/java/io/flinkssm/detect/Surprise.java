package io.flinkssm.detect;

/**
 * How rare an error is by the stream's own past: its magnitude in deviations, and that one's tail.
 */
final class Surprise {
  private static final double FIRST_QUANTILE = 1.5;

  private final Magnitude magnitude;
  private final Tail tail;

  /**
   * The surprise at one kind of error.
   *
   * @param layout that gives the places in the state of a key; all zeros are a fresh one
   * @param name under which they are known
   * @param smoothing samples over which errors are averaged, 1 for not at all
   * @param memory samples over which their deviation is known
   */
  Surprise(StateLayout layout, String name, int smoothing, double memory, Tail.Shape shape) {
    StateLayout parts = layout.under(name);
    magnitude = new Magnitude(parts.add("magnitude", Magnitude.SIZE), smoothing, memory);
    double quantile = smoothing == 1 ? FIRST_QUANTILE : 1 / Math.sqrt(smoothing);
    tail = new Tail(parts.add("tail", Tail.SIZE), shape, quantile);
  }

  /** Takes an error; −ln p of one as large, at least 0. */
  double of(double[] state, double error) {
    return tail.score(state, magnitude.of(state, error));
  }
}
