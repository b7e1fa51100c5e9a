package io.flinkssm.simd;

import java.util.Arrays;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Causal convolution by Fourier transforms in double, for both precisions: in float the library is
 * no faster, and double costs no accuracy.
 *
 * <p><b>Half the usual length.</b> A window of N real samples takes a complex transform of N points
 * where zero padding takes a real one of 2N (a fifth slower): the product of the two polynomials is
 * taken modulo {@code z^N − i}, not {@code z^N − 1}. What wraps around then comes out imaginary,
 * and the real part is the causal result. With {@code z = ωx}, {@code ω = e^{iπ/2N}}, it is a
 * cyclic product of the coefficients times {@code ω^t}.
 *
 * <p>Channels are taken eight at a time, so that a row of a tile is a cache line.
 */
final class FourierConvolution<A> implements Kernels.Convolution<A> {

  private static final int TILE = 8;

  private final Kernels<A> kernels;
  private final int channels;
  private final int heads;
  private final int points;
  private final DoubleFFT_1D fft;
  private final double[] cos;
  private final double[] sin;
  private final double[][] spectra;

  FourierConvolution(Kernels<A> kernels, Taps taps, int points) {
    this.kernels = kernels;
    this.channels = taps.channels();
    this.heads = taps.heads();
    this.points = points;
    this.fft = Fft.of(points);
    this.cos = new double[points];
    this.sin = new double[points];
    for (int t = 0; t < points; t++) {
      cos[t] = Math.cos(Math.PI / 2 * t / points);
      sin[t] = Math.sin(Math.PI / 2 * t / points);
    }
    this.spectra = new double[heads * channels][];
    for (int row = 0; row < spectra.length; row++) {
      spectra[row] = spectrum(taps, row);
    }
  }

  /** The transform of a kernel, with the factor 1/N of the inverse transform. */
  private double[] spectrum(Taps taps, int row) {
    double[] out = new double[2 * points];
    int offset = row * taps.length();
    for (int j = 0; j < Math.min(taps.length(), points); j++) {
      double tap = taps.forward()[offset + j] / points;
      out[2 * j] = tap * cos[j];
      out[2 * j + 1] = tap * sin[j];
    }
    if (taps.backward() != null) {
      // z^(−1−j) = −i z^(N−1−j)
      for (int j = 0; j < Math.min(taps.length(), points - 1); j++) {
        double tap = taps.backward()[offset + j] / points;
        int at = points - 1 - j;
        out[2 * at] += tap * sin[at];
        out[2 * at + 1] -= tap * cos[at];
      }
    }
    fft.complexForward(out);
    return out;
  }

  @Override
  public int maxSamples() {
    return points;
  }

  @Override
  public Kernels.Scratch newScratch() {
    return new Scratch(Math.min(TILE, channels), heads, points);
  }

  @Override
  public void apply(A u, A y, int samples, Kernels.Scratch scratch) {
    Scratch s = (Scratch) scratch;
    for (int from = 0; from < channels; from += TILE) {
      int count = Math.min(TILE, channels - from);
      load(u, from, count, samples, s);
      for (int k = 0; k < count; k++) {
        fft.complexForward(s.input[k]);
      }
      for (int c = 0; c < heads; c++) {
        for (int k = 0; k < count; k++) {
          multiply(s.input[k], spectra[c * channels + from + k], s.output[k]);
          fft.complexInverse(s.output[k], false);
        }
        store(y, c * channels + from, count, samples, s);
      }
    }
  }

  private void load(A u, int from, int count, int samples, Scratch s) {
    for (int t = 0; t < samples; t++) {
      kernels.toDouble(u, t * channels + from, s.row, 0, count);
      for (int k = 0; k < count; k++) {
        s.input[k][2 * t] = s.row[k] * cos[t];
        s.input[k][2 * t + 1] = s.row[k] * sin[t];
      }
    }
    for (int k = 0; k < count; k++) {
      Arrays.fill(s.input[k], 2 * samples, 2 * points, 0);
    }
  }

  private void store(A y, int from, int count, int samples, Scratch s) {
    for (int t = 0; t < samples; t++) {
      for (int k = 0; k < count; k++) {
        s.row[k] = s.output[k][2 * t] * cos[t] + s.output[k][2 * t + 1] * sin[t];
      }
      kernels.fromDouble(s.row, 0, y, t * heads * channels + from, count);
    }
  }

  private static void multiply(double[] a, double[] b, double[] out) {
    for (int k = 0; k < a.length; k += 2) {
      double re = a[k] * b[k] - a[k + 1] * b[k + 1];
      out[k + 1] = a[k] * b[k + 1] + a[k + 1] * b[k];
      out[k] = re;
    }
  }

  /** One tile before and, where several heads share it, after the product. */
  private static final class Scratch implements Kernels.Scratch {
    final double[][] input;
    final double[][] output;
    final double[] row = new double[TILE];

    Scratch(int tile, int heads, int points) {
      input = new double[tile][2 * points];
      output = heads == 1 ? input : new double[tile][2 * points];
    }
  }
}
