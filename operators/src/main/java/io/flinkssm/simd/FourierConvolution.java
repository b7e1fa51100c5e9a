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
 * <p><b>Long windows</b> go in blocks of N samples. What wraps around is then no waste but the next
 * block's share (overlap-add); of a kernel that looks ahead, the share of the block before, so that
 * the two directions are transformed back apart.
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
  private final int maxSamples;
  private final double[][] forward;
  private final double[][] backward;

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
    this.maxSamples = taps.length() <= points ? Integer.MAX_VALUE : points;
    this.forward = new double[heads * channels][];
    this.backward = taps.backward() == null ? null : new double[heads * channels][];
    for (int row = 0; row < forward.length; row++) {
      forward[row] = forwardSpectrum(taps, row);
      if (backward != null) {
        backward[row] = backwardSpectrum(taps, row);
      }
    }
  }

  /** The transform of a kernel, with the factor 1/N of the inverse transform. */
  private double[] forwardSpectrum(Taps taps, int row) {
    double[] out = new double[2 * points];
    int offset = row * taps.length();
    for (int j = 0; j < Math.min(taps.length(), points); j++) {
      double tap = taps.forward()[offset + j] / points;
      out[2 * j] = tap * cos[j];
      out[2 * j + 1] = tap * sin[j];
    }
    fft.complexForward(out);
    return out;
  }

  /** The same of a kernel that looks ahead: {@code z^(−1−j) = −i z^(N−1−j)}. */
  private double[] backwardSpectrum(Taps taps, int row) {
    double[] out = new double[2 * points];
    int offset = row * taps.length();
    for (int j = 0; j < Math.min(taps.length(), points); j++) {
      double tap = taps.backward()[offset + j] / points;
      int at = points - 1 - j;
      out[2 * at] = tap * sin[at];
      out[2 * at + 1] = -tap * cos[at];
    }
    fft.complexForward(out);
    return out;
  }

  @Override
  public int maxSamples() {
    return maxSamples;
  }

  @Override
  public Kernels.Scratch newScratch() {
    return new Scratch(Math.min(TILE, channels), heads, points, backward != null);
  }

  @Override
  public void apply(A u, A y, int samples, Kernels.Scratch scratch) {
    Scratch s = (Scratch) scratch;
    for (int from = 0; from < channels; from += TILE) {
      int count = Math.min(TILE, channels - from);
      if (samples <= points) {
        one(u, y, from, count, samples, s);
      } else {
        s.clearTails();
        for (int start = 0; start < samples; start += points) {
          block(u, y, from, count, start, Math.min(points, samples - start), s);
        }
      }
    }
  }

  /** A window that fits into one transform. */
  private void one(A u, A y, int from, int count, int samples, Scratch s) {
    load(u, from, count, 0, samples, s);
    for (int c = 0; c < heads; c++) {
      for (int k = 0; k < count; k++) {
        int row = c * channels + from + k;
        multiply(s.input[k], forward[row], s.output[k]);
        if (backward != null) {
          addProduct(s.input[k], backward[row], s.output[k]);
        }
        fft.complexInverse(s.output[k], false);
      }
      store(y, c * channels + from, count, samples, s);
    }
  }

  /** A block of a longer window, with what its neighbours send and get. */
  private void block(A u, A y, int from, int count, int start, int samples, Scratch s) {
    load(u, from, count, start, samples, s);
    for (int c = 0; c < heads; c++) {
      int column = c * channels + from;
      for (int k = 0; k < count; k++) {
        multiply(s.input[k], forward[column + k], s.output[k]);
        fft.complexInverse(s.output[k], false);
      }
      storeBlock(y, column, count, start, samples, s.output, s.tails[c], s.row);
      if (backward != null) {
        for (int k = 0; k < count; k++) {
          multiply(s.input[k], backward[column + k], s.output[k]);
          fft.complexInverse(s.output[k], false);
        }
        addBackward(y, column, count, start, samples, s);
      }
    }
  }

  /** The spectra of a block. */
  private void load(A u, int from, int count, int start, int samples, Scratch s) {
    for (int t = 0; t < samples; t++) {
      kernels.toDouble(u, (start + t) * channels + from, s.row, 0, count);
      for (int k = 0; k < count; k++) {
        s.input[k][2 * t] = s.row[k] * cos[t];
        s.input[k][2 * t + 1] = s.row[k] * sin[t];
      }
    }
    for (int k = 0; k < count; k++) {
      Arrays.fill(s.input[k], 2 * samples, 2 * points, 0);
      fft.complexForward(s.input[k]);
    }
  }

  private void store(A y, int column, int count, int samples, Scratch s) {
    for (int t = 0; t < samples; t++) {
      for (int k = 0; k < count; k++) {
        s.row[k] = real(s.output[k], t);
      }
      kernels.fromDouble(s.row, 0, y, t * heads * channels + column, count);
    }
  }

  /** Writes a block with the tails of the one before, and replaces the tails by this one's. */
  private void storeBlock(
      A y,
      int column,
      int count,
      int start,
      int samples,
      double[][] output,
      double[][] tails,
      double[] row) {
    for (int t = 0; t < samples; t++) {
      for (int k = 0; k < count; k++) {
        row[k] = real(output[k], t) + tails[k][t];
      }
      kernels.fromDouble(row, 0, y, (start + t) * heads * channels + column, count);
    }
    for (int k = 0; k < count; k++) {
      for (int t = 0; t < points; t++) {
        tails[k][t] = imaginary(output[k], t);
      }
    }
  }

  /** Adds what a block gives to itself and to the one before. */
  private void addBackward(A y, int column, int count, int start, int samples, Scratch s) {
    int first = start == 0 ? 0 : -points;
    for (int t = first; t < samples; t++) {
      int at = (start + t) * heads * channels + column;
      kernels.toDouble(y, at, s.row, 0, count);
      for (int k = 0; k < count; k++) {
        s.row[k] += t < 0 ? -imaginary(s.output[k], t + points) : real(s.output[k], t);
      }
      kernels.fromDouble(s.row, 0, y, at, count);
    }
  }

  private double real(double[] x, int t) {
    return x[2 * t] * cos[t] + x[2 * t + 1] * sin[t];
  }

  private double imaginary(double[] x, int t) {
    return x[2 * t + 1] * cos[t] - x[2 * t] * sin[t];
  }

  private static void multiply(double[] a, double[] b, double[] out) {
    for (int k = 0; k < a.length; k += 2) {
      double re = a[k] * b[k] - a[k + 1] * b[k + 1];
      out[k + 1] = a[k] * b[k + 1] + a[k + 1] * b[k];
      out[k] = re;
    }
  }

  private static void addProduct(double[] a, double[] b, double[] out) {
    for (int k = 0; k < a.length; k += 2) {
      out[k] += a[k] * b[k] - a[k + 1] * b[k + 1];
      out[k + 1] += a[k] * b[k + 1] + a[k + 1] * b[k];
    }
  }

  /** One tile before and, where several products share it, after the product. */
  private static final class Scratch implements Kernels.Scratch {
    final double[][] input;
    final double[][] output;
    final double[] row = new double[TILE];

    /** What the block before left, {@code [heads][tile][points]}; null until a window is long. */
    double[][][] tails;

    private final int heads;
    private final int points;

    Scratch(int tile, int heads, int points, boolean both) {
      this.heads = heads;
      this.points = points;
      input = new double[tile][2 * points];
      output = heads == 1 && !both ? input : new double[tile][2 * points];
    }

    void clearTails() {
      if (tails == null) {
        tails = new double[heads][input.length][points];
        return;
      }
      for (double[][] head : tails) {
        for (double[] tail : head) {
          Arrays.fill(tail, 0);
        }
      }
    }
  }
}
