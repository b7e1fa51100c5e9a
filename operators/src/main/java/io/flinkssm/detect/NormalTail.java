package io.flinkssm.detect;

/**
 * How rare a statistic is that is close to normal (a root of a sum of squares, the logarithm of a
 * ratio), as −ln p by its running mean and deviation. Values far outside hardly move these (weights
 * of Student's t), so that an anomaly that goes on does not soon become the measure of itself.
 */
final class NormalTail {
  /** Places in the state. */
  private static final int SAMPLES = 0;

  private static final int MEAN = 1;
  private static final int VARIANCE = 2;
  static final int SIZE = 3;

  private static final double MEMORY = 10_000;

  /** Samples that the prior counts for: for about as long, streams have one scale. */
  private static final double PRIOR = 2000;

  /** Degrees of freedom of the weights. */
  private static final double FREEDOM = 4;

  /** What the weighted variance of normal values comes to, in their variance. */
  private static final double WEIGHTED = 0.7735;

  private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

  private final int offset;
  private final double mean;
  private final double variance;

  /**
   * A tail.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   * @param mean of the statistic before anything was seen
   * @param variance of the statistic before anything was seen, above 0
   */
  NormalTail(int offset, double mean, double variance) {
    this.offset = offset;
    this.mean = mean;
    this.variance = WEIGHTED * variance;
  }

  /** Takes a statistic; −ln of the probability of one as large or larger, at least 0. */
  double score(double[] state, double statistic) {
    double n = state[offset + SAMPLES];
    if (n == 0) {
      state[offset + MEAN] = mean;
      state[offset + VARIANCE] = variance;
    }
    n = Math.min(n + 1, MEMORY);
    state[offset + SAMPLES] = n;
    double was = state[offset + VARIANCE];
    double step = statistic - state[offset + MEAN];
    double gain = weight(FREEDOM, step * step / was) / (PRIOR + n);
    state[offset + MEAN] += gain * step;
    state[offset + VARIANCE] = was + gain * (step * step - was);
    return rarity(step * Math.sqrt(WEIGHTED / was));
  }

  /**
   * How much a value counts for mean and variance: not more than a value of Student's t.
   *
   * @param freedom its degrees of freedom
   * @param square the squared distance of the value in weighted variances
   */
  static double weight(double freedom, double square) {
    return Math.min(1, (freedom + 1) / (freedom + square));
  }

  /** −ln of the probability that a standard normal value exceeds {@code z}. */
  static double rarity(double z) {
    double beyond = beyond(Math.abs(z));
    return z >= 0 ? beyond : -Elementary.log(1 - Elementary.exp(-beyond));
  }

  /** The same for {@code z ≥ 0} (Abramowitz and Stegun 26.2.17). */
  private static double beyond(double z) {
    double t = 1 / (1 + 0.2316419 * z);
    double series =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return 0.5 * z * z + HALF_LOG_TWO_PI - Elementary.log(series);
  }
}
