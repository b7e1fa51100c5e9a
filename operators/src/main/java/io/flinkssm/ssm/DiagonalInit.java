package io.flinkssm.ssm;

import java.util.Arrays;

/**
 * Initial modes of diagonal systems, for N = 2M; all have {@code Im λ ≤ 0} and, but for {@link
 * #LEGS}, B = 1. Source: Gu et al., "On the parameterization and initialization of diagonal state
 * space models" (2022).
 */
public enum DiagonalInit {
  /** {@code λ_n = −½ − iπn}: the frequencies of a Fourier series on two time units. */
  LIN {
    @Override
    double imaginary(int n, int size) {
      return -Math.PI * n;
    }
  },
  /** {@code λ_n = −½ − i(N/π)(N/(2n+1) − 1)}: close to the spectrum of LegS. */
  INV {
    @Override
    double imaginary(int n, int size) {
      return -size / Math.PI * ((double) size / (2 * n + 1) - 1);
    }
  },
  /** {@code λ_n = −½ − i(N/π)(N/(n+1) − 1)}. */
  INV2 {
    @Override
    double imaginary(int n, int size) {
      return -size / Math.PI * ((double) size / (n + 1) - 1);
    }
  },
  /** {@code λ_n = −½ − i(1+2n)²/π}. */
  QUAD {
    @Override
    double imaginary(int n, int size) {
      return -(1 + 2.0 * n) * (1 + 2.0 * n) / Math.PI;
    }
  },
  /** Λ of LegS and its modal B, the imaginary part of B clamped to ±2 as in the reference. */
  LEGS {
    @Override
    public Dplr system(int modes) {
      Dplr legS = Hippo.legS(2 * modes).dplr();
      double[] clamped = Arrays.stream(legS.bIm()).map(v -> Math.max(-2, Math.min(2, v))).toArray();
      double[][] none = new double[0][];
      return new Dplr(
          modes, 0, legS.lambdaRe(), legS.lambdaIm(), legS.bRe(), clamped, none, none, null, null);
    }

    @Override
    double imaginary(int n, int size) {
      return system(size / 2).lambdaIm()[n];
    }
  },
  /** {@code λ_n = −(n+1)}, real. */
  REAL {
    @Override
    double real(int n) {
      return -(n + 1);
    }

    @Override
    double imaginary(int n, int size) {
      return 0;
    }
  };

  double real(int n) {
    return -0.5;
  }

  abstract double imaginary(int n, int size);

  /** The diagonal system of {@code modes} modes, M ≥ 1. */
  public Dplr system(int modes) {
    if (modes < 1) {
      throw new IllegalArgumentException("modes is " + modes + ", expected at least 1");
    }
    double[] lambdaRe = new double[modes];
    double[] lambdaIm = new double[modes];
    for (int n = 0; n < modes; n++) {
      lambdaRe[n] = real(n);
      lambdaIm[n] = imaginary(n, 2 * modes);
    }
    return Dplr.diagonal(lambdaRe, lambdaIm);
  }
}
