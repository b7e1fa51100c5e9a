package io.flinkssm.detect;

/**
 * Brings several features to a common scale: each is measured from its running mean in running
 * deviations, and clipped.
 */
final class Whitening {
  /** A deviation below it says that a feature does not move; it counts as 0. */
  private static final double STILL = 1e-6;

  private final int offset;
  private final int features;
  private final double memory;
  private final double clip;

  /**
   * A whitening.
   *
   * @param offset of its {@link #size} places in the state of a key; all zeros are a fresh one
   * @param memory samples over which mean and deviation are taken
   * @param clip deviations that a feature is worth at most
   */
  Whitening(int offset, int features, double memory, double clip) {
    this.offset = offset;
    this.features = features;
    this.memory = memory;
    this.clip = clip;
  }

  /** Places in the state for so many features. */
  static int size(int features) {
    return 1 + 2 * features;
  }

  /** Whitens the features in place, with what is known after them. */
  void apply(double[] state, double[] x) {
    double n = ++state[offset];
    double a = 1 / Math.min(n, memory);
    for (int k = 0; k < features; k++) {
      int mean = offset + 1 + 2 * k;
      double step = x[k] - state[mean];
      state[mean] += a * step;
      double variance = (1 - a) * (state[mean + 1] + a * step * step);
      state[mean + 1] = variance;
      double deviation = Math.sqrt(variance);
      double whitened = deviation > STILL ? step / deviation : 0;
      x[k] = Math.min(Math.max(whitened, -clip), clip);
    }
  }
}
