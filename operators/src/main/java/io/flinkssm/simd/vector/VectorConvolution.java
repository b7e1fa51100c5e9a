package io.flinkssm.simd.vector;

import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Taps;
import java.util.Arrays;

/**
 * Causal convolution by {@link VectorTransform}: a product of polynomials modulo {@code z^n − i},
 * whose real part is the causal result, while what wraps around comes out imaginary. The channels
 * of a window lie side by side already, so that groups of them are transformed as they are.
 *
 * <p>Memory: {@code 2n} floats per kernel, channels rounded up to a whole vector.
 */
final class VectorConvolution implements Kernels.Convolution<float[]> {

  private static final int LANES = Lanes.LANES;
  private static final int ROW = VectorTransform.ROW;

  private final int channels;
  private final int heads;
  private final int points;
  private final VectorTransform transform;
  private final CacheLines.Slice[] spectra;

  VectorConvolution(Taps taps, int points) {
    this.channels = taps.channels();
    this.heads = taps.heads();
    this.points = points;
    this.transform = new VectorTransform(points);
    int groups = (channels + LANES - 1) / LANES;
    this.spectra = new CacheLines.Slice[heads * groups];
    for (int k = 0; k < spectra.length; k++) {
      spectra[k] = CacheLines.allocate(points * ROW);
    }
    double[] re = new double[points];
    double[] im = new double[points];
    for (int row = 0; row < heads * channels; row++) {
      coefficients(taps, row, re, im);
      transform.forward(re, im);
      int channel = row % channels;
      CacheLines.Slice spectrum = spectra[row / channels * groups + channel / LANES];
      int at = spectrum.offset() + channel % LANES;
      for (int k = 0; k < points; k++) {
        spectrum.array()[at + k * ROW] = (float) re[k];
        spectrum.array()[at + k * ROW + LANES] = (float) im[k];
      }
    }
  }

  /** One kernel as a polynomial, divided by n; {@code z^(−1−j) = −i·z^(n−1−j)}. */
  private void coefficients(Taps taps, int row, double[] re, double[] im) {
    Arrays.fill(re, 0);
    Arrays.fill(im, 0);
    int offset = row * taps.length();
    for (int j = 0; j < Math.min(taps.length(), points); j++) {
      re[j] = taps.forward()[offset + j] / points;
    }
    if (taps.backward() != null) {
      for (int j = 0; j < Math.min(taps.length(), points - 1); j++) {
        im[points - 1 - j] = -taps.backward()[offset + j] / points;
      }
    }
  }

  @Override
  public int maxSamples() {
    return points;
  }

  @Override
  public Kernels.Scratch newScratch() {
    return new Scratch(points, heads);
  }

  @Override
  public void apply(float[] u, float[] y, int samples, Kernels.Scratch scratch) {
    Scratch s = (Scratch) scratch;
    int groups = spectra.length / heads;
    for (int g = 0; g < groups; g++) {
      int channel = g * LANES;
      int width = Math.min(LANES, channels - channel);
      load(u, channel, width, samples, s.input);
      transform.forward(s.input);
      for (int c = 0; c < heads; c++) {
        transform.multiply(s.input, spectra[c * groups + g], s.output);
        transform.inverse(s.output);
        store(y, c * channels + channel, width, samples, s.output);
      }
    }
  }

  private void load(float[] u, int channel, int width, int samples, CacheLines.Slice rows) {
    float[] x = rows.array();
    int from = rows.offset();
    Arrays.fill(x, from, from + points * ROW, 0);
    for (int t = 0; t < samples; t++) {
      System.arraycopy(u, t * channels + channel, x, from + t * ROW, width);
    }
  }

  private void store(float[] y, int column, int width, int samples, CacheLines.Slice rows) {
    int outputs = heads * channels;
    for (int t = 0; t < samples; t++) {
      System.arraycopy(rows.array(), rows.offset() + t * ROW, y, t * outputs + column, width);
    }
  }

  /** One group of channels before and, where several heads share it, after the product. */
  private static final class Scratch implements Kernels.Scratch {
    final CacheLines.Slice input;
    final CacheLines.Slice output;

    Scratch(int points, int heads) {
      input = CacheLines.allocate(points * ROW);
      output = heads == 1 ? input : CacheLines.allocate(points * ROW);
    }
  }
}
