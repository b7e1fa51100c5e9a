package io.flinkssm.ssm;

import java.util.ArrayList;
import java.util.List;

/**
 * How long {@code C Ā^l} stays above a part of C. In the coordinates of the modes Ā is a
 * contraction, so that {@code |C Ā^l|} only falls and {@code |C Ā^l||B̄|} bounds all taps from l
 * on.
 *
 * @param steps the last l, at most the most asked for
 * @param rows C Ā^l at that l
 */
record OutputDecay(int steps, double[][] rows) {

  /**
   * @param c rows of C
   * @param transition Ā, as {@link DplrStep#transition} has it
   */
  static OutputDecay of(double[][] c, double[][] transition, double tolerance, int most) {
    double[] limits = new double[c.length];
    for (int k = 0; k < c.length; k++) {
      limits[k] = tolerance * tolerance * squaredNorm(c[k]);
    }
    // Powers of two of Ā, for as long as a square saves more products than it costs.
    List<double[][]> squares = new ArrayList<>();
    squares.add(transition);
    int top = 0;
    while ((most >> (top + 1)) * (long) c.length > transition.length
        && !below(TransitionPowers.times(c, squares.get(top)), limits)) {
      squares.add(TransitionPowers.times(squares.get(top), squares.get(top)));
      top++;
    }
    int steps = 0;
    double[][] rows = c;
    for (int t = top; t >= 0; ) {
      double[][] next = most - steps < 1 << t ? null : TransitionPowers.times(rows, squares.get(t));
      if (next == null || below(next, limits)) {
        t--;
      } else {
        rows = next;
        steps += 1 << t;
      }
    }
    return new OutputDecay(steps, rows);
  }

  private static boolean below(double[][] rows, double[] limits) {
    for (int k = 0; k < rows.length; k++) {
      if (squaredNorm(rows[k]) > limits[k]) {
        return false;
      }
    }
    return true;
  }

  private static double squaredNorm(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += value * value;
    }
    return sum;
  }
}
