package io.flinkssm.stream;

/**
 * A record that could not be used.
 *
 * @param reason why, one of a closed set
 * @param message the value found, what was expected and the fix
 * @param key key of the record, empty if unknown
 * @param origin topic, partition and offset
 * @param timeMicros time of the record's first sample, or {@link Long#MIN_VALUE} if unknown
 * @param payload raw bytes of undecodable records, else the frame's samples as little-endian
 *     float32
 */
public record Rejection(
    Reason reason,
    String message,
    String key,
    Frame.Origin origin,
    long timeMicros,
    byte[] payload) {

  /** Why a record was rejected. Names are part of the rejected-record topic's contract. */
  public enum Reason {
    UNDECODABLE,
    MISSING_KEY,
    EMPTY,
    OVERSIZED,
    BAD_RATE,
    BAD_TIME,
    CHANNEL_MISMATCH,
    NON_FINITE,
    LATE,
    CLOCK_BACKWARDS,
    /** No model is released for the time of the frame, or the one that was cannot be read again. */
    NO_MODEL,
    /** A model release that cannot be used; what scored before goes on. */
    BAD_RELEASE
  }
}
