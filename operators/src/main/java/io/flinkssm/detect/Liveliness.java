package io.flinkssm.detect;

/** How much more or less than usual a series moves: recent against long-run errors. */
final class Liveliness {
  /** Places in the state. */
  private static final int SAMPLES = 0;

  private static final int RECENT = 1;
  private static final int USUAL = 2;
  static final int SIZE = 3;

  private static final double RECENT_SAMPLES = 40;
  private static final double USUAL_SAMPLES = 2000;

  /** Errors beyond it, in deviations of the series, count as it. */
  private static final double CLIP = 6;

  /** Squared error below which a series stands still. */
  private static final double STILL = 1e-9;

  private final int offset;

  /**
   * A liveliness.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   */
  Liveliness(int offset) {
    this.offset = offset;
  }

  /** Takes an error; the logarithm of the recent squared error against the usual one. */
  double of(double[] state, double error) {
    double n = ++state[offset + SAMPLES];
    double clipped = Math.min(Math.max(error, -CLIP), CLIP);
    double square = clipped * clipped;
    double recent = state[offset + RECENT];
    double usual = state[offset + USUAL];
    recent += (square - recent) / Math.min(n, RECENT_SAMPLES);
    usual += (square - usual) / Math.min(n, USUAL_SAMPLES);
    state[offset + RECENT] = recent;
    state[offset + USUAL] = usual;
    return Elementary.log((recent + STILL) / (usual + STILL));
  }
}
