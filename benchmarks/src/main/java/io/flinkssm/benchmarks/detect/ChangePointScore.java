package io.flinkssm.benchmarks.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The change point task of the Skoltech Anomaly Benchmark: when does an anomaly begin, when does it
 * end? A change point is said where the score comes to the threshold or leaves it. The first one
 * within 60 seconds of a true one is a hit, worth 1 at once and as little as a false one at the
 * end; every other one outside these windows is false. Normalized as {@link NabScore} is; the first
 * 400 rows of a file do not count.
 */
public final class ChangePointScore {
  private static final long WINDOW_MICROS = 60_000_000;

  /** Most thresholds that are tried. */
  private static final int THRESHOLDS = 1000;

  /** The outcome at one threshold; normalized, 100 is perfect. */
  public record Result(double threshold, double normalized) {}

  /** What counts of a file, from its first row that does. */
  private record Part(long[] times, double[] scores, List<long[]> windows) {}

  private final List<Part> parts = new ArrayList<>();

  /** Adds a file, with the scores of all its rows. */
  public void add(SkabFile file, double[] scores) {
    int first = Math.min(OutlierScore.PROBATION_ROWS, scores.length);
    long[] times =
        Arrays.copyOfRange(file.recording().timesMicros(), first, file.recording().length());
    List<long[]> windows = new ArrayList<>();
    for (int i = first; i < scores.length; i++) {
      if (file.changePoint()[i]) {
        long start = times[i - first];
        // Where two overlap, the second begins where the first ends.
        long from = windows.isEmpty() ? start : Math.max(start, last(windows)[1]);
        windows.add(new long[] {from, start + WINDOW_MICROS});
      }
    }
    parts.add(new Part(times, Arrays.copyOfRange(scores, first, scores.length), windows));
  }

  private static long[] last(List<long[]> windows) {
    return windows.get(windows.size() - 1);
  }

  /** The best outcome of a thousand thresholds, quantiles of the scores. */
  public Result best(NabProfile profile) {
    double[] scores =
        parts.stream()
            .flatMapToDouble(p -> Arrays.stream(p.scores()))
            .distinct()
            .sorted()
            .toArray();
    Result best = at(Double.POSITIVE_INFINITY, profile);
    int tried = Math.min(THRESHOLDS, scores.length);
    for (int i = 0; i < tried; i++) {
      double threshold = scores[(int) ((long) i * (scores.length - 1) / Math.max(1, tried - 1))];
      Result result = at(threshold, profile);
      best = result.normalized() > best.normalized() ? result : best;
    }
    return best;
  }

  /** The outcome at a given threshold. */
  public Result at(double threshold, NabProfile profile) {
    double miss = profile.missCost();
    double total = 0;
    int windows = 0;
    for (Part part : parts) {
      total += total(part, threshold, profile);
      windows += part.windows().size();
    }
    return new Result(threshold, 100 * (total + miss * windows) / (windows + miss * windows));
  }

  private static double total(Part part, double threshold, NabProfile profile) {
    double[] earned = new double[part.windows().size()];
    Arrays.fill(earned, Double.NaN);
    double total = 0;
    boolean before = false;
    for (int i = 0; i < part.times().length; i++) {
      boolean now = part.scores()[i] >= threshold;
      if (now != before && !hit(part, part.times()[i], profile, earned)) {
        total -= profile.falseCost();
      }
      before = now;
    }
    for (double gain : earned) {
      total += Double.isNaN(gain) ? -profile.missCost() : gain;
    }
    return total;
  }

  /** Whether a change point lies in a window, whose first one it may be. */
  private static boolean hit(Part part, long time, NabProfile profile, double[] earned) {
    boolean inside = false;
    for (int w = 0; w < earned.length; w++) {
      long[] window = part.windows().get(w);
      if (time >= window[0] && time <= window[1]) {
        inside = true;
        if (Double.isNaN(earned[w])) {
          double place = (double) (time - window[0]) / (window[1] - window[0]);
          earned[w] = gain(place, profile.falseCost());
        }
      }
    }
    return inside;
  }

  /** From 1 at the left end of a window down to the cost of a false one at the right. */
  private static double gain(double place, double falseCost) {
    double fall = StrictMath.tanh(Math.PI * (place - 0.5)) / StrictMath.tanh(Math.PI / 2);
    return (1 + falseCost) / 2 * (1 - fall) - falseCost;
  }
}
