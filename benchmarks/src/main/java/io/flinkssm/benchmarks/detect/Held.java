package io.flinkssm.benchmarks.detect;

/** The refractory hold of alerts, for detectors that have none: lets each anomaly be said once. */
public final class Held {

  /** What a held score is multiplied by. */
  private static final double QUIET = 1e-3;

  private Held() {}

  /**
   * Scores that exceed a fading peak of those before stay, the others become close to zero.
   *
   * @param scores not negative, not changed
   * @param samples over which a peak fades to 1/e
   */
  public static double[] of(double[] scores, int samples) {
    double keep = Math.exp(-1.0 / samples);
    double peak = 0;
    double[] held = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      held[i] = scores[i] > peak ? scores[i] : QUIET * scores[i];
      peak = Math.max(peak, scores[i]) * keep;
    }
    return held;
  }
}
