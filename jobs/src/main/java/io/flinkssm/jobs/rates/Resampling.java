package io.flinkssm.jobs.rates;

import io.flinkssm.jobs.io.Signal;
import java.util.Locale;

/**
 * How a recording gets to a rate that is no whole fraction of its own. Whole fractions keep every
 * k-th sample without a filter, as a sensor does that samples more slowly.
 */
public enum Resampling {
  /** Straight lines between samples. */
  LINEAR {
    @Override
    double at(float[] x, int channels, int channel, double position, double cutoff) {
      int last = x.length / channels - 1;
      int left = (int) Math.min(position, last);
      int right = Math.min(left + 1, last);
      double weight = position - left;
      return (1 - weight) * x[left * channels + channel] + weight * x[right * channels + channel];
    }
  },
  /**
   * Band-limited: a sinc under a Hann window of {@value #CROSSINGS} zero crossings to each side,
   * cut off at half the lower of the two rates; silence before and after the recording.
   */
  SINC {
    @Override
    double at(float[] x, int channels, int channel, double position, double cutoff) {
      double reach = CROSSINGS / cutoff;
      int from = Math.max(0, (int) Math.ceil(position - reach));
      int to = Math.min(x.length / channels - 1, (int) Math.floor(position + reach));
      double sum = 0;
      for (int j = from; j <= to; j++) {
        double distance = position - j;
        double turn = Math.PI * cutoff * distance;
        double sinc = turn == 0 ? 1 : Math.sin(turn) / turn;
        double window = 0.5 + 0.5 * Math.cos(Math.PI * distance / reach);
        sum += cutoff * sinc * window * x[j * channels + channel];
      }
      return sum;
    }
  };

  private static final int CROSSINGS = 16;

  /** The value between samples; {@code cutoff} as a fraction of half the recording's rate. */
  abstract double at(float[] x, int channels, int channel, double position, double cutoff);

  /** The recording at another rate; of equal duration to a sample. */
  public Signal to(Signal signal, double hz) {
    double step = signal.sampleRateHz() / hz;
    if (Math.abs(step - Math.rint(step)) < 1e-9 * step) {
      return signal.decimate((int) Math.rint(step));
    }
    int channels = signal.channels();
    int length = (int) Math.ceil(signal.length() / step - 1e-6);
    float[] out = new float[length * channels];
    double cutoff = Math.min(1, 1 / step);
    for (int i = 0; i < length; i++) {
      for (int c = 0; c < channels; c++) {
        out[i * channels + c] = (float) at(signal.samples(), channels, c, i * step, cutoff);
      }
    }
    return new Signal(signal.name(), hz, channels, out);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
