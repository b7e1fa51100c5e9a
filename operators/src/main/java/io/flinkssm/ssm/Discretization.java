package io.flinkssm.ssm;

import java.util.Locale;

/**
 * From {@code x' = λx + u} to {@code x⁺ = āx + b̄u} at step Δ: the reference option {@code disc}.
 * DPLR systems are always {@link #BILINEAR}.
 */
public enum Discretization {
  /**
   * Zero-order hold, exact for inputs that are constant within a sample: {@code ā = e^{Δλ}}, {@code
   * b̄ = (e^{Δλ} − 1)/λ}, with the limit Δ at λ = 0.
   */
  ZOH {
    @Override
    Mode mode(double delta, double lambdaRe, double lambdaIm) {
      double x = delta * lambdaRe;
      double y = delta * lambdaIm;
      double grow = Math.exp(x);
      double half = Math.sin(y / 2);
      // e^{x+iy} − 1 without cancellation, so that no series is needed near λ = 0.
      double re = Math.expm1(x) * Math.cos(y) - 2 * half * half;
      double im = grow * Math.sin(y);
      double norm = lambdaRe * lambdaRe + lambdaIm * lambdaIm;
      boolean still = norm < 1e-280;
      double bRe = still ? delta : (re * lambdaRe + im * lambdaIm) / norm;
      double bIm = still ? 0 : (im * lambdaRe - re * lambdaIm) / norm;
      return new Mode(1 + re, im, bRe, bIm, x, Math.IEEEremainder(y, 2 * Math.PI));
    }
  },
  /**
   * Bilinear (Tustin): {@code ā = (1 + Δλ/2)/(1 − Δλ/2)}, {@code b̄ = Δ/(1 − Δλ/2)}. Stable for
   * every Δ, but warps frequencies with {@code Δ|Im λ|} near or above 1.
   */
  BILINEAR {
    @Override
    Mode mode(double delta, double lambdaRe, double lambdaIm) {
      double x = delta * lambdaRe / 2;
      double y = delta * lambdaIm / 2;
      double norm = (1 - x) * (1 - x) + y * y;
      double aRe = ((1 + x) * (1 - x) - y * y) / norm;
      double aIm = 2 * y / norm;
      // |ā|² − 1 = 4x/norm. Finite even for ā = 0, where 0·log ā must stay 0.
      double logRe = Math.max(-1e300, 0.5 * Math.log1p(Math.max(-1, 4 * x / norm)));
      double logIm = Math.atan2(y, 1 + x) + Math.atan2(y, 1 - x);
      return new Mode(aRe, aIm, delta * (1 - x) / norm, delta * y / norm, logRe, logIm);
    }
  },
  /**
   * The row-softmax kernels of DSS, which depend on the length asked for: convolution only, see
   * {@link DssSystem}.
   */
  DSS {
    @Override
    Mode mode(double delta, double lambdaRe, double lambdaIm) {
      throw new UnsupportedOperationException("disc dss has no step");
    }
  };

  /** One discrete mode: ā, b̄ for unit B, and log ā = logRe + i·logIm, for powers. */
  record Mode(double aRe, double aIm, double bRe, double bIm, double logRe, double logIm) {}

  /** The discrete mode of {@code λ} at step {@code delta}. */
  abstract Mode mode(double delta, double lambdaRe, double lambdaIm);

  /** The discretisation of an official name: {@code zoh}, {@code bilinear} or {@code dss}. */
  public static Discretization of(String name) {
    for (Discretization discretization : values()) {
      if (discretization.officialName().equals(name)) {
        return discretization;
      }
    }
    throw new IllegalArgumentException("disc is \"" + name + "\", expected zoh, bilinear or dss");
  }

  /** The name in the reference configuration. */
  public String officialName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
