package io.flinkssm.detect;

import java.util.Arrays;

/**
 * What a detector does with each sample. A first version, to build the doors on: distance from a
 * running mean, and records.
 */
final class Watch {
  private static final int N = 0;
  private static final int MEAN = 1;
  private static final int VARIANCE = 2;
  private static final int LOW = 3;
  private static final int HIGH = 4;
  private static final int PER_CHANNEL = 5;
  private static final int PROBATION = 50;

  private final DetectorConfig config;

  Watch(DetectorConfig config) {
    this.config = config;
  }

  int stateLength() {
    return 1 + config.channels() * PER_CHANNEL;
  }

  /**
   * Takes one sample.
   *
   * @param state of the key
   * @param seconds time of the sample since the epoch
   * @param interval seconds since the sample before
   * @param x holds the values of the channels, from {@code offset} on
   * @param outputs those of {@link Anomaly}
   */
  void step(
      double[] state, double seconds, double interval, double[] x, int offset, double[] outputs) {
    Arrays.fill(outputs, Anomaly.P_VALUES, Anomaly.SIZE, Double.NaN);
    double spike = 1;
    double range = 1;
    int channel = 0;
    for (int c = 0; c < config.channels(); c++) {
      int at = 1 + c * PER_CHANNEL;
      double value = x[offset + c];
      double n = state[at + N];
      double sd = Math.sqrt(state[at + VARIANCE]);
      double z = n < PROBATION || sd == 0 ? 0 : (value - state[at + MEAN]) / sd;
      double p = Math.min(1, 1 / (1 + z * z));
      boolean record = n >= PROBATION && (value < state[at + LOW] || value > state[at + HIGH]);
      if (p < spike) {
        spike = p;
        channel = c;
      }
      if (record) {
        range = Math.min(range, 2 / (n + 1));
      }
      state[at + LOW] = n == 0 ? value : Math.min(state[at + LOW], value);
      state[at + HIGH] = n == 0 ? value : Math.max(state[at + HIGH], value);
      double a = 1 / Math.min(n + 1, 3000);
      double step = value - state[at + MEAN];
      state[at + MEAN] += a * step;
      state[at + VARIANCE] = (1 - a) * (state[at + VARIANCE] + a * step * step);
      state[at + N] = n + 1;
    }
    double score = 1 - Math.min(1, Math.min(spike, range));
    boolean alert = score >= 1 - config.alarmRate() && score > state[0];
    state[0] =
        config.refractorySamples() == 0
            ? 0
            : Math.max(state[0], alert ? score : 0) * (1 - 1.0 / config.refractorySamples());
    outputs[Anomaly.SCORE] = score;
    outputs[Anomaly.ALERT] = score > state[0] ? score : 1e-3 * score;
    outputs[Anomaly.ALARM] = score >= 1 - config.alarmRate() ? 1 : 0;
    outputs[Anomaly.CHANNEL] = channel;
    outputs[Evidence.SPIKE.output()] = spike;
    outputs[Evidence.RANGE.output()] = range;
  }
}
