package io.flinkssm.benchmarks.bench;

import java.io.IOException;
import java.util.Arrays;

/**
 * Times two pieces of work against each other on one thread. Batches of both take turns, so that
 * what disturbs a machine for longer than some milliseconds disturbs both; the ratio is the median
 * of the ratios of neighbouring batches.
 */
public final class Paired {
  private static final long BATCH_NANOS = 8_000_000;
  private static final int WINDOW = 20;
  private static final double STABLE = 0.98;

  /** Something that can be repeated and timed. */
  @FunctionalInterface
  public interface Work {
    /** Nanoseconds that {@code repetitions} calls take. */
    long nanos(int repetitions) throws IOException;

    /** Calls of {@code body} in this JVM. */
    static Work of(Runnable body) {
      return repetitions -> {
        long start = System.nanoTime();
        for (int i = 0; i < repetitions; i++) {
          body.run();
        }
        return System.nanoTime() - start;
      };
    }
  }

  /**
   * Nanoseconds of one call over all batches.
   *
   * @param least of the batch that was disturbed least
   */
  public record Timing(double least, double median) {}

  /**
   * A subject against a reference.
   *
   * @param ratio median of subject/reference over the rounds
   * @param low lower quartile
   * @param high upper quartile
   */
  public record Comparison(
      double ratio, double low, double high, Timing subject, Timing reference) {

    /** The same with the ratio multiplied, for calls that do different numbers of steps. */
    public Comparison times(double factor) {
      return new Comparison(ratio * factor, low * factor, high * factor, subject, reference);
    }

    /** Reference/subject instead: how many times as fast the subject is. */
    public Comparison inverse() {
      return new Comparison(1 / ratio, 1 / high, 1 / low, subject, reference);
    }
  }

  private final int rounds;
  private final long leastWarmUpNanos;
  private final long mostWarmUpNanos;

  /** Rounds and warm-up for a run of {@code ssm bench}. */
  public Paired(boolean quick) {
    this.rounds = quick ? 41 : 201;
    this.leastWarmUpNanos = quick ? 300_000_000L : 1_500_000_000L;
    this.mostWarmUpNanos = quick ? 1_500_000_000L : 8_000_000_000L;
  }

  /** Compares one call of each. */
  public Comparison compare(Work subject, Work reference) throws IOException {
    int subjectCalls = warmUp(subject);
    int referenceCalls = warmUp(reference);
    double[] ratios = new double[rounds];
    double[] subjects = new double[rounds];
    double[] references = new double[rounds];
    for (int r = 0; r < rounds; r++) {
      boolean first = r % 2 == 0;
      if (first) {
        subjects[r] = subject.nanos(subjectCalls) / (double) subjectCalls;
      }
      references[r] = reference.nanos(referenceCalls) / (double) referenceCalls;
      if (!first) {
        subjects[r] = subject.nanos(subjectCalls) / (double) subjectCalls;
      }
      ratios[r] = subjects[r] / references[r];
    }
    Arrays.sort(ratios);
    return new Comparison(
        ratios[rounds / 2],
        ratios[rounds / 4],
        ratios[rounds - 1 - rounds / 4],
        timing(subjects),
        timing(references));
  }

  /** Times one call of a piece of work alone. */
  public Timing time(Work work) throws IOException {
    int calls = warmUp(work);
    double[] nanos = new double[rounds];
    for (int r = 0; r < rounds; r++) {
      nanos[r] = work.nanos(calls) / (double) calls;
    }
    return timing(nanos);
  }

  private static Timing timing(double[] nanos) {
    double[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Timing(sorted[0], sorted[sorted.length / 2]);
  }

  /**
   * Repeats until the best batch of a window is no better than that of the window before: the
   * compiler is done then. Gives the number of calls that fill a batch.
   */
  private int warmUp(Work work) throws IOException {
    long start = System.nanoTime();
    int calls = 1;
    double before = Double.POSITIVE_INFINITY;
    while (true) {
      double best = Double.POSITIVE_INFINITY;
      for (int i = 0; i < WINDOW; i++) {
        double nanos = Math.max(1, work.nanos(calls)) / (double) calls;
        best = Math.min(best, nanos);
        calls = (int) Math.max(1, Math.min(1 << 24, BATCH_NANOS / nanos));
        if (System.nanoTime() - start > mostWarmUpNanos) {
          return calls;
        }
      }
      if (best > before * STABLE && System.nanoTime() - start > leastWarmUpNanos) {
        return calls;
      }
      before = best;
    }
  }
}
