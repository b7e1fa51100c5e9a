package io.flinkssm.detect;

/**
 * Makes what all evidence amounts to a rate of false alarms: −ln p, where p is the rate at which a
 * stationary signal reaches it in the long run.
 *
 * <p>Kinds of evidence depend on each other in ways that differ from signal to signal, so that a
 * sum of their surprises has no known distribution. But stationary signals agree well on it, from
 * white to strongly coloured and from bounded to heavy-tailed. That common distribution is the
 * prior. It is worth a good many samples, so that the scores of short streams can be compared with
 * each other and anomalies are not measured by themselves; in the long run the stream's own past
 * decides, whatever the prior.
 *
 * <p>A sample that only repeats an alert counts half: p is the mean of the rate of samples and of
 * the rate of alerts. Where neither repeats, both are p; where one excursion lasts for several
 * samples, there are more samples and fewer alerts.
 */
final class Calibration {
  static final int SIZE = QuantileLadder.SIZE;

  /** What stationary signals exceed in 1/10, 1/100, 1/1000 and 1/10000 of their samples. */
  private static final double[] PRIOR = {1.75, 2.75, 3.95, 5.2};

  /** A fourth of it lets anomalies in streams of some thousand samples hide each other. */
  private static final double PRIOR_SAMPLES = 64_000;

  private static final double PRIOR_EXCURSIONS = 100;
  private static final double REPEATED = 0.5;

  private final QuantileLadder ladder;

  /**
   * A calibration.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   */
  Calibration(int offset) {
    ladder = new QuantileLadder(offset, PRIOR, PRIOR_SAMPLES, PRIOR_EXCURSIONS);
  }

  /**
   * Takes what the evidence of a sample amounts to.
   *
   * @param sum of weighted surprises, at least 0
   * @param alert whether it gives an alert, at some threshold, rather than repeating one
   * @return its −ln p, 0 … 60, which at any one time increases with the sum
   */
  double surprise(double[] state, double sum, boolean alert) {
    return ladder.score(state, sum, alert ? 1 : REPEATED);
  }

  /** The sum that is as rare as a surprise, −ln p, as far as is known beforehand. */
  static double sum(double surprise) {
    double rungs = surprise / QuantileLadder.NATS;
    int k = Math.min((int) rungs, PRIOR.length - 1);
    double below = k == 0 ? 0 : PRIOR[k - 1];
    return below + (rungs - k) * (PRIOR[k] - below);
  }
}
