package io.flinkssm.ssm;

import io.flinkssm.simd.DiscreteSystem;

/**
 * A bank of diagonal systems (S4D): {@code x'_n = λ_n x_n + B_n u}, {@code y = 2 Re Σ C_n x_n + D
 * u}.
 *
 * <p><b>State.</b> The discrete state is {@code z = x/B}: B is folded into the output as {@code c =
 * 2·B·C}, which drops B from the hot loop. {@code z⁺ = āz + b̄u} with {@code b̄ = (ā − 1)/λ}
 * (zero-order hold) or {@code Δ/(1 − Δλ/2)} (bilinear) is the same continuous-time quantity at
 * every rate, so that a stored state outlives a change of the sampling rate.
 */
public final class DiagonalSystem extends ModalSystem {

  private final Discretization disc;

  /**
   * @param disc {@link Discretization#ZOH} or {@link Discretization#BILINEAR}
   * @throws IllegalArgumentException if there is a low-rank part or an unstable mode
   */
  public DiagonalSystem(ModalParameters parameters, Discretization disc) {
    super(parameters);
    if (parameters.rank() != 0) {
      throw new IllegalArgumentException(
          "rank is " + parameters.rank() + ", expected 0 for a diagonal system");
    }
    if (disc == Discretization.DSS) {
      throw new IllegalArgumentException("disc is dss, expected zoh or bilinear; use DssSystem");
    }
    parameters.requireStable();
    this.disc = disc;
  }

  @Override
  public String whyNotStreaming() {
    return p.bidirectional() ? ModalParameters.LOOKS_AHEAD : null;
  }

  @Override
  public boolean sameDynamics(StateSpace other) {
    return super.sameDynamics(other) && disc == ((DiagonalSystem) other).disc;
  }

  @Override
  public boolean warps() {
    return disc == Discretization.BILINEAR;
  }

  @Override
  Discretization discretization() {
    return disc;
  }

  @Override
  public DiscreteSystem discretize(double rate) {
    ModalParameters.checkRate(rate);
    if (!streams()) {
      throw new UnsupportedOperationException(whyNotStreaming());
    }
    int mh = p.modes() * p.channels();
    double[] aRe = new double[mh];
    double[] aIm = new double[mh];
    double[] bRe = new double[mh];
    double[] bIm = new double[mh];
    for (int i = 0; i < mh; i++) {
      Discretization.Mode mode = disc.mode(p.delta()[i] * rate, p.lambdaRe()[i], p.lambdaIm()[i]);
      aRe[i] = mode.aRe();
      aIm[i] = mode.aIm();
      bRe[i] = mode.bRe();
      bIm[i] = mode.bIm();
    }
    double[] cRe = new double[p.cRe().length];
    double[] cIm = new double[p.cIm().length];
    for (int k = 0; k < cRe.length; k++) {
      int i = k % mh;
      cRe[k] = 2 * (p.cRe()[k] * p.bRe()[i] - p.cIm()[k] * p.bIm()[i]);
      cIm[k] = 2 * (p.cRe()[k] * p.bIm()[i] + p.cIm()[k] * p.bRe()[i]);
    }
    double[] none = new double[0];
    return new DiscreteSystem(
        p.channels(),
        p.modes(),
        0,
        p.heads(),
        aRe,
        aIm,
        bRe,
        bIm,
        none,
        none,
        none,
        none,
        none,
        cRe,
        cIm,
        p.d().clone());
  }

  @Override
  public double[] kernel(double rate, int length) {
    ModalParameters.checkRate(rate);
    ModalParameters.checkLength(length);
    return VandermondeKernel.taps(p, disc, rate, length);
  }

  /** {@inheritDoc} The modes are the coordinates: the slowest one decides. */
  @Override
  public int memory(double rate, double tolerance, int most) {
    ModalParameters.checkRate(rate);
    double slowest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < p.delta().length; i++) {
      Discretization.Mode mode = disc.mode(p.delta()[i] * rate, p.lambdaRe()[i], p.lambdaIm()[i]);
      slowest = Math.max(slowest, mode.logRe());
    }
    double steps = Math.ceil(Math.log(tolerance) / slowest);
    return steps >= 0 && steps < most ? Math.max(1, (int) steps) : most;
  }
}
