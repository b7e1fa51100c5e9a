package io.flinkssm.ssm;

import io.flinkssm.simd.Kernels;

/**
 * What the two ways to compute a window cost, in nanoseconds on one core: constants measured once
 * per provider, for {@link ConvolutionPlan}. Only their ratios matter.
 *
 * @param mode a sample of one mode of one channel
 * @param rank the same for each rank of a correction, on top
 * @param head the same for each output after the first, on top
 * @param point one transform of n points of one channel, divided by {@code n·log2 n}; a window
 *     takes one transform and, per output, another
 * @param lanes channels that are transformed together, whether all are used or not
 */
record ConvolutionCosts(double mode, double rank, double head, double point, int lanes) {

  static ConvolutionCosts of(Kernels<?> kernels) {
    return kernels.elementBytes() == Float.BYTES ? FLOAT : DOUBLE;
  }

  private static final ConvolutionCosts FLOAT = new ConvolutionCosts(0.65, 0.5, 0.2, 0.65, 1);
  private static final ConvolutionCosts DOUBLE = new ConvolutionCosts(1.3, 1, 0.4, 0.65, 1);

  /** The recurrence over a window. */
  double recurrence(StateSpace system, int samples) {
    double perMode = mode + rank * system.rank() + head * (system.heads() - 1);
    return perMode * system.modes() * system.channels() * samples;
  }

  /** The transforms of a window. */
  double transforms(StateSpace system, int samples) {
    double points = CausalConvolution.points(samples);
    int groups = (system.channels() + lanes - 1) / lanes;
    double transforms = (double) groups * lanes * (1 + system.heads());
    return point * points * Math.log(points) / Math.log(2) * transforms;
  }
}
