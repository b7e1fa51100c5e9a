package io.flinkssm.flink;

import org.HdrHistogram.SingleWriterRecorder;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;

/**
 * A histogram of the recent past: statistics cover the values since the last but one time that
 * {@link #WINDOW} of them had been collected, with a relative error of 1 %.
 *
 * <p>Recording is wait-free and belongs to the task's thread; reporters read from theirs.
 */
final class RecentHistogram implements Histogram {
  /** Values after which the older half of the window is given up. */
  static final long WINDOW = 10_000;

  private static final int DIGITS = 2;

  private final long highest;
  private final SingleWriterRecorder recorder;
  private volatile long count;
  private org.HdrHistogram.Histogram interval;
  private org.HdrHistogram.Histogram current;
  private org.HdrHistogram.Histogram previous;

  /**
   * An empty histogram.
   *
   * @param highest largest value that is told apart; larger ones count as this one
   */
  RecentHistogram(long highest) {
    this.highest = highest;
    recorder = new SingleWriterRecorder(highest, DIGITS);
    current = new org.HdrHistogram.Histogram(highest, DIGITS);
    previous = new org.HdrHistogram.Histogram(highest, DIGITS);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // One writer: the task's thread.
  public void update(long value) {
    recorder.recordValue(Math.max(0, Math.min(value, highest)));
    count++;
  }

  @Override
  public long getCount() {
    return count;
  }

  @Override
  public synchronized HistogramStatistics getStatistics() {
    if (current.getTotalCount() >= WINDOW) {
      org.HdrHistogram.Histogram oldest = previous;
      previous = current;
      current = oldest;
      current.reset();
    }
    interval = recorder.getIntervalHistogram(interval);
    current.add(interval);
    org.HdrHistogram.Histogram both = previous.copy();
    both.add(current);
    return new Statistics(both);
  }

  private static final class Statistics extends HistogramStatistics {
    private final org.HdrHistogram.Histogram values;

    Statistics(org.HdrHistogram.Histogram values) {
      this.values = values;
    }

    @Override
    public double getQuantile(double quantile) {
      return values.getValueAtPercentile(100 * quantile);
    }

    /** Not kept: a histogram has counts, not values. */
    @Override
    public long[] getValues() {
      return new long[0];
    }

    @Override
    public int size() {
      return (int) Math.min(Integer.MAX_VALUE, values.getTotalCount());
    }

    @Override
    public double getMean() {
      return values.getMean();
    }

    @Override
    public double getStdDev() {
      return values.getStdDeviation();
    }

    @Override
    public long getMax() {
      return values.getMaxValue();
    }

    @Override
    public long getMin() {
      return values.getTotalCount() == 0 ? 0 : values.getMinValue();
    }
  }
}
