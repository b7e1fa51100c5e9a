package io.flinkssm.ssm;

import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Taps;
import java.util.Arrays;

/**
 * The convolutional view of a bank of systems at one sampling rate: {@code y_t = Σ_s K_{t−s} u_s +
 * D u_t} over a whole window by Fourier transforms, from a zero state. Equal to the recurrence to
 * rounding: about 1e-14 of the largest output in double, 1e-6 in float.
 *
 * <p><b>Truncated kernels.</b> The reference cuts kernels to {@code l_max} taps when it convolves,
 * not when it steps. {@link #truncated} reproduces that; the recurrence is always the untruncated
 * model.
 *
 * <p><b>Bidirectional systems</b> add {@code Σ_{s>t} K'_{s−t−1} u_s} with the backward kernels K':
 * tap 0 meets the next sample, as in the reference.
 *
 * <p>Immutable and thread-safe; transforms run on the calling thread. Memory: {@code heads·H}
 * spectra of {@code 2n} numbers, n the power of two from {@code maxSamples} on, or from the number
 * of taps on for {@link #whole}; twice that if bidirectional; double numbers in plain Java,
 * whatever the precision.
 */
public final class CausalConvolution<A> {

  /** Shorter transforms would save nothing that can be measured. */
  private static final int MIN_POINTS = 64;

  private static final int MAX_POINTS = 1 << 28;

  private final Kernels<A> kernels;
  private final int channels;
  private final int heads;
  private final int maxSamples;
  private final Kernels.Convolution<A> convolution;

  private CausalConvolution(
      StateSpace system,
      Kernels<A> kernels,
      double[] kernel,
      int taps,
      int points,
      int maxSamples) {
    this.kernels = kernels;
    this.channels = system.channels();
    this.heads = system.heads();
    this.maxSamples = maxSamples;
    int rows = heads * channels;
    double[] forward = Arrays.copyOf(kernel, rows * taps);
    double[] skip = system.skip();
    for (int row = 0; row < rows; row++) {
      forward[row * taps] += skip[row];
    }
    double[] backward =
        system.bidirectional() ? Arrays.copyOfRange(kernel, rows * taps, 2 * rows * taps) : null;
    this.convolution =
        kernels.convolution(new Taps(channels, heads, taps, forward, backward), points);
  }

  /**
   * The exact convolution, for windows of up to {@code maxSamples} samples.
   *
   * @param rate factor of Δ, see {@link StateSpace}
   */
  public static <A> CausalConvolution<A> of(
      StateSpace system, Kernels<A> kernels, double rate, int maxSamples) {
    return truncated(system, kernels, rate, maxSamples, maxSamples);
  }

  /**
   * The convolution for windows of any length, in blocks, with kernels of which nothing is left
   * after {@code taps} taps: see {@link StateSpace#memory}.
   */
  public static <A> CausalConvolution<A> whole(
      StateSpace system, Kernels<A> kernels, double rate, int taps) {
    return new CausalConvolution<>(
        system, kernels, system.kernel(rate, taps), taps, points(taps), Integer.MAX_VALUE);
  }

  /**
   * The convolution with kernels cut to {@code taps}: {@code round(l_max/rate)} in the reference.
   */
  public static <A> CausalConvolution<A> truncated(
      StateSpace system, Kernels<A> kernels, double rate, int maxSamples, int taps) {
    int kept = Math.min(taps, maxSamples);
    return new CausalConvolution<>(
        system, kernels, system.kernel(rate, kept), kept, points(maxSamples), maxSamples);
  }

  /**
   * The convolution with kernels from elsewhere, such as {@link DplrSystem#officialKernel}.
   *
   * @param kernel {@code [rows][H][taps]}, rows as {@link StateSpace#kernel} has them
   */
  public static <A> CausalConvolution<A> ofKernel(
      StateSpace system, Kernels<A> kernels, double[] kernel, int taps, int maxSamples) {
    int rows = system.heads() * (system.bidirectional() ? 2 : 1);
    if (kernel.length != rows * system.channels() * taps) {
      throw new IllegalArgumentException(
          "kernel has %d values, expected rows %d times channels %d times taps %d"
              .formatted(kernel.length, rows, system.channels(), taps));
    }
    return new CausalConvolution<>(system, kernels, kernel, taps, points(maxSamples), maxSamples);
  }

  /**
   * Points of the transforms for a window: a power of two.
   *
   * @throws IllegalArgumentException if the window is empty or longer than 2^28 samples
   */
  static int points(int samples) {
    if (samples < 1 || samples > MAX_POINTS) {
      throw new IllegalArgumentException(
          "window has " + samples + " samples, expected 1 to " + MAX_POINTS);
    }
    return Math.max(MIN_POINTS, 2 * Integer.highestOneBit(samples - 1));
  }

  /** Longest window in samples. */
  public int maxSamples() {
    return maxSamples;
  }

  /** Scratch for one caller; serves every convolution of equal shape and equal points. */
  public Kernels.Scratch newScratch() {
    return convolution.newScratch();
  }

  /**
   * Convolves one window.
   *
   * @param u {@code [samples][H]}
   * @param y {@code [samples][heads·H]}, overwritten; never the array {@code u}
   * @param samples 1 to {@link #maxSamples()}
   * @param scratch of {@link #newScratch}
   */
  public void apply(A u, A y, int samples, Kernels.Scratch scratch) {
    if (samples < 1 || samples > maxSamples) {
      throw new IllegalArgumentException(
          "window has " + samples + " samples, expected 1 to " + maxSamples);
    }
    if (kernels.length(u) < samples * channels || kernels.length(y) < samples * heads * channels) {
      throw new IllegalArgumentException(
          "u has %d and y %d values, expected at least %d and %d"
              .formatted(
                  kernels.length(u),
                  kernels.length(y),
                  samples * channels,
                  samples * heads * channels));
    }
    convolution.apply(u, y, samples, scratch);
  }
}
