package io.flinkssm.detect;

/**
 * The running mean and deviation of a series, by which its values are standardised. What lies far
 * outside moves them no more than what lies at the clipping bound, so that an anomaly does not soon
 * become the measure of itself.
 */
final class RunningScale {
  /** Places in the state. */
  private static final int SAMPLES = 0;

  private static final int MEAN = 1;
  private static final int VARIANCE = 2;
  static final int SIZE = 3;

  /** Samples that are learned from as they are: by then a bound is known. */
  private static final int UNBOUNDED = 50;

  /** Deviations below this part of the mean are rounding. */
  private static final double NEGLIGIBLE = 1e-9;

  private final int offset;
  private final double memory;
  private final double clip;

  /**
   * A running scale.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   * @param memory samples over which mean and deviation are taken
   * @param clip deviations by which a sample counts at most
   */
  RunningScale(int offset, double memory, double clip) {
    this.offset = offset;
    this.memory = memory;
    this.clip = clip;
  }

  /**
   * Takes a value; its distance from the mean of those before, in their deviations. Before there is
   * a deviation, −1, 0 or 1 for below, at and above the mean.
   */
  double standardize(double[] state, double x) {
    double n = ++state[offset + SAMPLES];
    double mean = n == 1 ? x : state[offset + MEAN];
    double variance = state[offset + VARIANCE];
    double deviation = Math.sqrt(variance);
    double step = x - mean;
    boolean known = n > 2 && deviation >= NEGLIGIBLE * (Math.abs(mean) + NEGLIGIBLE);
    double standardized = known ? step / deviation : Math.signum(step);
    double a = 1 / Math.min(n, memory);
    if (n > UNBOUNDED && variance > 0) {
      double bound = clip * deviation;
      step = Math.min(Math.max(step, -bound), bound);
    }
    state[offset + MEAN] = mean + a * step;
    state[offset + VARIANCE] = (1 - a) * (variance + a * step * step);
    return standardized;
  }

  /** Where a value would lie: its distance from the mean in deviations, unchanged by it. */
  double place(double[] state, double x) {
    double deviation = Math.sqrt(state[offset + VARIANCE]);
    return deviation > 0 ? (x - state[offset + MEAN]) / deviation : 0;
  }
}
