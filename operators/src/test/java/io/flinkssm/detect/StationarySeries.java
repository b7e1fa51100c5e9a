package io.flinkssm.detect;

import java.util.Random;

/** Series that never change their ways: whatever alarms they raise are false. */
enum StationarySeries {
  WHITE,
  AR_50,
  AR_95,
  AR_99,
  /** A day of 288 samples and its first harmonic, under noise. */
  SEASONAL,
  /** Student's t of 3 degrees of freedom: a variance, but no fourth moment. */
  STUDENT,
  LOGNORMAL;

  /** The same values for the same seed. */
  double[] values(int samples, long seed) {
    Random random = new Random(31 * seed + name().hashCode());
    double[] x = new double[samples];
    double phi =
        switch (this) {
          case AR_50 -> 0.5;
          case AR_95 -> 0.95;
          case AR_99 -> 0.99;
          default -> 0;
        };
    double ar = random.nextGaussian() / Math.sqrt(1 - phi * phi);
    for (int t = 0; t < samples; t++) {
      ar = phi * ar + random.nextGaussian();
      double day = 2 * Math.PI * t / 288;
      x[t] =
          switch (this) {
            case WHITE, AR_50, AR_95, AR_99 -> ar;
            case SEASONAL -> 3 * Math.sin(day) + Math.sin(2 * day + 1) + 0.5 * ar;
            case STUDENT -> ar / Math.sqrt(chiSquare(random, 3) / 3);
            case LOGNORMAL -> Math.exp(ar);
          };
    }
    return x;
  }

  /**
   * Its distances from its running mean, in deviations, single or averaged: a statistic whose
   * neighbours depend on each other.
   */
  double[] distances(int samples, long seed, int smoothing) {
    double[] x = values(samples, seed);
    Magnitude magnitude = new Magnitude(0, smoothing, 2500);
    double[] state = new double[Magnitude.SIZE];
    double mean = 0;
    for (int t = 0; t < samples; t++) {
      double error = x[t] - mean;
      mean += error / Math.min(t + 1, 3000);
      x[t] = magnitude.of(state, error);
    }
    return x;
  }

  private static double chiSquare(Random random, int degrees) {
    double sum = 0;
    for (int i = 0; i < degrees; i++) {
      double g = random.nextGaussian();
      sum += g * g;
    }
    return sum;
  }
}
