package io.flinkssm.detect;

/**
 * The memory of a series: real modes (S4D-Real) with time constants three times apart, each of unit
 * gain, so that a mode is the mean of the recent past over its time constant.
 *
 * <p>They are discretised with zero-order hold over the true interval of every sample. Time is
 * measured in the series' own usual interval: τ = 1, 3, 9, 27, 81, 243 of them.
 */
final class ModeBank {
  static final int MODES = 6;

  /** Places in the state: one a mode, from the fastest on. */
  static final int SIZE = MODES;

  private static final double SLOWEST = 243;

  private final int offset;

  /**
   * A bank.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   */
  ModeBank(int offset) {
    this.offset = offset;
  }

  /**
   * What zero-order hold over an interval makes of the modes.
   *
   * @param interval in usual ones, above 0
   * @param gains by which each mode moves towards the input, filled in
   */
  static void discretize(double interval, double[] gains) {
    double decay = Elementary.exp(-interval / SLOWEST);
    for (int k = MODES - 1; k >= 0; k--) {
      gains[k] = 1 - decay;
      decay = decay * decay * decay; // the next mode is three times as fast
    }
  }

  /** Copies the modes to an array, from a place on. */
  void read(double[] state, double[] to, int at) {
    System.arraycopy(state, offset, to, at, MODES);
  }

  /**
   * Takes a value.
   *
   * @param gains of its interval
   * @param differences filled in: between neighbouring modes, from the fastest on, and the slowest
   *     mode itself. Each is what happened on one time scale
   */
  void advance(double[] state, double u, double[] gains, double[] differences) {
    double faster = 0;
    for (int k = 0; k < MODES; k++) {
      int at = offset + k;
      double mode = state[at] + gains[k] * (u - state[at]);
      state[at] = mode;
      if (k > 0) {
        differences[k - 1] = faster - mode;
      }
      faster = mode;
    }
    differences[MODES - 1] = faster;
  }
}
