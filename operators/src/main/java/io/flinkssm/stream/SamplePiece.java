package io.flinkssm.stream;

/**
 * Consecutive samples of one key as the rules of scoring leave them: placed in time, nothing twice,
 * every value finite, gaps filled.
 *
 * @param sampleRateHz sampling rate of all of them
 * @param anchorMicros start of the frame that fixes their times
 * @param sinceAnchor samples from there to the first of them
 * @param channels values per sample
 * @param samples {@code [n][channels]}, n ≥ 1; owned by the piece
 */
public record SamplePiece(
    double sampleRateHz, long anchorMicros, long sinceAnchor, int channels, float[] samples) {

  /** Number of samples per channel. */
  public int length() {
    return samples.length / channels;
  }

  /** Time of the {@code i}-th sample, from 0, in microseconds: the same as in its score. */
  public long timeMicros(int i) {
    return anchorMicros + Math.round((sinceAnchor + i) * 1e6 / sampleRateHz);
  }
}
