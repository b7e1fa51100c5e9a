package io.flinkssm.detect;

/**
 * Whether an alarm is on, with hysteresis: it begins where a sample is unusual enough, and ends
 * after some samples in a row of which none is even half as unusual.
 */
final class Alarm {
  static final int SIZE = 1;

  /** Quiet samples that end an alarm. */
  private static final int CALM = 20;

  private final int offset;
  private final double begin;

  /**
   * An alarm.
   *
   * @param offset of its place in the state of a key; zero is a fresh one, off
   * @param begin the −ln p from which on a sample raises it
   */
  Alarm(int offset, double begin) {
    this.offset = offset;
    this.begin = begin;
  }

  /** Takes a sample's −ln p; whether the alarm is on. */
  boolean isOn(double[] state, double surprise) {
    double left = state[offset];
    boolean disturbed = surprise >= (left > 0 ? begin / 2 : begin);
    state[offset] = disturbed ? CALM : Math.max(left - 1, 0);
    return state[offset] > 0;
  }
}
