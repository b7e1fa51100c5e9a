package io.flinkssm.benchmarks;

import io.flinkssm.simd.DiscreteSystem;

/**
 * The formula of {@link DiscreteSystem} written down channel by channel in double: what a first
 * version looks like, and what the kernels are measured against.
 */
final class NaiveScan {
  private final DiscreteSystem s;
  private final double[] xRe;
  private final double[] xIm;

  NaiveScan(DiscreteSystem system) {
    this.s = system;
    this.xRe = new double[system.modes() * system.channels()];
    this.xIm = new double[system.modes() * system.channels()];
  }

  /** Steps {@code samples} rows of u to as many rows of y; one head. */
  void advance(double[] u, double[] y, int samples) {
    for (int t = 0; t < samples; t++) {
      for (int h = 0; h < s.channels(); h++) {
        y[t * s.channels() + h] = step(h, u[t * s.channels() + h]);
      }
    }
  }

  private double step(int h, double in) {
    int width = s.channels();
    int plane = s.modes() * width;
    double[] delta = new double[s.rank()];
    for (int r = 0; r < s.rank(); r++) {
      delta[r] = s.e()[r * width + h] * in;
      for (int k = h; k < plane; k += width) {
        delta[r] += s.qRe()[r * plane + k] * xRe[k] - s.qIm()[r * plane + k] * xIm[k];
      }
    }
    double y = s.d()[h] * in;
    for (int k = h; k < plane; k += width) {
      double re = s.aRe()[k] * xRe[k] - s.aIm()[k] * xIm[k] + s.bRe()[k] * in;
      double im = s.aRe()[k] * xIm[k] + s.aIm()[k] * xRe[k] + s.bIm()[k] * in;
      for (int r = 0; r < s.rank(); r++) {
        re += s.pRe()[r * plane + k] * delta[r];
        im += s.pIm()[r * plane + k] * delta[r];
      }
      xRe[k] = re;
      xIm[k] = im;
      y += s.cRe()[k] * re - s.cIm()[k] * im;
    }
    return y;
  }
}
