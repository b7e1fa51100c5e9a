package io.flinkssm.detect;

/**
 * How large a forecast error is: its absolute value in running deviations, or that of its
 * exponentially weighted mean, which finds errors that lean to one side.
 */
final class Magnitude {
  /** Places in the state. */
  private static final int SAMPLES = 0;

  private static final int SQUARES = 1;
  private static final int WEIGHT = 2;
  private static final int MEAN = 3;
  static final int SIZE = 4;

  /** Samples without a deviation yet. */
  private static final int SKIPPED = 5;

  /** Weight from which on errors are held against the deviation before they change it. */
  private static final double TRUSTED = 20;

  private static final double CLIP = 5;
  private static final double LEAST_DEVIATION = 0.01;
  private static final double LARGEST = 1e6;

  private final int offset;
  private final int smoothing;
  private final double decay;

  /**
   * A magnitude.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   * @param smoothing samples over which errors are averaged, 1 for not at all
   * @param memory samples over which the deviation is known
   */
  Magnitude(int offset, int smoothing, double memory) {
    this.offset = offset;
    this.smoothing = smoothing;
    decay = 1 - 1 / memory;
  }

  /** Takes an error; its magnitude in deviations, at least 0. 0 for the first few. */
  double of(double[] state, double error) {
    double samples = state[offset + SAMPLES]++;
    if (samples < SKIPPED) {
      return 0;
    }
    double weight = state[offset + WEIGHT];
    double squares = state[offset + SQUARES];
    double deviation = Math.max(weight > 0 ? Math.sqrt(squares / weight) : 0, LEAST_DEVIATION);
    double z = error / deviation;
    double clipped = Math.min(Math.max(z, -CLIP), CLIP);
    double known = weight < TRUSTED ? error : clipped * deviation;
    state[offset + SQUARES] = squares * decay + known * known;
    state[offset + WEIGHT] = weight * decay + 1;
    if (smoothing == 1) {
      return Math.min(Math.abs(z), LARGEST);
    }
    double mean = state[offset + MEAN];
    mean += (clipped - mean) / smoothing;
    state[offset + MEAN] = mean;
    return Math.abs(mean);
  }
}
