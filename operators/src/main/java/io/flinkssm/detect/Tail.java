package io.flinkssm.detect;

/**
 * How rare a statistic is by the stream's own past, as −ln p: a running quantile, and above it an
 * exponential or Pareto tail that is learned from a prior on.
 */
final class Tail {

  /** What lies above the quantile. */
  enum Shape {
    EXPONENTIAL,
    PARETO
  }

  /** Places in the state. */
  private static final int SAMPLES = 0;

  private static final int QUANTILE = 1;
  private static final int EXCEEDANCES = 2;
  private static final int EXCESS = 3;
  static final int SIZE = 4;

  /** What the running quantile is of. */
  private static final double LEVEL = 0.98;

  private static final double MEMORY = 4000;

  /** −ln p at the quantile. */
  private static final double BASE = -StrictMath.log(1 - LEVEL);

  /** Statistics skipped at the beginning. */
  private static final int SKIPPED = 5;

  /** Statistics before the first that is judged. */
  private static final int PROBATION = 60;

  /** Mean excess to begin with, in quantiles, and the exceedances it counts for. */
  private static final double PRIOR = 0.3;

  private static final double PRIOR_EXCEEDANCES = 10;

  /** Mean excesses by which one statistic moves the tail at most. */
  private static final double CLIP = 3;

  private static final double TINY = 1e-12;
  private static final double RAREST = 60;

  private final int offset;
  private final Shape shape;
  private final double initial;

  /**
   * A tail.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   * @param initial where the quantile is thought to be at first, above 0
   */
  Tail(int offset, Shape shape, double initial) {
    this.offset = offset;
    this.shape = shape;
    this.initial = initial;
  }

  /** Takes a statistic, at least 0; its −ln p, 0 in the beginning. */
  double score(double[] state, double v) {
    double samples = state[offset + SAMPLES]++;
    if (samples < SKIPPED) {
      return 0;
    }
    double u = samples == SKIPPED ? initial : state[offset + QUANTILE];
    double s = BASE * v / (u + TINY);
    if (v > u) {
      double n = state[offset + EXCEEDANCES];
      double excess = state[offset + EXCESS];
      boolean pareto = shape == Shape.PARETO;
      double above = pareto ? StrictMath.log((v + TINY) / (u + TINY)) : v - u;
      double prior = pareto ? PRIOR : PRIOR * u;
      double scale = (excess * n + prior * PRIOR_EXCEEDANCES) / (n + PRIOR_EXCEEDANCES);
      s = BASE + above / (scale + TINY);
      if (samples >= PROBATION) {
        n = Math.min(n + 1, MEMORY * (1 - LEVEL));
        state[offset + EXCEEDANCES] = n;
        state[offset + EXCESS] = excess + (Math.min(above, CLIP * scale) - excess) / Math.max(n, 1);
      }
    }
    double step = Math.max(20 / (samples + 10), 20 / MEMORY) * 0.5 * Math.max(u, 0.03);
    state[offset + QUANTILE] = Math.max(u + step * (v > u ? LEVEL : LEVEL - 1), 1e-6);
    return samples < PROBATION ? 0 : Math.min(s, RAREST);
  }
}
