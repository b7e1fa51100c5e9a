package io.flinkssm.detect;

import java.util.Arrays;

/** The time of day on circles: a constant, and cosine and sine of one to four turns a day. */
final class DayPhase {
  /** Features: the constant, then cosine and sine of each harmonic. */
  static final int FEATURES = 9;

  static final double SECONDS = 86_400;

  private DayPhase() {}

  /** The time of day, from 0 to below 1, of a time in seconds since the epoch. */
  static double turns(double seconds) {
    return (seconds - Math.floor(seconds / SECONDS) * SECONDS) / SECONDS;
  }

  /** Fills in the features of a time of day. */
  static void features(double turns, double[] phi) {
    double cos = Elementary.cosOfTurns(turns);
    double sin = Elementary.sinOfTurns(turns);
    phi[0] = 1;
    phi[1] = cos;
    phi[2] = sin;
    for (int k = 3; k < FEATURES; k += 2) {
      phi[k] = phi[k - 2] * cos - phi[k - 1] * sin;
      phi[k + 1] = phi[k - 1] * cos + phi[k - 2] * sin;
    }
  }

  /** The features of a series that knows no time of day: the constant alone. */
  static void none(double[] phi) {
    Arrays.fill(phi, 0, FEATURES, 0);
    phi[0] = 1;
  }
}
