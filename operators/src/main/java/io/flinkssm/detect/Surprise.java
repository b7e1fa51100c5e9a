package io.flinkssm.detect;

/**
 * How rare an error is by the stream's own past: its magnitude in deviations, and how rare that.
 */
final class Surprise {
  /** Samples over which the deviation of errors is known. */
  private static final double MEMORY = 2500;

  private final Magnitude magnitude;
  private final QuantileLadder ladder;

  /**
   * The surprise at one kind of error.
   *
   * @param layout that gives the places in the state of a key; all zeros are a fresh one
   * @param name under which they are known
   * @param smoothing samples over which errors are averaged, 1 for not at all
   */
  Surprise(StateLayout layout, String name, int smoothing) {
    StateLayout parts = layout.under(name);
    magnitude = new Magnitude(parts.add("magnitude", Magnitude.SIZE), smoothing, MEMORY);
    int offset = parts.add("ladder", QuantileLadder.SIZE);
    ladder = new QuantileLadder(offset, 1 / Math.sqrt(smoothing));
  }

  /** Takes an error; −ln p of one as large, at least 0. */
  double of(double[] state, double error) {
    return ladder.score(state, magnitude.of(state, error));
  }
}
