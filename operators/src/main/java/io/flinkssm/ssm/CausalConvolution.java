package io.flinkssm.ssm;

import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import java.util.Arrays;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * The convolutional view of a bank of systems at one sampling rate: {@code y_t = Σ_s K_{t−s} u_s +
 * D u_t} over a whole window by FFT, in double.
 *
 * <p>Equal to the recurrence from a zero state to rounding (about 1e-14 of the largest output).
 * With a state it continues where a recurrence stopped, {@code y_t += C Ā^{t+1} x}, and leaves the
 * state at which a recurrence can go on. Both need one pass of the recurrence each, which costs
 * more than the transforms: pass a state only if it is wanted.
 *
 * <p><b>Truncated kernels.</b> The reference cuts kernels to {@code l_max} taps when it convolves,
 * not when it steps. {@link #truncated} reproduces that; the recurrence is always the untruncated
 * model.
 *
 * <p><b>Bidirectional systems</b> add {@code Σ_{s>t} K'_{s−t−1} u_s} with the backward kernels K':
 * tap 0 meets the next sample, as in the reference. They have no state.
 *
 * <p>Immutable and thread-safe; transforms run on the calling thread. Memory: {@code heads·H}
 * spectra of two to four times {@code maxSamples} doubles.
 */
public final class CausalConvolution {

  private final int channels;
  private final int heads;
  private final int maxSamples;
  private final double[] skip;
  private final int size;
  private final DoubleFFT_1D fft;
  private final double[][] spectra;
  private final Kernels.Scan<double[]> recurrence;
  private final int stateLength;
  private final String whyNoState;

  private CausalConvolution(
      StateSpace system, double[] kernel, int taps, int maxSamples, double rate) {
    this.channels = system.channels();
    this.heads = system.heads();
    this.maxSamples = maxSamples;
    this.skip = system.skip();
    this.size = Fft.friendlyLength(maxSamples + Math.min(taps, maxSamples));
    this.fft = Fft.of(size);
    this.spectra = new double[heads * channels][];
    for (int row = 0; row < spectra.length; row++) {
      spectra[row] = spectrum(system, kernel, taps, row);
    }
    boolean exact = rate > 0 && taps >= maxSamples;
    this.recurrence =
        exact && system.streams() ? Kernels.float64().scan(system.discretize(rate)) : null;
    this.stateLength = 2 * system.modes() * system.channels();
    this.whyNoState =
        exact
            ? system.whyNotStreaming()
            : "the kernel is truncated or given: it is not that of the recurrence";
  }

  /**
   * The exact convolution, for windows of up to {@code maxSamples} samples.
   *
   * @param rate factor of Δ, see {@link StateSpace}
   */
  public static CausalConvolution of(StateSpace system, double rate, int maxSamples) {
    return new CausalConvolution(
        system, system.kernel(rate, maxSamples), maxSamples, maxSamples, rate);
  }

  /**
   * The convolution with kernels cut to {@code taps}: {@code round(l_max/rate)} in the reference.
   * Takes no state if that cuts anything.
   */
  public static CausalConvolution truncated(
      StateSpace system, double rate, int maxSamples, int taps) {
    int kept = Math.min(taps, maxSamples);
    return new CausalConvolution(system, system.kernel(rate, kept), kept, maxSamples, rate);
  }

  /**
   * The convolution with kernels from elsewhere, such as {@link DplrSystem#officialKernel}; takes
   * no state.
   *
   * @param kernel {@code [rows][H][taps]}, rows as {@link StateSpace#kernel} has them
   */
  public static CausalConvolution ofKernel(
      StateSpace system, double[] kernel, int taps, int maxSamples) {
    int rows = system.heads() * (system.bidirectional() ? 2 : 1);
    if (kernel.length != rows * system.channels() * taps) {
      throw new IllegalArgumentException(
          "kernel has %d values, expected rows %d times channels %d times taps %d"
              .formatted(kernel.length, rows, system.channels(), taps));
    }
    return new CausalConvolution(system, kernel, taps, maxSamples, 0);
  }

  /** Longest window in samples. */
  public int maxSamples() {
    return maxSamples;
  }

  private double[] spectrum(StateSpace system, double[] kernel, int taps, int row) {
    double[] out = new double[size];
    int used = Math.min(taps, maxSamples);
    System.arraycopy(kernel, row * taps, out, 0, used);
    if (system.bidirectional()) {
      int backward = (heads * channels + row) * taps;
      for (int j = 0; j < Math.min(taps, maxSamples - 1); j++) {
        out[size - 1 - j] = kernel[backward + j];
      }
    }
    fft.realForward(out);
    return out;
  }

  /**
   * Convolves one window.
   *
   * @param u {@code [samples][H]}
   * @param y {@code [samples][heads·H]}, overwritten; never the array {@code u}
   * @param samples 1 to {@link #maxSamples()}
   * @param state null for a zero start; else the state before the window, replaced by the state
   *     after it, in the layout of {@link DiscreteSystem}
   * @throws UnsupportedOperationException if a state is given and the system has no recurrence
   */
  public void apply(double[] u, double[] y, int samples, double[] state) {
    check(u, y, samples, state);
    double[] input = new double[size];
    double[] output = new double[size];
    for (int h = 0; h < channels; h++) {
      for (int t = 0; t < samples; t++) {
        input[t] = u[t * channels + h];
      }
      Arrays.fill(input, samples, size, 0);
      fft.realForward(input);
      for (int c = 0; c < heads; c++) {
        int row = c * channels + h;
        multiply(input, spectra[row], output);
        fft.realInverse(output, true);
        for (int t = 0; t < samples; t++) {
          y[t * heads * channels + row] = output[t] + skip[row] * u[t * channels + h];
        }
      }
    }
    if (state != null) {
      carry(u, y, samples, state);
    }
  }

  /** Adds the response to the state and moves the state to the end of the window. */
  private void carry(double[] u, double[] y, int samples, double[] state) {
    double[] free = new double[samples * heads * channels];
    double[] silence = new double[samples * channels];
    Kernels.Scratch scratch = recurrence.newScratch();
    recurrence.advance(state.clone(), 0, silence, free, samples, scratch);
    for (int i = 0; i < free.length; i++) {
      y[i] += free[i];
    }
    recurrence.advance(state, 0, u, free, samples, scratch);
  }

  private void check(double[] u, double[] y, int samples, double[] state) {
    if (samples < 1 || samples > maxSamples) {
      throw new IllegalArgumentException(
          "window has " + samples + " samples, expected 1 to " + maxSamples);
    }
    if (u.length < samples * channels || y.length < samples * heads * channels) {
      throw new IllegalArgumentException(
          "u has %d and y %d values, expected at least %d and %d"
              .formatted(u.length, y.length, samples * channels, samples * heads * channels));
    }
    if (state != null && recurrence == null) {
      throw new UnsupportedOperationException("no state can be carried: " + whyNoState);
    }
    if (state != null && state.length != stateLength) {
      throw new IllegalArgumentException(
          "state has " + state.length + " values, expected " + stateLength);
    }
  }

  /** Product of two real-input spectra in the library's packed layout (even sizes). */
  private static void multiply(double[] a, double[] b, double[] out) {
    out[0] = a[0] * b[0];
    out[1] = a[1] * b[1];
    for (int k = 2; k < a.length; k += 2) {
      out[k] = a[k] * b[k] - a[k + 1] * b[k + 1];
      out[k + 1] = a[k] * b[k + 1] + a[k + 1] * b[k];
    }
  }
}
