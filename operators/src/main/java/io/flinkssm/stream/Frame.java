package io.flinkssm.stream;

import java.util.Arrays;

/**
 * A signal frame: n ≥ 1 consecutive samples of one key.
 *
 * @param key whose signal this is
 * @param startMicros time of the first sample, microseconds since the epoch
 * @param sampleRateHz sampling rate in Hz; 0 if {@link ScoringConfig.Sampling} says that it is not
 *     needed
 * @param channels values per sample
 * @param samples {@code [n][channels]}, owned by the frame
 * @param endOfSegment whether the segment ends with this frame's last sample
 * @param origin where the frame came from, for rejected records
 */
public record Frame(
    String key,
    long startMicros,
    double sampleRateHz,
    int channels,
    float[] samples,
    boolean endOfSegment,
    Origin origin) {

  /** Number of samples per channel. */
  public int length() {
    return channels > 0 ? samples.length / channels : 0;
  }

  /** Samples {@code from} … {@code to − 1} as a frame; this one if that is all. */
  Frame cut(int from, int to, long fromMicros) {
    return from == 0 && to == length()
        ? this
        : new Frame(
            key,
            fromMicros,
            sampleRateHz,
            channels,
            Arrays.copyOfRange(samples, from * channels, to * channels),
            endOfSegment && to == length(),
            origin);
  }

  /**
   * Position of a record in its topic.
   *
   * @param topic topic, or any other name of the source
   * @param partition partition, −1 if unknown
   * @param offset offset, −1 if unknown
   */
  public record Origin(String topic, int partition, long offset) {
    /** For frames that did not come from a topic. */
    public static final Origin UNKNOWN = new Origin("", -1, -1);
  }
}
