package io.flinkssm.detect;

/**
 * What a series usually is at each time of day: mean and variance of each half-hour, learned over
 * days, with straight lines between their middles.
 */
final class DayProfile {
  private static final int BINS = 48;

  /** Places in the state: visits, mean and variance of each bin. */
  static final int SIZE = 3 * BINS;

  /** Visits over which a bin learns, once it has had as many. */
  private static final double MEMORY = 50;

  /** Deviations by which one visit counts at most, once there have been some. */
  private static final double CLIP = 4;

  private static final double UNBOUNDED = 20;

  /** Visits of both neighbours before anything is said. */
  private static final double FEW = 2;

  /** Added to variances, which may be zero. */
  private static final double FLOOR = 1e-6;

  private final int visits;
  private final int means;
  private final int variances;

  /**
   * A profile.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   */
  DayProfile(int offset) {
    visits = offset;
    means = offset + BINS;
    variances = offset + 2 * BINS;
  }

  /**
   * Takes a value; its distance from what is usual, in deviations. 0 while that is not known.
   *
   * @param turns the time of day, from 0 to below 1
   */
  double distance(double[] state, double turns, double y) {
    double place = turns * BINS - 0.5;
    int below = (int) Math.floor(place);
    double part = place - below;
    int left = below < 0 ? BINS - 1 : below;
    int right = below == BINS - 1 ? 0 : below + 1;
    double mean = state[means + left] * (1 - part) + state[means + right] * part;
    double variance = state[variances + left] * (1 - part) + state[variances + right] * part;
    boolean known = Math.min(state[visits + left], state[visits + right]) > FEW;
    learn(state, part < 0.5 ? left : right, y);
    return known ? (y - mean) / Math.sqrt(variance + FLOOR) : 0;
  }

  private void learn(double[] state, int bin, double y) {
    double count = Math.min(state[visits + bin] + 1, MEMORY);
    state[visits + bin] = count;
    double step = y - state[means + bin];
    double variance = state[variances + bin];
    if (count > UNBOUNDED) {
      double bound = CLIP * Math.sqrt(variance + FLOOR);
      step = Math.min(Math.max(step, -bound), bound);
    }
    double a = 1 / count;
    state[means + bin] += a * step;
    state[variances + bin] = (1 - a) * (variance + a * step * step);
  }
}
