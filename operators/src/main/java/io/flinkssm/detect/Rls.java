package io.flinkssm.detect;

/**
 * An online readout: recursive least squares with forgetting, of a standardised series on features.
 *
 * <p>Two things keep it calm. The error that it learns from is clipped, so that an anomaly teaches
 * little. The covariance never grows past its prior, the unit matrix: what the features do not
 * excite is forgotten no further, where plain forgetting would let it grow without bound. Only its
 * lower triangle is kept, so that it stays symmetric; the cap is a congruence, so that it stays
 * positive.
 */
final class Rls {
  private static final double CLIP_TARGET = 6;

  /** Deviations of the error by which one sample teaches at most. */
  private static final double CLIP_ERROR = 4;

  private static final double ERROR_FORGETTING = 0.998;

  /** Weight of errors from which on their deviation is trusted. */
  private static final double TRUSTED = 20;

  private final int features;
  private final double forgetting;
  private final int squares;
  private final int weight;
  private final int readout;
  private final int covariance;

  /**
   * A readout.
   *
   * @param offset of its {@link #size} places in the state of a key; all zeros are a fresh one
   * @param features that it reads from, at least 1
   * @param forgetting of the past with each sample, below 1
   */
  Rls(int offset, int features, double forgetting) {
    this.features = features;
    this.forgetting = forgetting;
    squares = offset;
    weight = offset + 1;
    readout = offset + 2;
    covariance = readout + features;
  }

  /** Places in the state for so many features. */
  static int size(int features) {
    return 2 + features + features * (features + 1) / 2;
  }

  /**
   * Takes a value; its distance from what the readout expected.
   *
   * @param phi features of the sample
   * @param active how many of the features are not zero for good, at least 1
   * @param gain scratch, at least as long as the features
   */
  double error(double[] state, double u, double[] phi, int active, double[] gain) {
    if (state[weight] == 0) {
      for (int i = 0; i < features; i++) {
        state[covariance + i * (i + 1) / 2 + i] = 1;
      }
    }
    double expected = 0;
    for (int i = 0; i < active; i++) {
      expected += state[readout + i] * phi[i];
    }
    double spread = spread(state, phi, active, gain);
    double target = Math.min(Math.max(u, -CLIP_TARGET), CLIP_TARGET);
    double learned = target - expected;
    if (state[weight] > TRUSTED) {
      double limit = CLIP_ERROR * Math.sqrt(state[squares] / state[weight]);
      learned = Math.min(Math.max(learned, -limit), limit);
    }
    double certainty = 1 / (forgetting + spread);
    for (int i = 0; i < active; i++) {
      state[readout + i] += gain[i] * (learned * certainty);
    }
    if (shrink(state, active, gain, certainty)) {
      cap(state, active, gain);
    }
    state[squares] = state[squares] * ERROR_FORGETTING + learned * learned;
    state[weight] = state[weight] * ERROR_FORGETTING + 1;
    return u - expected;
  }

  /** The gain, P·φ, and the spread of what is expected, φᵀ·P·φ. */
  private double spread(double[] state, double[] phi, int active, double[] gain) {
    int at = covariance;
    double spread = 0;
    for (int i = 0; i < active; i++) {
      double x = phi[i];
      double row = 0;
      for (int j = 0; j < i; j++, at++) {
        row += state[at] * phi[j];
        gain[j] += state[at] * x;
      }
      gain[i] = row + state[at++] * x;
      spread += x * (2 * row) + (gain[i] - row) * x;
    }
    return Math.max(spread, 0);
  }

  /** Takes what the sample said out of the covariance; whether a variance is above its prior. */
  private boolean shrink(double[] state, int active, double[] gain, double certainty) {
    int at = covariance;
    double grow = 1 / forgetting;
    boolean above = false;
    for (int i = 0; i < active; i++) {
      double scaled = gain[i] * certainty;
      for (int j = 0; j <= i; j++, at++) {
        state[at] = (state[at] - scaled * gain[j]) * grow;
      }
      above |= state[at - 1] > 1;
    }
    return above;
  }

  /** Scales rows and columns of variances above their prior back to it. */
  private void cap(double[] state, int active, double[] factors) {
    for (int i = 0; i < active; i++) {
      double variance = state[covariance + i * (i + 1) / 2 + i];
      factors[i] = variance > 1 ? 1 / Math.sqrt(variance) : 1;
    }
    int at = covariance;
    for (int i = 0; i < active; i++) {
      for (int j = 0; j <= i; j++, at++) {
        state[at] *= factors[i] * factors[j];
      }
    }
  }
}
