package io.flinkssm.detect;

import java.util.Arrays;

/**
 * Whether the channels of a key go together as they used to: how much of the recent movement of a
 * channel the other channels leave unexplained, against how much they usually do. The channel with
 * the largest ratio counts.
 *
 * <p>Movements are distances from a short running mean, so that channels which wander far do not
 * seem related because they wander. What the others explain follows from the inverse of the
 * correlation matrix of the movements. Both what moves and what is left are averaged over the same
 * samples: a burst in all channels that keeps their relation is little of this evidence, as is what
 * a channel does that was never related to others. A channel that stands still while its companions
 * move, or moves alone, is much of it.
 *
 * <p>The matrix is brought up to date with every sample, its inverse with every {@code channels}-th
 * one, so that a sample costs a number of operations that is quadratic in the channels.
 */
final class JointCorrelation {
  /** Places of a channel in the state. */
  private static final int MEAN = 0;

  private static final int VARIANCE = 1;
  private static final int MOVED = 2;
  private static final int LEFT = 3;
  private static final int USUALLY_LEFT = 4;
  private static final int PER_CHANNEL = 5;

  /** Samples of the running mean that movements are taken from. */
  private static final double SHORT = 20;

  /** Samples over which squares are averaged. */
  private static final double SMOOTHING = 10;

  /** Samples over which deviations and correlations are taken. */
  private static final double MEMORY = 3000;

  /** Deviations that the largest movement is drawn in to, and the others with it. */
  private static final double CLIP = 3;

  /** Degrees of freedom of the weights. */
  private static final double FREEDOM = 2;

  /** Samples that are learned from before anything is said, and as many for each channel. */
  private static final int LEARNING = 100;

  private static final int LEARNING_PER_CHANNEL = 4;

  /** Of the variance of a channel, what the others are never thought to explain. */
  private static final double NOISE = 1e-3;

  /** Usual movement that is added to the recent one: the ratio of rests is about their noise. */
  private static final double REST = 0.5;

  private static final double LARGEST = 1e150;

  private final int channels;
  private final int samples;
  private final int places;
  private final int correlation;
  private final int inverse;
  private final int learning;
  private final NormalTail tail;

  /**
   * Of so many channels, at least 2.
   *
   * @param offset of its {@link #size} places in the state of a key; all zeros are a fresh one
   */
  JointCorrelation(int offset, int channels) {
    this.channels = channels;
    samples = offset;
    // The largest of logarithms of averages of about 2 · SMOOTHING squares.
    tail = new NormalTail(offset + 1, 0.4, 0.16);
    places = offset + 1 + NormalTail.SIZE;
    correlation = places + channels * PER_CHANNEL;
    inverse = correlation + PackedInverse.size(channels);
    learning = LEARNING + LEARNING_PER_CHANNEL * channels;
  }

  /** Places in the state. */
  static int size(int channels) {
    return 1 + NormalTail.SIZE + channels * (PER_CHANNEL + channels) + PackedInverse.size(channels);
  }

  /** Scratch arrays for {@link #observe}. */
  Scratch newScratch() {
    return new Scratch(channels);
  }

  /**
   * Takes a sample.
   *
   * @param x holds the values of the channels, from {@code offset} on
   * @param scratch of {@link #newScratch}
   * @return −ln p of the relation, at least 0; NaN for the first samples, of which it learns
   */
  double observe(double[] state, double[] x, int offset, Scratch scratch) {
    double n = state[samples]++;
    move(state, x, offset, n, scratch.movement);
    if (n < SHORT) {
      return Double.NaN;
    }
    double paired = n - SHORT;
    if (paired % channels == 0) {
      refresh(state, paired, scratch);
    }
    double distance = explain(state, scratch);
    double worst = average(state, n, scratch);
    correlate(state, paired, distance, scratch);
    return n < learning ? Double.NaN : tail.score(state, Elementary.log(worst));
  }

  /** The channel of which the others leave the most unexplained, for what they usually do. */
  int channel(double[] state) {
    int worst = 0;
    for (int c = 1; c < channels; c++) {
      if (ratio(state, c) > ratio(state, worst)) {
        worst = c;
      }
    }
    return worst;
  }

