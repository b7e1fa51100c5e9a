package io.flinkssm.benchmarks.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * Times two pieces of work against each other on one thread. Batches of both take turns, so that
 * what disturbs a machine for longer than some milliseconds disturbs both; the ratio is the median
 * of the ratios of neighbouring batches. Times are CPU times: waiting for a core is not counted.
 */
public final class Paired {
  private static final long BATCH_NANOS = 5_000_000;
  private static final int LEAST_ROUNDS = 5;
  private static final long WINDOW_NANOS = 60_000_000;
  private static final double STABLE = 0.98;
  private static final double IDLE = 0.1;

  /** By then the compiler has noticed what is called often. */
  private static final long ENOUGH_CALLS = 20_000;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Something that can be repeated and timed; all on the thread that asks, or in a process. */
  @FunctionalInterface
  public interface Work {
    /** Nanoseconds of CPU time that {@code repetitions} calls take. */
    long nanos(int repetitions) throws IOException;

    /** Calls of {@code body} in this thread, without what the garbage collector does meanwhile. */
    static Work of(Runnable body) {
      return repetitions -> {
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < repetitions; i++) {
          body.run();
        }
        return THREADS.getCurrentThreadCpuTime() - start;
      };
    }
  }

  /**
   * Nanoseconds of one call.
   *
   * @param least of the batch that was disturbed least
   * @param median over all batches
   */
  public record Timing(double least, double median) {
    private static Timing of(double[] nanos) {
      double[] sorted = sorted(nanos);
      return new Timing(sorted[0], sorted[sorted.length / 2]);
    }
  }

  /**
   * A subject against a reference.
   *
   * @param ratio median of subject/reference over the rounds
   * @param low lower quartile
   * @param high upper quartile
   */
  public record Comparison(
      double ratio, double low, double high, Timing subject, Timing reference) {

    private static Comparison of(double[] subjects, double[] references) {
      double[] ratios = new double[subjects.length];
      for (int r = 0; r < ratios.length; r++) {
        ratios[r] = subjects[r] / references[r];
      }
      ratios = sorted(ratios);
      int quarter = ratios.length / 4;
      return new Comparison(
          ratios[ratios.length / 2],
          ratios[quarter],
          ratios[ratios.length - 1 - quarter],
          Timing.of(subjects),
          Timing.of(references));
    }

    /** The same with the ratio multiplied, for calls that do different numbers of steps. */
    public Comparison times(double factor) {
      return new Comparison(ratio * factor, low * factor, high * factor, subject, reference);
    }

    /** Reference/subject instead: how many times as fast the subject is. */
    public Comparison inverse() {
      return new Comparison(1 / ratio, 1 / high, 1 / low, subject, reference);
    }
  }

  private final long budgetNanos;
  private final long leastWarmUpNanos;
  private final long mostWarmUpNanos;
  private final IdentityHashMap<Work, Integer> warm = new IdentityHashMap<>();

  private Paired(double seconds, double leastWarmUpSeconds, double mostWarmUpSeconds) {
    this.budgetNanos = Math.round(seconds * 1e9);
    this.leastWarmUpNanos = Math.round(leastWarmUpSeconds * 1e9);
    this.mostWarmUpNanos = Math.round(mostWarmUpSeconds * 1e9);
  }

  /** For the rows of the table. */
  public static Paired precise(Bench bench) {
    return bench.quick() ? new Paired(0.35, 1, 12) : new Paired(4, 4, 30);
  }

  /** For the many points of a plot. */
  public static Paired brief(Bench bench) {
    return bench.quick() ? new Paired(0.1, 0.6, 8) : new Paired(0.6, 2, 15);
  }

  /** Compares one call of each. */
  public Comparison compare(Work subject, Work reference) throws IOException {
    int subjectCalls = warmUp(subject);
    int referenceCalls = warmUp(reference);
    double[] subjects = {};
    double[] references = {};
    long end = System.nanoTime() + budgetNanos;
    for (int r = 0; r < LEAST_ROUNDS || System.nanoTime() < end; r++) {
      subjects = Arrays.copyOf(subjects, r + 1);
      references = Arrays.copyOf(references, r + 1);
      // Who goes first changes from round to round.
      for (int half = 0; half < 2; half++) {
        if (half == r % 2) {
          subjects[r] = turn(subject, subjectCalls);
        } else {
          references[r] = turn(reference, referenceCalls);
        }
      }
    }
    return Comparison.of(subjects, references);
  }

  /**
   * One batch, behind some calls that are not timed: after the other's turn caches are cold, and a
   * core that has slept has to find its clock again.
   */
  private static double turn(Work work, int calls) throws IOException {
    work.nanos((calls + 2) / 3);
    return work.nanos(calls) / (double) calls;
  }

  /** Times one call of a piece of work alone. */
  public Timing time(Work work) throws IOException {
    int calls = warmUp(work);
    double[] nanos = {};
    long end = System.nanoTime() + budgetNanos;
    for (int r = 0; r < LEAST_ROUNDS || System.nanoTime() < end; r++) {
      nanos = Arrays.copyOf(nanos, r + 1);
      nanos[r] = work.nanos(calls) / (double) calls;
    }
    return Timing.of(nanos);
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /**
   * Repeats until the compiler is done: in two windows in a row, this JVM's other threads are idle
   * and batches no better than the best before. Gives the number of calls that fill a batch; once
   * for each work.
   */
  private int warmUp(Work work) throws IOException {
    Integer known = warm.get(work);
    if (known != null) {
      return known;
    }
    int calls = 1;
    double before = Double.POSITIVE_INFINITY;
    double best = before;
    long others = otherThreadsNanos();
    int quietWindows = 0;
    long total = 0;
    long start = System.nanoTime();
    long elapsed = 0;
    long windowEnd = WINDOW_NANOS;
    while (elapsed < mostWarmUpNanos) {
      double nanos = Math.max(1, work.nanos(calls)) / (double) calls;
      best = Math.min(best, nanos);
      total += calls;
      calls = (int) Math.max(1, Math.min(1 << 24, BATCH_NANOS / nanos));
      elapsed = System.nanoTime() - start;
      if (elapsed >= windowEnd) {
        windowEnd = elapsed + WINDOW_NANOS;
        boolean quiet =
            best > before * STABLE && otherThreadsNanos() - others < IDLE * WINDOW_NANOS;
        quietWindows = quiet ? quietWindows + 1 : 0;
        if (quietWindows >= 2 && (total > ENOUGH_CALLS || elapsed > leastWarmUpNanos)) {
          break;
        }
        others = otherThreadsNanos();
        before = Math.min(before, best);
        best = Double.POSITIVE_INFINITY;
      }
    }
    warm.put(work, calls);
    return calls;
  }

  /** CPU time of the compiler, above all. */
  private static long otherThreadsNanos() {
    return PROCESS.getProcessCpuTime() - THREADS.getCurrentThreadCpuTime();
  }
}
