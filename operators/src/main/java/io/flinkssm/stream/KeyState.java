package io.flinkssm.stream;

import java.util.Arrays;
import java.util.Objects;

/**
 * All that is remembered of one key: the clock of its samples, and the recurrence of its open
 * segment. Mutable, used by one caller at a time; {@link KeyStateFormat} is its stored form.
 *
 * <p>The arrays exist only while a segment is open, so a key between segments costs a few dozen
 * bytes.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class KeyState<A> {
  /** Stands for "none" wherever a time is stored. */
  public static final long NO_TIME = Long.MIN_VALUE;

  /** Frames that are remembered to tell exact duplicates from late frames. */
  static final int RING = 8;

  /** {@link Version#id} of the model that made the recurrence. */
  long modelId;

  /** Start of the frame consumed last, or {@link #NO_TIME} before the first. */
  long anchorMicros = NO_TIME;

  /** Samples from the anchor to the expected next one. */
  long sinceAnchor;

  double sampleRateHz;

  /** What the {@link SampleClock} remembers besides; 0 if nothing. */
  double clockValue;

  /** As {@link #clockValue}. */
  int clockCount;

  private long timerMillis = NO_TIME;

  /** Fingerprints of the last frames, oldest first. */
  final long[] ring = new long[RING];

  int ringSize;

  /** Samples of the open segment so far, bridged ones included; 0 between segments. */
  long position;

  long segmentStartMicros;

  /** Activation of the release that is in force for the segment; {@link #NO_TIME} for none. */
  long activatedMicros = NO_TIME;

  /** Position of the first sample of the segment that is retained; all after it are. */
  long retainedFrom;

  /** Index of the label emitted last, −1 for none. */
  int label = -1;

  /** The last finite value of each channel. */
  float[] lastSample;

  /** The model's output at the last sample: a segment may end without a further one. */
  A lastOutput;

  /** The model's state; its layout belongs to the model. */
  A recurrence;

  /** Whether a segment is open. */
  public boolean isOpen() {
    return position > 0;
  }

  /** Samples of the open segment so far, bridged ones included; 0 between segments. */
  public long position() {
    return position;
  }

  /** Time of the first sample of the open segment, or of the last one that was. */
  public long segmentStartMicros() {
    return segmentStartMicros;
  }

  /** Sampling rate of the frame consumed last, 0 before the first. */
  public double sampleRateHz() {
    return sampleRateHz;
  }

  /** Time at which the next sample is expected, or {@link #NO_TIME} before the first frame. */
  public long nextMicros() {
    return anchorMicros == NO_TIME ? NO_TIME : timeOf(sinceAnchor);
  }

  /** The timer that the caller has set for this key, or {@link #NO_TIME}; not used by scoring. */
  public long timerMillis() {
    return timerMillis;
  }

  /** Remembers the caller's timer. */
  public void setTimerMillis(long millis) {
    timerMillis = millis;
  }

  /** Time of the sample that lies {@code samples} after the anchor. */
  long timeOf(long samples) {
    return timeOf(samples, anchorMicros, sampleRateHz);
  }

  static long timeOf(long samples, long anchorMicros, double sampleRateHz) {
    return anchorMicros + Math.round(samples * 1e6 / sampleRateHz);
  }

  /** How many samples, from the next one on, lie before a time. */
  long samplesBefore(long micros) {
    return samplesBefore(micros, anchorMicros, sampleRateHz) - sinceAnchor;
  }

  /** How many of some samples from an anchor on lie before a time. */
  static int samplesBefore(long micros, long anchorMicros, double sampleRateHz, int samples) {
    return micros == Long.MAX_VALUE
        ? samples
        : (int) Math.min(samples, samplesBefore(micros, anchorMicros, sampleRateHz));
  }

  private static long samplesBefore(long micros, long anchorMicros, double sampleRateHz) {
    double ahead = (SampleClock.minus(micros, anchorMicros) - 1) * 1e-6;
    long samples = Math.max(0, (long) (ahead * sampleRateHz) - 1);
    while (timeOf(samples, anchorMicros, sampleRateHz) < micros) {
      samples++;
    }
    return samples;
  }

  /** Ends the segment; the clock stays, so that late frames are still recognised. */
  void close() {
    position = 0;
    activatedMicros = NO_TIME;
    retainedFrom = 0;
    label = -1;
    lastSample = null;
    lastOutput = null;
    recurrence = null;
  }

  boolean remembers(long fingerprint) {
    for (int i = 0; i < ringSize; i++) {
      if (ring[i] == fingerprint) {
        return true;
      }
    }
    return false;
  }

  void remember(long fingerprint) {
    if (ringSize == RING) {
      System.arraycopy(ring, 1, ring, 0, RING - 1);
      ringSize--;
    }
    ring[ringSize++] = fingerprint;
  }

  /** A deep copy. */
  public KeyState<A> copy() {
    KeyState<A> copy = new KeyState<>();
    copy.modelId = modelId;
    copy.anchorMicros = anchorMicros;
    copy.sinceAnchor = sinceAnchor;
    copy.sampleRateHz = sampleRateHz;
    copy.clockValue = clockValue;
    copy.clockCount = clockCount;
    copy.timerMillis = timerMillis;
    System.arraycopy(ring, 0, copy.ring, 0, ringSize);
    copy.ringSize = ringSize;
    copy.position = position;
    copy.segmentStartMicros = segmentStartMicros;
    copy.activatedMicros = activatedMicros;
    copy.retainedFrom = retainedFrom;
    copy.label = label;
    if (isOpen()) {
      copy.lastSample = lastSample.clone();
      copy.lastOutput = cloneOf(lastOutput);
      copy.recurrence = cloneOf(recurrence);
    }
    return copy;
  }

  @SuppressWarnings("unchecked") // A clone has the type of its original.
  private static <A> A cloneOf(A array) {
    return (A) (array instanceof float[] floats ? floats.clone() : ((double[]) array).clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyState<?> that
        && modelId == that.modelId
        && anchorMicros == that.anchorMicros
        && sinceAnchor == that.sinceAnchor
        && Double.compare(sampleRateHz, that.sampleRateHz) == 0
        && Double.compare(clockValue, that.clockValue) == 0
        && clockCount == that.clockCount
        && timerMillis == that.timerMillis
        && Arrays.equals(ring, 0, ringSize, that.ring, 0, that.ringSize)
        && position == that.position
        && segmentStartMicros == that.segmentStartMicros
        && activatedMicros == that.activatedMicros
        && retainedFrom == that.retainedFrom
        && label == that.label
        && Arrays.equals(lastSample, that.lastSample)
        && Objects.deepEquals(lastOutput, that.lastOutput)
        && Objects.deepEquals(recurrence, that.recurrence);
  }

  @Override
  public int hashCode() {
    return Objects.hash(modelId, anchorMicros, sinceAnchor, position);
  }

  @Override
  public String toString() {
    return "KeyState{position=" + position + ", next=" + nextMicros() + "}";
  }
}
