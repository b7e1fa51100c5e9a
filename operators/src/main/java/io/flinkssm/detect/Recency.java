package io.flinkssm.detect;

/**
 * When each of some slots was touched last, to tell the one that was left alone longest. Times are
 * counts of samples, two to a place.
 */
final class Recency {
  private static final int BITS = 26;
  private static final long MASK = (1L << BITS) - 1;

  /** Where times start over: what is further back than half of it has become equally old. */
  private static final double HORIZON = 1L << BITS;

  private final int offset;
  private final int slots;

  /**
   * The times of some slots.
   *
   * @param offset of its {@link #size} places in the state of a key; all zeros are a fresh one
   */
  Recency(int offset, int slots) {
    this.offset = offset;
    this.slots = slots;
  }

  /** Places in the state for so many slots: the present time, then the slots'. */
  static int size(int slots) {
    return 1 + (slots + 1) / 2;
  }

  /** The present time, in samples; starts over now and then. */
  double now(double[] state) {
    return state[offset];
  }

  /** Lets a sample pass. */
  void tick(double[] state) {
    state[offset]++;
    if (state[offset] == HORIZON) {
      long half = 1L << (BITS - 1);
      for (int slot = 0; slot < slots; slot++) {
        set(state, slot, Math.max(time(state, slot) - half, 0));
      }
      state[offset] = half;
    }
  }

  /** Touches a slot now. */
  void touch(double[] state, int slot) {
    set(state, slot, (long) state[offset]);
  }

  /** The slot that was left alone longest; the first of several. */
  int oldest(double[] state) {
    int oldest = 0;
    long earliest = time(state, 0);
    for (int slot = 1; slot < slots; slot++) {
      long time = time(state, slot);
      if (time < earliest) {
        earliest = time;
        oldest = slot;
      }
    }
    return oldest;
  }

  private long time(double[] state, int slot) {
    long pair = (long) state[offset + 1 + slot / 2];
    return slot % 2 == 0 ? pair & MASK : pair >>> BITS;
  }

  private void set(double[] state, int slot, long time) {
    int at = offset + 1 + slot / 2;
    long pair = (long) state[at];
    state[at] = slot % 2 == 0 ? (pair & ~MASK) | time : (pair & MASK) | (time << BITS);
  }
}
