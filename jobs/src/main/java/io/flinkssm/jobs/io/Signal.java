package io.flinkssm.jobs.io;

/**
 * A recording: the samples of one key at one sampling rate.
 *
 * @param name what the recording is called; becomes the key
 * @param sampleRateHz sampling rate in Hz
 * @param channels values per sample
 * @param samples {@code [length][channels]}
 */
public record Signal(String name, double sampleRateHz, int channels, float[] samples) {

  public Signal {
    if (!(sampleRateHz > 0) || Double.isInfinite(sampleRateHz)) {
      throw new IllegalArgumentException(
          name + ": sampling rate " + sampleRateHz + " Hz; expected a positive, finite rate");
    }
    if (channels < 1 || samples.length % channels != 0) {
      throw new IllegalArgumentException(
          name
              + ": "
              + samples.length
              + " values do not divide into samples of "
              + channels
              + " channels");
    }
  }

  /** Number of samples per channel. */
  public int length() {
    return samples.length / channels;
  }

  /** Duration in seconds. */
  public double seconds() {
    return length() / sampleRateHz;
  }

  /**
   * Every {@code factor}-th sample at {@code sampleRateHz/factor}, without a filter: what is above
   * the new half rate folds down.
   */
  public Signal decimate(int factor) {
    int kept = (length() + factor - 1) / factor;
    float[] out = new float[kept * channels];
    for (int i = 0; i < kept; i++) {
      System.arraycopy(samples, i * factor * channels, out, i * channels, channels);
    }
    return new Signal(name, sampleRateHz / factor, channels, out);
  }

  /** All samples times {@code 10^(decibels/20)}, neither clipped nor rounded. */
  public Signal gain(double decibels) {
    double factor = Math.pow(10, decibels / 20);
    float[] out = new float[samples.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (samples[i] * factor);
    }
    return new Signal(name, sampleRateHz, channels, out);
  }

  /** Samples {@code from} (inclusive) to {@code to} (exclusive). */
  public Signal slice(int from, int to) {
    float[] out = new float[(to - from) * channels];
    System.arraycopy(samples, from * channels, out, 0, out.length);
    return new Signal(name, sampleRateHz, channels, out);
  }
}
