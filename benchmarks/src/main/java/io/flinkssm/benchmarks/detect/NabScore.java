package io.flinkssm.benchmarks.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The score of the Numenta Anomaly Benchmark (v1.1), over all files that were {@linkplain #add
 * added}.
 *
 * <p>A row is a detection if its score reaches the threshold, one for all files. The first 15 % of
 * a file, at most 750 rows, do not count. A window earns its best detection: 1 at its left end,
 * less to the right; a window without any costs. A detection outside costs the more, the farther
 * behind the window before it. 0 is what no detection at all gets, 100 what a perfect one would.
 */
public final class NabScore {

  /**
   * The outcome at one threshold.
   *
   * @param threshold positive infinity for no detection at all
   * @param score before it is normalized
   * @param normalized 0 for no detection at all, 100 for perfection; NaN without windows
   * @param falseRows detections outside of windows
   */
  public record Result(
      double threshold,
      double score,
      double normalized,
      int detectedRows,
      int falseRows,
      int windows,
      int windowsHit) {}

  private static final double PROBATION = 0.15;
  private static final int PROBATION_ROWS = 5000;
  private static final int OUTSIDE = -1;
  private static final double BEST = sigmoid(-1);

  /**
   * A row that counts.
   *
   * @param window its number, or {@link #OUTSIDE}
   * @param value before weights: −1 … 1
   */
  private record Point(double score, int window, double value) {}

  private final List<Point> points = new ArrayList<>();
  private int windowNumbers;
  private int windows;

  /**
   * Adds a file.
   *
   * @param scores of all its rows
   * @throws IllegalArgumentException if they are too few or too many, or not finite
   */
  public void add(NabFile file, double[] scores) {
    int rows = file.recording().length();
    if (scores.length != rows) {
      throw new IllegalArgumentException(
          file.recording().name() + " has " + rows + " rows, not " + scores.length);
    }
    int probation =
        (int) Math.ceil(Math.min(Math.floor(PROBATION * rows), PROBATION * PROBATION_ROWS));
    List<NabFile.Window> spans = file.windows();
    int next = 0;
    NabFile.Window last = null;
    boolean counted = false;
    for (int i = 0; i < rows; i++) {
      while (next < spans.size() && i > spans.get(next).last()) {
        last = spans.get(next++);
        counted = false;
      }
      boolean inside = next < spans.size() && i >= spans.get(next).first();
      if (i < probation) {
        continue;
      }
      if (!Double.isFinite(scores[i])) {
        throw new IllegalArgumentException(
            file.recording().name() + ": the score of row " + i + " is " + scores[i]);
      }
      if (inside) {
        if (!counted) {
          counted = true;
          windows++;
        }
        points.add(new Point(scores[i], windowNumbers + next, inside(spans.get(next), i)));
      } else {
        points.add(new Point(scores[i], OUTSIDE, outside(last, i)));
      }
    }
    windowNumbers += spans.size();
  }

  private static double inside(NabFile.Window window, int row) {
    double width = window.last() - window.first() + 1;
    return sigmoid(-(window.last() - row + 1) / width) / BEST;
  }

  private static double outside(NabFile.Window before, int row) {
    return before == null
        ? -1
        : sigmoid((row - before.last()) / (double) (before.last() - before.first()));
  }

  private static double sigmoid(double y) {
    return y > 3 ? -1 : 2 / (1 + StrictMath.exp(5 * y)) - 1;
  }

  /** The best outcome that a single threshold has; the highest of equally good ones. */
  public Result best(NabProfile profile) {
    Point[] descending = descending();
    Tally tally = new Tally(profile);
    Result best = tally.result(Double.POSITIVE_INFINITY);
    for (int i = 0; i < descending.length; i++) {
      tally.add(descending[i]);
      boolean lastOfScore =
          i + 1 == descending.length || descending[i + 1].score() < descending[i].score();
      if (lastOfScore && tally.total > best.score()) {
        best = tally.result(descending[i].score());
      }
    }
    return best;
  }

  /** The outcome at a given threshold. */
  public Result at(double threshold, NabProfile profile) {
    Tally tally = new Tally(profile);
    for (Point point : descending()) {
      if (point.score() >= threshold) {
        tally.add(point);
      }
    }
    return tally.result(threshold);
  }

  private Point[] descending() {
    Point[] descending = points.toArray(Point[]::new);
    Arrays.sort(descending, Comparator.comparingDouble(Point::score).reversed());
    return descending;
  }

  /** The sum over the detections so far. */
  private final class Tally {
    private final NabProfile profile;

    /** What each window has earned: below zero while it is missed, above when it is hit. */
    private final double[] earned = new double[windowNumbers];

    private double total;
    private int detected;
    private int falseRows;
    private int hit;

    Tally(NabProfile profile) {
      this.profile = profile;
      Arrays.fill(earned, -profile.missCost());
      total = nothing();
    }

    private double nothing() {
      return -profile.missCost() * windows;
    }

    void add(Point point) {
      if (point.window() == OUTSIDE) {
        falseRows++;
        total += profile.falseCost() * point.value();
        return;
      }
      detected++;
      double gained = point.value();
      double before = earned[point.window()];
      if (before < 0) {
        hit++;
      }
      if (gained > before) {
        total += gained - before;
        earned[point.window()] = gained;
      }
    }

    Result result(double threshold) {
      double normalized = 100 * (total - nothing()) / (windows - nothing());
      return new Result(threshold, total, normalized, detected, falseRows, windows, hit);
    }
  }
}
