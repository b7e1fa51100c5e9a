package io.flinkssm.benchmarks.pipeline;

import com.sun.management.OperatingSystemMXBean;
import io.flinkssm.flink.ScoredStreams;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Reads the clocks when the scores of a run reach two numbers. What comes before the first is
 * warm-up, and the job's start and end do not count. One run at a time: its counters are static,
 * since Flink copies functions.
 */
public final class Meter {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final AtomicLong COUNT = new AtomicLong();
  private static volatile Clocks started;
  private static volatile Clocks ended;

  private final long from;
  private final long to;

  /** The clocks at one moment. */
  private record Clocks(long wallNanos, long cpuNanos, ThreadTimes threads) {
    static Clocks read() {
      return new Clocks(System.nanoTime(), PROCESS.getProcessCpuTime(), ThreadTimes.now());
    }
  }

  /**
   * What a run took between its two marks.
   *
   * @param frames scores between the marks, one for each frame
   * @param wallNanos time on the clock
   * @param cpuNanos CPU time of this process: the job, its compiler and collector, and the broker
   * @param threads the same by kind of thread
   */
  public record Reading(long frames, long wallNanos, long cpuNanos, ThreadTimes threads) {
    public double wallMicrosPerFrame() {
      return wallNanos / 1e3 / frames;
    }

    /** Without the compiler, which a job that has run for long no longer needs. */
    public double cpuMicrosPerFrame() {
      return cpuNanos / 1e3 / frames - microsPerFrame(ThreadTimes.COMPILER);
    }

    /** Of the broker alone, as far as its threads can be told from others. */
    public double brokerMicrosPerFrame() {
      return microsPerFrame(ThreadTimes.BROKER);
    }

    private double microsPerFrame(String kind) {
      return threads.seconds().getOrDefault(kind, 0.) * 1e6 / frames;
    }

    public double framesPerSecond() {
      return frames * 1e9 / wallNanos;
    }
  }

  private Meter(long from, long to) {
    this.from = from;
    this.to = to;
  }

  /** A meter that counts from 0 and measures between two counts. */
  static Meter between(long from, long to) {
    COUNT.set(0);
    started = null;
    ended = null;
    return new Meter(from, to);
  }

  /** Counts the scores on their way to the sink. */
  ScoredStreams on(ScoredStreams scored) {
    return new ScoredStreams(on(scored.scores()), scored.rejected());
  }

  /** Counts scores of any form. */
  <T> SingleOutputStreamOperator<T> on(DataStream<T> scores) {
    return scores.map(new Count<T>(from, to)).returns(scores.getType()).name("meter").uid("meter");
  }

  private record Count<T>(long from, long to) implements MapFunction<T, T> {
    @Override
    public T map(T score) {
      long before = COUNT.getAndIncrement();
      if (before == from) {
        started = Clocks.read();
      }
      if (before == to) {
        ended = Clocks.read();
      }
      return score;
    }
  }

  /**
   * What was measured, after the run.
   *
   * @throws IllegalStateException if too few scores came
   */
  Reading reading() {
    if (ended == null) {
      throw new IllegalStateException(
          "the job gave " + COUNT.get() + " scores, too few to measure to " + to);
    }
    return new Reading(
        to - from,
        ended.wallNanos - started.wallNanos,
        ended.cpuNanos - started.cpuNanos,
        ended.threads.minus(started.threads));
  }
}
