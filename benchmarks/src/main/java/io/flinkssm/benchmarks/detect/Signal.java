package io.flinkssm.benchmarks.detect;

import java.util.Random;

/** Stationary signals, in which nothing is an anomaly. */
public enum Signal {
  WHITE("white noise") {
    @Override
    double next(Random random, double before, long n) {
      return random.nextGaussian();
    }
  },
  AR_50("AR(1), φ = 0.5") {
    @Override
    double next(Random random, double before, long n) {
      return autoregressive(0.5, random, before);
    }
  },
  AR_95("AR(1), φ = 0.95") {
    @Override
    double next(Random random, double before, long n) {
      return autoregressive(0.95, random, before);
    }
  },
  AR_99("AR(1), φ = 0.99") {
    @Override
    double next(Random random, double before, long n) {
      return autoregressive(0.99, random, before);
    }
  },
  SEASONAL("daily waves and white noise") {
    @Override
    double next(Random random, double before, long n) {
      double day = 2 * Math.PI * n / SAMPLES_PER_DAY;
      return 10 * Math.sin(day) + 4 * Math.sin(2 * day + 1) + random.nextGaussian();
    }
  },
  STUDENT("Student's t, 3 degrees of freedom") {
    @Override
    double next(Random random, double before, long n) {
      double squares = 0;
      for (int i = 0; i < 3; i++) {
        squares += square(random.nextGaussian());
      }
      return random.nextGaussian() / Math.sqrt(squares / 3);
    }
  },
  LOGNORMAL("lognormal noise") {
    @Override
    double next(Random random, double before, long n) {
      return Math.exp(random.nextGaussian());
    }
  };

  /** A sample is five minutes. */
  public static final double RATE_HZ = 1 / 300.0;

  private static final int SAMPLES_PER_DAY = 288;
  private static final long START_MICROS = 1_700_000_000_000_000L;

  private final String title;

  Signal(String title) {
    this.title = title;
  }

  /** As tables show it. */
  public String title() {
    return title;
  }

  /** Time of sample {@code n}, microseconds since the epoch. */
  public static long timeMicros(long n) {
    return START_MICROS + n * Math.round(1e6 / RATE_HZ);
  }

  /** Samples of the signal, one every five minutes. */
  public double[] samples(int count, long seed) {
    Random random = new Random(seed);
    double[] samples = new double[count];
    double before = random.nextGaussian();
    for (int n = 0; n < count; n++) {
      before = next(random, before, n);
      samples[n] = before;
    }
    return samples;
  }

  abstract double next(Random random, double before, long n);

  /** Of variance 1, as long as it began so. */
  private static double autoregressive(double phi, Random random, double before) {
    return phi * before + Math.sqrt(1 - phi * phi) * random.nextGaussian();
  }

  private static double square(double x) {
    return x * x;
  }
}
