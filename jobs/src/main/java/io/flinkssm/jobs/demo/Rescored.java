package io.flinkssm.jobs.demo;

import io.flinkssm.schemas.WindowScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the rescoring job says about the keys that were played. */
final class Rescored {
  /** Ranges of {@link #byDecade}. */
  static final List<String> DECADES =
      List.of("< 1e-6", "1e-6 … 1e-5", "1e-5 … 1e-4", "1e-4 … 1e-3", "≥ 1e-3");

  private static final double SMALLEST = 1e-6;

  private final Set<String> keys;
  private final List<WindowScore> windows = new ArrayList<>();

  Rescored(Set<String> keys) {
    this.keys = keys;
  }

  /** Takes a window, unless it is of another key. */
  void add(WindowScore window) {
    if (keys.contains(window.getKey())) {
      windows.add(window);
    }
  }

  int windows() {
    return windows.size();
  }

  /** Streaming scores that were compared. */
  long compared() {
    return windows.stream().mapToLong(WindowScore::getCompared).sum();
  }

  /** Largest absolute difference of an output. */
  double divergence() {
    return windows.stream().mapToDouble(WindowScore::getDivergence).max().orElse(Double.NaN);
  }

  /** Windows with compared scores by their largest difference, in {@link #DECADES}. */
  double[] byDecade() {
    double[] counts = new double[DECADES.size()];
    for (WindowScore window : windows) {
      if (window.getCompared() > 0) {
        int decade = 0;
        double bound = SMALLEST;
        while (decade < counts.length - 1 && window.getDivergence() >= bound) {
          decade++;
          bound *= 10;
        }
        counts[decade]++;
      }
    }
    return counts;
  }
}
