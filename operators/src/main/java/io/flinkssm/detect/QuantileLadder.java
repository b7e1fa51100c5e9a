package io.flinkssm.detect;

import java.util.Arrays;

/**
 * How rare a statistic is by the stream's own past, as −ln p: running quantiles that are exceeded
 * at rates of 1/10, 1/100, 1/1000 and 1/10000, and straight lines between and above them.
 *
 * <p>Each step of the ladder is learned from the samples that exceed the step before: it grows
 * where more than a tenth of them exceed it too, and shrinks where fewer do. Whatever a stationary
 * statistic is distributed like, and however strongly neighbours depend on each other, it is thus
 * exceeded at its rate in the long run. In the beginning steps keep to those of a prior, which
 * counts as much as some excursions: samples that follow each other above the first step are one,
 * because slow statistics say the same for many samples.
 */
final class QuantileLadder {
  private static final int STEPS = 4;

  /** Places in the state. */
  private static final int SAMPLES = 0;

  /** Below zero while in one. */
  private static final int EXCURSIONS = 1;

  private static final int STEP = 2;
  static final int SIZE = STEP + STEPS;

  /** Share of the samples above a step that are above the next one, too, and its −ln. */
  private static final double RATE = 0.1;

  static final double NATS = -StrictMath.log(RATE);

  /** Where a normal statistic exceeds a tenth of its samples, in root mean squares. */
  private static final double FIRST = 1.645;

  /**
   * What the prior of a statistic is worth. Fewer let short streams judge by chance, more keep them
   * off the long-run rate for longer.
   */
  private static final double EXCURSIONS_KNOWN = 50;

  /** Samples of a statistic that are passed over, and those before the first that is judged. */
  private static final int SKIPPED = 5;

  private static final int PROBATION = 60;

  /** Twice the gain of a plain mean, so that a bad beginning is forgotten faster than 1/n. */
  private static final double GAIN = 2 / (RATE * NATS);

  /** Samples over which a change of the statistic's distribution is taken in. */
  private static final double MEMORY = 100_000;

  /** Shortest step against the prior's, lest after constancy the least change looks enormous. */
  private static final double SHORTEST = 0.05;

  /** Excursions of one sample each that are assumed before any was seen. */
  private static final double SINGLE = 3;

  private static final double RAREST = 60;

  private final int offset;

  private final int skipped;
  private final int probation;

  /** The first step, and how long each further one is against the one before it. */
  private final double[] prior = new double[STEPS];

  private final double priorSamples;
  private final double priorExcursions;

  /**
   * The ladder of a statistic of which little is known: its tail is thought to be exponential.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   * @param scale about the root mean square of the statistic, above 0
   */
  QuantileLadder(int offset, double scale) {
    this.offset = offset;
    skipped = SKIPPED;
    probation = PROBATION;
    Arrays.fill(prior, 1);
    prior[0] = FIRST * scale;
    priorSamples = 0;
    priorExcursions = EXCURSIONS_KNOWN;
  }

  /**
   * The ladder of a statistic that is known rather well beforehand.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   * @param quantiles thought to be exceeded at 1/10, 1/100, 1/1000 and 1/10000; ascending, above 0
   * @param samples that the first quantile is worth
   * @param excursions that each quantile is worth at least
   */
  QuantileLadder(int offset, double[] quantiles, double samples, double excursions) {
    this.offset = offset;
    skipped = 0;
    probation = 0;
    double before = 1;
    for (int k = 0; k < STEPS; k++) {
      double step = k == 0 ? quantiles[0] : quantiles[k] - quantiles[k - 1];
      prior[k] = step / before;
      before = step;
    }
    priorSamples = samples;
    priorExcursions = excursions;
  }

  /** Takes a statistic, at least 0; its −ln p, 0 … 60. 0 while nothing is known. */
  double score(double[] state, double v) {
    return score(state, v, 1);
  }

  /**
   * Takes a statistic that may count less than others.
   *
   * @param weight 0 … 1: a sample above a step counts as so much of one
   */
  double score(double[] state, double v, double weight) {
    double samples = state[offset + SAMPLES]++;
    if (samples < skipped) {
      return 0;
    }
    if (samples == skipped) {
      System.arraycopy(prior, 0, state, offset + STEP, STEPS);
    }
    int passed = 0;
    double top = 0;
    double step = state[offset + STEP];
    while (v > top + step) {
      passed++;
      top += step;
      if (passed == STEPS) {
        break;
      }
      step *= state[offset + STEP + passed];
    }
    learn(state, samples, passed, weight);
    return samples < probation ? 0 : Math.min(NATS * (passed + (v - top) / step), RAREST);
  }

  private void learn(double[] state, double samples, int passed, double weight) {
    double excursions = Math.abs(state[offset + EXCURSIONS]);
    if (passed > 0 && state[offset + EXCURSIONS] >= 0) {
      excursions++;
    }
    state[offset + EXCURSIONS] = passed > 0 ? -excursions : excursions;
    double length = (samples * RATE + SINGLE) / (excursions + SINGLE);
    double known = Math.min(samples, MEMORY) + priorSamples;
    for (int k = 0; k <= Math.min(passed, STEPS - 1); k++) {
      double gain = GAIN / (known + priorExcursions * length);
      double above = k < passed ? weight : 0;
      double seen = k == 0 ? 1 : weight;
      double grown = state[offset + STEP + k] * (1 + gain * (above - seen * RATE));
      state[offset + STEP + k] = Math.max(grown, SHORTEST * prior[k]);
      known *= RATE;
    }
  }
}
