package io.flinkssm.model;

import io.flinkssm.ssm.StateSpace;
import java.util.Arrays;

/**
 * What the convolution kernels of one state space layer look like at one sampling rate: what a
 * person needs to see that a layer is alive, how long it remembers and whether its rate suits it. A
 * pure function of model, layer, rate and taps.
 *
 * <p>The kernels of a bidirectional layer count as further channels, but for the gain. The skip
 * weight D is not part of any figure.
 *
 * @param model name of the model
 * @param modelVersion version of the model
 * @param layer name of the layer, as {@link StateSpaceLayer#name()}
 * @param sampleRateHz sampling rate of the model's input
 * @param taps length of the kernels looked at
 * @param secondsPerTap time from tap to tap: the layer's stride over the sampling rate
 * @param channels H
 * @param modes of each channel
 * @param meanGain mean over outputs of |Σ taps|, the gain for a constant input, of these taps
 * @param largestGain the largest of these
 * @param memorySeconds until when 99.9 % of a kernel's energy has passed, the longest of all
 *     kernels; at most the length
 * @param slowestSeconds largest time constant of a mode; infinite if one is undamped
 * @param fastestSeconds least time constant of a mode
 * @param highestHz highest frequency of a mode in continuous time
 * @param aliasedModes modes that oscillate too fast for this layer's steps, see {@link
 *     StateSpace#aliasedModes}
 * @param condition {@link StateSpace#conditionNumber()}
 * @param strongestChannel the channel whose kernel has the most energy
 * @param secondsPerPoint time from point to point of the two curves, which show the memory
 * @param rms root mean square over channels and the taps of a point, at most {@value #POINTS}
 * @param strongest of the strongest channel, the tap of largest magnitude among those of a point
 */
public record KernelSummary(
    String model,
    String modelVersion,
    String layer,
    double sampleRateHz,
    int taps,
    double secondsPerTap,
    int channels,
    int modes,
    double meanGain,
    double largestGain,
    double memorySeconds,
    double slowestSeconds,
    double fastestSeconds,
    double highestHz,
    int aliasedModes,
    double condition,
    int strongestChannel,
    double secondsPerPoint,
    double[] rms,
    double[] strongest) {

  /** Most points of a curve. */
  public static final int POINTS = 256;

  private static final double ENERGY = 0.999;

  /** Summarises kernels of {@code length} taps, which this computes. */
  public static KernelSummary of(
      ModelInfo info, StateSpaceLayer layer, double sampleRateHz, int length) {
    double rate = info.sampleRateHz() / sampleRateHz;
    return of(info, layer, sampleRateHz, length, layer.system().kernel(rate, length));
  }

  /**
   * Summarises kernels that are there already.
   *
   * @param kernel {@code [rows][H][length]} at this rate, as {@link StateSpace#kernel} gives it
   */
  public static KernelSummary of(
      ModelInfo info, StateSpaceLayer layer, double sampleRateHz, int length, double[] kernel) {
    StateSpace system = layer.system();
    int channels = system.channels();
    int outputs = system.heads() * channels;
    int rows = outputs * (system.bidirectional() ? 2 : 1);
    if (kernel.length != rows * length) {
      throw new IllegalArgumentException(
          "kernel has %d values, expected %d kernels of %d taps"
              .formatted(kernel.length, rows, length));
    }
    int memory = 1;
    int strongest = 0;
    double most = -1;
    double[] gains = new double[outputs];
    for (int row = 0; row < rows; row++) {
      double energy = 0;
      for (int l = 0; l < length; l++) {
        double tap = kernel[row * length + l];
        energy += tap * tap;
        gains[row % outputs] += tap;
      }
      memory = Math.max(memory, memory(kernel, row * length, length, energy));
      if (energy > most) {
        most = energy;
        strongest = row;
      }
    }
    double[] sizes = Arrays.stream(gains).map(Math::abs).toArray();
    double secondsPerTap = layer.stride() / sampleRateHz;
    double nativeStep = layer.stride() / info.sampleRateHz();
    double[] constants = system.timeConstants();
    double[] hertz = Arrays.stream(system.frequencies()).map(f -> f / nativeStep).toArray();
    int group = (memory + POINTS - 1) / POINTS;
    return new KernelSummary(
        info.name(),
        info.version(),
        layer.name(),
        sampleRateHz,
        length,
        secondsPerTap,
        channels,
        system.modes(),
        Arrays.stream(sizes).average().orElse(0),
        Arrays.stream(sizes).max().orElse(0),
        memory * secondsPerTap,
        Arrays.stream(constants).max().orElse(0) * nativeStep,
        Arrays.stream(constants).min().orElse(0) * nativeStep,
        Arrays.stream(hertz).max().orElse(0),
        system.aliasedModes(info.sampleRateHz() / sampleRateHz),
        system.conditionNumber(),
        strongest % channels,
        group * secondsPerTap,
        rms(kernel, rows, length, memory, group),
        peaks(kernel, strongest * length, memory, group));
  }

  /** Taps until {@value #ENERGY} of the energy has passed. */
  private static int memory(double[] kernel, int offset, int length, double energy) {
    double passed = 0;
    for (int l = 0; l < length; l++) {
      passed += kernel[offset + l] * kernel[offset + l];
      if (passed >= ENERGY * energy) {
        return l + 1;
      }
    }
    return length;
  }

  private static double[] rms(double[] kernel, int rows, int length, int memory, int group) {
    double[] out = new double[(memory + group - 1) / group];
    for (int k = 0; k < out.length; k++) {
      int end = Math.min(memory, (k + 1) * group);
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        for (int l = k * group; l < end; l++) {
          sum += kernel[row * length + l] * kernel[row * length + l];
        }
      }
      out[k] = Math.sqrt(sum / rows / (end - k * group));
    }
    return out;
  }

  private static double[] peaks(double[] kernel, int offset, int memory, int group) {
    double[] out = new double[(memory + group - 1) / group];
    for (int l = 0; l < memory; l++) {
      double tap = kernel[offset + l];
      if (Math.abs(tap) > Math.abs(out[l / group])) {
        out[l / group] = tap;
      }
    }
    return out;
  }
}
