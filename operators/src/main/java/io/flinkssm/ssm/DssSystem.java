package io.flinkssm.ssm;

import io.flinkssm.simd.DiscreteSystem;

/**
 * Diagonal systems whose kernels are row-softmax normalised over the length asked for ({@code disc
 * = dss}):
 *
 * <pre>
 *   K_l = Re Σ_n C_n B_n e^{Δλ_n l} (e^{Δλ_n} − 1)·conj(v_n)/(|v_n|² + 1e-7),   v_n = (e^{Δλ_n L} − 1) λ_n
 * </pre>
 *
 * without the factor 2 of other kernels. For {@code Re λ > 0} the exponent is shifted by {@code
 * −Δλ(L−1)} and λ changes sign in the two differences. The reference rounds the result to float32;
 * here it stays double. The normaliser depends on L, hence there is no step.
 */
public final class DssSystem extends ModalSystem {

  /**
   * @throws IllegalArgumentException if there is a low-rank part
   */
  public DssSystem(ModalParameters parameters) {
    super(parameters);
    if (parameters.rank() != 0) {
      throw new IllegalArgumentException(
          "rank is " + parameters.rank() + ", expected 0 for a diagonal system");
    }
  }

  @Override
  public String whyNotStreaming() {
    return "disc is dss: its kernels are normalised over the window length, so there is no step; use the convolution, or train with zoh";
  }

  /** The kernels are made of {@code e^{Δλ}}. */
  @Override
  Discretization discretization() {
    return Discretization.ZOH;
  }

  @Override
  public DiscreteSystem discretize(double rate) {
    throw new UnsupportedOperationException(whyNotStreaming());
  }

  @Override
  public double[] kernel(double rate, int length) {
    ModalParameters.checkRate(rate);
    ModalParameters.checkLength(length);
    int channels = p.channels();
    int mh = p.modes() * channels;
    double[] taps = new double[p.rows() * channels * length];
    for (int ci = 0; ci < p.cRe().length; ci++) {
      int i = ci % mh;
      double cbRe = p.cRe()[ci] * p.bRe()[i] - p.cIm()[ci] * p.bIm()[i];
      double cbIm = p.cRe()[ci] * p.bIm()[i] + p.cIm()[ci] * p.bRe()[i];
      int offset = (ci / mh * channels + i % channels) * length;
      addMode(i, rate, cbRe, cbIm, taps, offset, length);
    }
    return taps;
  }

  /** {@inheritDoc} The normaliser depends on the length. */
  @Override
  public int kernelLength(double rate, int samples, int room) {
    return samples;
  }

  private void addMode(
      int i, double rate, double cbRe, double cbIm, double[] taps, int offset, int length) {
    double lambdaRe = p.lambdaRe()[i];
    double lambdaIm = p.lambdaIm()[i];
    double x = p.delta()[i] * rate * lambdaRe;
    double y = p.delta()[i] * rate * lambdaIm;
    boolean grows = lambdaRe > 0;
    double sign = grows ? -1 : 1;
    double[] one = expm1(sign * x, sign * y);
    double[] all = expm1(sign * x * length, sign * y * length);
    double vRe = all[0] * lambdaRe - all[1] * lambdaIm;
    double vIm = all[0] * lambdaIm + all[1] * lambdaRe;
    double norm = vRe * vRe + vIm * vIm + 1e-7;
    double factorRe = (one[0] * vRe + one[1] * vIm) / norm;
    double factorIm = (one[1] * vRe - one[0] * vIm) / norm;
    double wRe = cbRe * factorRe - cbIm * factorIm;
    double wIm = cbRe * factorIm + cbIm * factorRe;
    for (int l = 0; l < length; l++) {
      int shifted = grows ? l - (length - 1) : l;
      double grow = Math.exp(x * shifted);
      taps[offset + l] += grow * (wRe * Math.cos(y * shifted) - wIm * Math.sin(y * shifted));
    }
  }

  private static double[] expm1(double x, double y) {
    double half = Math.sin(y / 2);
    return new double[] {Math.expm1(x) * Math.cos(y) - 2 * half * half, Math.exp(x) * Math.sin(y)};
  }
}
