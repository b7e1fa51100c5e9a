package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Evidence;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * A series and what was said of it, short enough for a picture and without losing an extreme: equal
 * numbers of rows share a bucket, which keeps the lowest and highest value of each channel, the
 * highest score and the strongest evidence. Memory does not grow with the series.
 */
public final class Trace {
  /** Two to four buckets a pixel in a picture of this project's width. */
  static final int MOST = 2048;

  private final int channels;
  private final long[] first = new long[MOST];
  private final long[] last = new long[MOST];
  private final float[] low;
  private final float[] high;
  private final double[] score = new double[MOST];
  private final Map<Evidence, double[]> p = new EnumMap<>(Evidence.class);
  private int size;
  private long rowsPerBucket = 1;
  private long rowsInLast;

  /** An empty trace. */
  public Trace(int channels) {
    this.channels = channels;
    low = new float[MOST * channels];
    high = new float[MOST * channels];
    for (Evidence kind : Evidence.values()) {
      p.put(kind, new double[MOST]);
    }
  }

  /** Adds a row, later than those before it. */
  public void add(long micros, float[] values, Anomaly anomaly) {
    if (size > 0 && rowsInLast < rowsPerBucket) {
      rowsInLast++;
    } else {
      if (size == MOST) {
        halve();
      }
      open(micros);
    }
    int b = size - 1;
    last[b] = micros;
    for (int c = 0; c < channels; c++) {
      low[b * channels + c] = Math.min(low[b * channels + c], values[c]);
      high[b * channels + c] = Math.max(high[b * channels + c], values[c]);
    }
    score[b] = Math.max(score[b], anomaly.score());
    p.forEach((kind, least) -> least[b] = smaller(least[b], anomaly.pValue(kind)));
  }

  private void open(long micros) {
    first[size] = micros;
    Arrays.fill(low, size * channels, (size + 1) * channels, Float.POSITIVE_INFINITY);
    Arrays.fill(high, size * channels, (size + 1) * channels, Float.NEGATIVE_INFINITY);
    score[size] = 0;
    for (double[] least : p.values()) {
      least[size] = Double.NaN;
    }
    size++;
    rowsInLast = 1;
  }

  /** Makes one bucket of two. */
  private void halve() {
    size /= 2;
    for (int b = 0; b < size; b++) {
      first[b] = first[2 * b];
      last[b] = last[2 * b + 1];
      for (int c = 0; c < channels; c++) {
        int i = 2 * b * channels + c;
        low[b * channels + c] = Math.min(low[i], low[i + channels]);
        high[b * channels + c] = Math.max(high[i], high[i + channels]);
      }
      score[b] = Math.max(score[2 * b], score[2 * b + 1]);
      for (double[] least : p.values()) {
        least[b] = smaller(least[2 * b], least[2 * b + 1]);
      }
    }
    rowsPerBucket *= 2;
  }

  private static double smaller(double a, double b) {
    return Double.isNaN(a) || b < a ? b : a;
  }

  /** Number of buckets. */
  public int size() {
    return size;
  }

  public int channels() {
    return channels;
  }

  /** Time of a bucket's first row, microseconds since the epoch. */
  public long first(int bucket) {
    return first[bucket];
  }

  /** Time of a bucket's last row, microseconds since the epoch. */
  public long last(int bucket) {
    return last[bucket];
  }

  /** The lowest value of a channel in a bucket. */
  public float low(int bucket, int channel) {
    return low[bucket * channels + channel];
  }

  /** The highest value of a channel in a bucket. */
  public float high(int bucket, int channel) {
    return high[bucket * channels + channel];
  }

  /** The highest score in a bucket. */
  public double score(int bucket) {
    return score[bucket];
  }

  /** The smallest p-value of a kind of evidence in a bucket; NaN where it does not apply. */
  public double p(int bucket, Evidence kind) {
    return p.get(kind)[bucket];
  }
}
