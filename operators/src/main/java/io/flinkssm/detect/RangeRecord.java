package io.flinkssm.detect;

/**
 * How far a value lies outside everything seen before. The range may leak: it shrinks towards its
 * middle, so that a record is one of the recent past.
 */
final class RangeRecord {
  /** Places in the state. */
  private static final int SAMPLES = 0;

  private static final int LOW = 1;
  private static final int HIGH = 2;
  static final int SIZE = 3;

  private final int offset;
  private final double keep;

  /**
   * A range.
   *
   * @param offset of its {@link #SIZE} places in the state of a key; all zeros are a fresh one
   * @param memory samples over which a range without records shrinks to 1/e of itself; infinity for
   *     a range that never forgets
   */
  RangeRecord(int offset, double memory) {
    this.offset = offset;
    keep = 1 - 1 / memory;
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
    high = Math.max(high, x);
    low = Math.min(low, x);
    if (keep < 1) {
      double middle = (high + low) / 2;
      high = Math.max(middle + (high - middle) * keep, x);
      low = Math.min(middle - (middle - low) * keep, x);
    }
    state[offset + LOW] = low;
    state[offset + HIGH] = high;
    return excess;
  }
}
