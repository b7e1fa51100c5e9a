package io.flinkssm.detect;

/** Holds alerts back: after one, only what is more unusual than its fading memory gives another. */
final class Refractory {
  static final int SIZE = 1;

  private final int offset;
  private final double keep;

  /**
   * A refractory hold.
   *
   * @param offset of its place in the state of a key; zero is a fresh one
   * @param samples over which the memory fades to 1/e; 0 for no hold
   */
  Refractory(int offset, int samples) {
    this.offset = offset;
    keep = samples == 0 ? 0 : Elementary.exp(-1.0 / samples);
  }

  /** Takes how unusual a sample is, at least 0; whether it tops what the memory holds. */
  boolean tops(double[] state, double surprise) {
    double peak = state[offset];
    state[offset] = Math.max(peak, surprise) * keep;
    return surprise > peak;
  }
}
