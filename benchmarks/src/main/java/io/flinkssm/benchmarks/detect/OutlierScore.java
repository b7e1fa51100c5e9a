package io.flinkssm.benchmarks.detect;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The outlier task of the Skoltech Anomaly Benchmark: which rows belong to an anomaly? The rows of
 * all files are pooled, without the first 400 of each, on which others train.
 */
public final class OutlierScore {

  /** Rows at the beginning of a file that do not count. */
  static final int PROBATION_ROWS = 400;

  /**
   * The outcome at one threshold.
   *
   * @param threshold rows whose score reaches it count as detected
   * @param f1 harmonic mean of precision and recall
   * @param falseAlarms share of the normal rows that are detected
   * @param missed share of the anomalous rows that are not
   */
  public record Result(double threshold, double f1, double falseAlarms, double missed) {}

  private record Point(double score, boolean anomaly) {}

  private Point[] points = {};

  /** Adds a file, with the scores of all its rows. */
  public void add(SkabFile file, double[] scores) {
    int first = Math.min(PROBATION_ROWS, scores.length);
    int from = points.length;
    points = Arrays.copyOf(points, from + scores.length - first);
    for (int i = first; i < scores.length; i++) {
      points[from + i - first] = new Point(scores[i], file.anomaly()[i]);
    }
  }

  /** The outcome with the highest F1 that a single threshold has. */
  public Result best() {
    Point[] descending = points.clone();
    Arrays.sort(descending, Comparator.comparingDouble(Point::score).reversed());
    Result best = at(Double.POSITIVE_INFINITY);
    int anomalous = anomalous();
    int hits = 0;
    for (int i = 0; i < descending.length; i++) {
      hits += descending[i].anomaly() ? 1 : 0;
      boolean lastOfScore =
          i + 1 == descending.length || descending[i + 1].score() < descending[i].score();
      if (lastOfScore) {
        Result result = result(descending[i].score(), hits, i + 1 - hits, anomalous);
        best = result.f1() > best.f1() ? result : best;
      }
    }
    return best;
  }

  /** The outcome at a given threshold. */
  public Result at(double threshold) {
    int hits = 0;
    int falseRows = 0;
    for (Point point : points) {
      if (point.score() >= threshold) {
        hits += point.anomaly() ? 1 : 0;
        falseRows += point.anomaly() ? 0 : 1;
      }
    }
    return result(threshold, hits, falseRows, anomalous());
  }

  private int anomalous() {
    return (int) Arrays.stream(points).filter(Point::anomaly).count();
  }

  private Result result(double threshold, int hits, int falseRows, int anomalous) {
    return new Result(
        threshold,
        2.0 * hits / (hits + falseRows + anomalous),
        (double) falseRows / (points.length - anomalous),
        (double) (anomalous - hits) / anomalous);
  }
}
