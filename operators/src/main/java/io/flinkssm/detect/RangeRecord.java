package io.flinkssm.detect;

/**
 * How rare it is that a value lies outside everything seen before, as −ln p.
 *
 * <p>Of n independent values the last one is the highest or the lowest with probability 2/n. Values
 * of a real series hang together, so what is counted instead is how often it crossed its mean:
 * independent values do so every second time, slow ones seldom, and a ramp, of which every value is
 * a record, never.
 */
final class RangeRecord {
  /** Places in the state. */
  private static final int LOW = 0;

  private static final int HIGH = 1;
  private static final int CROSSINGS = 2;

  /** On which side of its mean the series was last: −1 or 1, 0 for not known. */
  private static final int SIDE = 3;

  /** Whether there was a value. */
  private static final int BEGUN = 4;

  static final int SIZE = 5;

  /** How far outside a value is a record, in widths of the range. */
  private static final double MARGIN = 0.005;

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
   * Takes a value; −ln p, 0 where it is no record.
   *
   * @param fromMean its distance from the running mean, of which the sign counts
   */
  double surprise(double[] state, double x, double fromMean) {
    boolean begun = state[offset + BEGUN] > 0;
    double low = begun ? state[offset + LOW] : x;
    double high = begun ? state[offset + HIGH] : x;
    double crossings = state[offset + CROSSINGS];
    state[offset + BEGUN] = 1;
    state[offset + LOW] = Math.min(low, x);
    state[offset + HIGH] = Math.max(high, x);
    double side = Math.signum(fromMean);
    if (side != 0) {
      if (side * state[offset + SIDE] < 0) {
        state[offset + CROSSINGS]++;
      }
      state[offset + SIDE] = side;
    }
    double beyond = Math.max(x - high, low - x);
    return beyond > MARGIN * (high - low) ? Elementary.log(crossings + 1.5) : 0;
  }
}
