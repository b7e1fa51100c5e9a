package io.flinkssm.model;

import io.flinkssm.ssm.RateMethod;
import io.flinkssm.ssm.StateSpace;
import java.util.Arrays;

/**
 * The convolution kernels of one layer at a sampling rate: tap l is the response l steps after an
 * impulse. The skip weight D is not part of them.
 *
 * @param columns kernels: one a channel; then those of further heads, and of the backward direction
 * @param channels H
 * @param length taps of each
 * @param taps {@code [columns][length]}
 * @param secondsPerTap time from tap to tap: the layer's stride over the sampling rate
 */
public record LayerKernels(
    int columns, int channels, int length, double[] taps, double secondsPerTap) {

  /** Most values of all kernels: 128 MiB. */
  private static final long MOST_VALUES = 1L << 24;

  /** How many kernels a layer has. */
  public static int columns(StateSpaceLayer layer) {
    StateSpace system = layer.system();
    return system.heads() * (system.bidirectional() ? 2 : 1) * system.channels();
  }

  /** Most taps that {@link #of} computes of a layer. */
  public static int mostTaps(StateSpaceLayer layer) {
    return (int) (MOST_VALUES / columns(layer));
  }

  /**
   * Computes them.
   *
   * @param sampleRateHz of the model's input, finite and positive
   * @param method how the layer takes that rate
   * @param length 1 … {@link #mostTaps}
   */
  public static LayerKernels of(
      ModelInfo info, StateSpaceLayer layer, double sampleRateHz, RateMethod method, int length) {
    double rate = info.sampleRateHz() / sampleRateHz;
    StateSpace system = method.of(layer.system(), rate);
    return new LayerKernels(
        columns(layer),
        system.channels(),
        length,
        system.kernel(rate, length),
        layer.stride() / sampleRateHz);
  }

  /** The taps of one kernel. */
  public double[] column(int column) {
    return Arrays.copyOfRange(taps, column * length, (column + 1) * length);
  }
}