  /** Movements in deviations, in proportion to each other, into the scratch array. */
  private void move(double[] state, double[] x, int offset, double n, double[] movement) {
    double shortGain = 1 / Math.min(n + 1, SHORT);
    double gain = 1 / Math.min(n + 1, MEMORY);
    double largest = 0;
    for (int c = 0; c < channels; c++) {
      int at = places + c * PER_CHANNEL;
      double step = n == 0 ? 0 : x[offset + c] - state[at + MEAN];
      step = Math.min(Math.max(step, -LARGEST), LARGEST);
      state[at + MEAN] = n == 0 ? x[offset + c] : state[at + MEAN] + shortGain * step;
      double deviation = Math.sqrt(state[at + VARIANCE]);
      double z = deviation > 0 ? step / deviation : Math.signum(step);
      if (n >= SHORT && deviation > 0) {
        step = Math.min(Math.max(step, -CLIP * deviation), CLIP * deviation);
      }
      state[at + VARIANCE] += gain * (step * step - state[at + VARIANCE]);
      movement[c] = z;
      largest = Math.max(largest, Math.abs(z));
    }
    if (largest > CLIP) {
      for (int c = 0; c < channels; c++) {
        movement[c] *= CLIP / largest;
      }
    }
  }

  /** The inverse of the correlation matrix, drawn to that of unrelated channels while young. */
  private void refresh(double[] state, double paired, Scratch scratch) {
    double[] matrix = scratch.matrix;
    double shrink = channels / (paired + channels);
    for (int k = 0; k < matrix.length; k++) {
      matrix[k] = (1 - shrink) * state[correlation + k];
    }
    for (int c = 0; c < channels; c++) {
      matrix[PackedInverse.at(c, c)] += shrink + NOISE;
    }
    PackedInverse.invert(matrix, channels);
    for (int i = 0; i < channels; i++) {
      for (int j = 0; j < channels; j++) {
        state[inverse + i * channels + j] =
            matrix[PackedInverse.at(Math.max(i, j), Math.min(i, j))];
      }
    }
  }

  /** What the others leave of each movement; the joint distance of the movements. */
  private double explain(double[] state, Scratch scratch) {
    double[] movement = scratch.movement;
    double[] left = scratch.left;
    Arrays.fill(left, 0);
    for (int i = 0; i < channels; i++) {
      int row = inverse + i * channels;
      double moved = movement[i];
      for (int j = 0; j < left.length; j++) {
        left[j] += state[row + j] * moved;
      }
    }
    double distance = 0;
    for (int c = 0; c < channels; c++) {
      distance += movement[c] * left[c];
      left[c] /= Math.sqrt(state[inverse + c * channels + c]);
    }
    return distance;
  }

  /** Averages squares of movements and of what is left of them; the largest ratio. */
  private double average(double[] state, double n, Scratch scratch) {
    double gain = 1 / Math.min(n - SHORT + 1, MEMORY);
    double worst = 0;
    for (int c = 0; c < channels; c++) {
      int at = places + c * PER_CHANNEL;
      double moved = scratch.movement[c] * scratch.movement[c];
      double left = scratch.left[c] * scratch.left[c];
      state[at + MOVED] += (moved - state[at + MOVED]) / SMOOTHING;
      state[at + LEFT] += (left - state[at + LEFT]) / SMOOTHING;
      double usually = state[at + USUALLY_LEFT];
      worst = Math.max(worst, ratio(state, c));
      double counts = NormalTail.weight(FREEDOM, left / Math.max(usually, NOISE));
      state[at + USUALLY_LEFT] = usually + (n < learning ? 1 : counts) * gain * (left - usually);
    }
    return worst;
  }

  private double ratio(double[] state, int c) {
    int at = places + c * PER_CHANNEL;
    double usually = Math.max(state[at + USUALLY_LEFT], NOISE);
    return (state[at + LEFT] + REST * usually) / (usually * (state[at + MOVED] + REST));
  }

  /** Brings the correlation matrix up to date; what is far from it counts less. */
  private void correlate(double[] state, double paired, double distance, Scratch scratch) {
    double counts = Math.min(1, (FREEDOM + channels) / (FREEDOM + distance));
    double gain = (paired < learning ? 1 : counts) / Math.min(paired + 1, MEMORY);
    double[] movement = scratch.movement;
    for (int i = 0; i < channels; i++) {
      int row = correlation + PackedInverse.at(i, 0);
      double step = gain * movement[i];
      for (int j = 0; j <= i; j++) {
        state[row + j] = (1 - gain) * state[row + j] + step * movement[j];
      }
    }
  }

  /** Arrays of one who steps, never state. */
  static final class Scratch {
    private final double[] movement;
    private final double[] left;
    private final double[] matrix;

    private Scratch(int channels) {
      movement = new double[channels];
      left = new double[channels];
      matrix = new double[PackedInverse.size(channels)];
    }
  }
}
