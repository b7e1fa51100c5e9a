package io.flinkssm.detect;

/**
 * Whether the channels of a key have left the levels at which they used to be: how far the smoothed
 * deviation of each channel from its long mean is, against how far it has been before, squared and
 * summed over the channels.
 *
 * <p>The measure of a channel is what its smoothed deviation from the mean of the samples before it
 * has come to so far. For a channel that holds its level this is noise; for one that wanders, as
 * temperatures do, it is its wandering: so that a valve that moves by two deviations says more than
 * a temperature that moves by five. Deviations count the less for the mean and the measure the
 * farther out they are (weights of Student's t), so that an anomaly stands out for long: it becomes
 * normal when it has lasted several times what is remembered.
 */
final class JointLevel {
  /** Places of a channel in the state. */
  private static final int MEAN = 0;

  private static final int VARIANCE = 1;
  private static final int LEAN = 2;
  private static final int MEASURE = 3;
  private static final int PER_CHANNEL = 4;

  /** Samples over which deviations are averaged. */
  private static final double SMOOTHING = 10;

  /** Samples over which mean, deviation and measure are taken. */
  private static final double MEMORY = 3000;

  /** Samples from which the deviations are learned first, and then the measures. */
  private static final int LEARNING = 50;

  /** Deviations by which a sample counts at most: what is averaged forgets a spike soon. */
  private static final double CLIP = 8;

  /** Degrees of freedom of the weights: squares of far leans count for {@code FREEDOM + 1}. */
  private static final double FREEDOM = 2;

  /** What the weighted variance of normal values comes to, in their variance. */
  private static final double WEIGHTED = 0.6754;

  /** The least measure; that of white noise is ten times as much. */
  private static final double LEAST_MEASURE = 0.1 / (2 * SMOOTHING - 1);

  /** Deviations below this part of the mean are rounding. */
  private static final double NEGLIGIBLE = 1e-9;

  /** Its square is still a number. */
  private static final double LARGEST = 1e150;

  private final int samples;
  private final int places;
  private final int channels;
  private final NormalTail tail;

  /**
   * Of so many channels.
   *
   * @param offset of its {@link #size} places in the state of a key; all zeros are a fresh one
   */
  JointLevel(int offset, int channels) {
    samples = offset;
    // A fourth root of χ² is close to normal; to begin with, of one degree for each channel.
    tail = new NormalTail(offset + 1, 1 - 3 / (16.0 * channels), 1 / (8.0 * channels));
    places = offset + 1 + NormalTail.SIZE;
    this.channels = channels;
  }

  /** Places in the state. */
  static int size(int channels) {
    return 1 + NormalTail.SIZE + channels * PER_CHANNEL;
  }

  /**
   * Takes a sample.
   *
   * @param x holds the values of the channels, from {@code offset} on
   * @return −ln p of the levels, at least 0; NaN for the first samples, of which it learns
   */
  double observe(double[] state, double[] x, int offset) {
    double n = state[samples]++;
    double gain = 1 / Math.min(n + 1, MEMORY);
    if (n < LEARNING) {
      for (int c = 0; c < channels; c++) {
        learn(state, places + c * PER_CHANNEL, x[offset + c], n, gain);
      }
      return Double.NaN;
    }
    double smoothed = n - LEARNING;
    double smoothing = 1 / SMOOTHING;
    double measuring = 1 / Math.min(smoothed + 1, MEMORY);
    boolean weighted = n >= 3 * LEARNING;
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      int at = places + c * PER_CHANNEL;
      double mean = state[at + MEAN];
      double variance = state[at + VARIANCE];
      double step = bounded(x[offset + c] - mean);
      double deviation = Math.sqrt(variance);
      double z = clipped(step, deviation, mean);
      if (known(deviation, mean)) {
        step = z * deviation;
      }
      double lean = state[at + LEAN];
      lean += smoothing * (z - lean);
      state[at + LEAN] = lean;
      double square = lean * lean;
      double far = square / Math.max(state[at + MEASURE], LEAST_MEASURE);
      sum += far;
      double levelCounts = weighted ? NormalTail.weight(FREEDOM, far) : 1;
      double counts = NormalTail.weight(FREEDOM, z * z) * levelCounts;
      state[at + MEASURE] += levelCounts * measuring * (square - state[at + MEASURE]);
      state[at + VARIANCE] = variance + counts * gain * (step * step - variance);
      state[at + MEAN] = mean + levelCounts * gain * step;
    }
    if (n < 2 * LEARNING) {
      return Double.NaN;
    }
    return tail.score(state, Math.sqrt(Math.sqrt(WEIGHTED * sum / channels)));
  }

  /** The channel that is farthest from its level, for its measure. */
  int channel(double[] state) {
    int farthest = 0;
    double most = -1;
    for (int c = 0; c < channels; c++) {
      int at = places + c * PER_CHANNEL;
      double lean = state[at + LEAN];
      double far = lean * lean / Math.max(state[at + MEASURE], LEAST_MEASURE);
      if (far > most) {
        most = far;
        farthest = c;
      }
    }
    return farthest;
  }

  private static void learn(double[] state, int at, double x, double n, double gain) {
    double step = n == 0 ? 0 : bounded(x - state[at + MEAN]);
    double mean = n == 0 ? x : state[at + MEAN] + gain * step;
    state[at + MEAN] = mean;
    state[at + VARIANCE] += gain * (step * step - state[at + VARIANCE]);
  }

  /** A deviation in deviations; of a constant channel whatever leaves it is far outside. */
  private static double clipped(double step, double deviation, double mean) {
    if (!known(deviation, mean)) {
      return Math.abs(step) <= NEGLIGIBLE * Math.abs(mean) ? 0 : Math.copySign(CLIP, step);
    }
    return Math.min(Math.max(step / deviation, -CLIP), CLIP);
  }

  private static boolean known(double deviation, double mean) {
    return deviation > NEGLIGIBLE * Math.abs(mean);
  }

  private static double bounded(double step) {
    return Math.min(Math.max(step, -LARGEST), LARGEST);
  }
}
