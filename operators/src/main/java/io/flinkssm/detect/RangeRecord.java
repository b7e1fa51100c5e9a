package io.flinkssm.detect;

/** How far a value lies outside everything seen before. */
final class RangeRecord {
  /** Places in the state. */
  private static final int SAMPLES = 0;

  private static final int LOW = 1;
  private static final int HIGH = 2;
  static final int SIZE = 3;

  private final int offset;

  /**
   * A range.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   */
  RangeRecord(int offset) {
    this.offset = offset;
  }

  /**
   * Takes a value; how far outside the range it lies, in widths of the range. 0 inside; infinity
   * where all values before were equal.
   */
  double excess(double[] state, double x) {
    double samples = state[offset + SAMPLES]++;
    if (samples == 0) {
      state[offset + LOW] = x;
      state[offset + HIGH] = x;
      return 0;
    }
    double low = state[offset + LOW];
    double high = state[offset + HIGH];
    double beyond = Math.max(Math.max(x - high, low - x), 0);
    double excess = beyond == 0 ? 0 : beyond / (high - low);
    state[offset + LOW] = Math.min(low, x);
    state[offset + HIGH] = Math.max(high, x);
    return excess;
  }
}
