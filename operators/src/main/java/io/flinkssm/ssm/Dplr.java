package io.flinkssm.ssm;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * One system in modal coordinates, on the M = N/2 modes of non-positive imaginary part: {@code A =
 * V (Λ − Σ_s P_s P_s*) V*} over modes and conjugates, {@code B ← V*B}, {@code P ← V*P}.
 *
 * <p>The phase of each mode is arbitrary; only {@code |B_n|}, {@code |P_n|}, {@code B_n conj(P_n)}
 * and what is computed with a matching C mean something.
 *
 * @param lambdaRe {@code [M]}
 * @param bRe {@code [M]}
 * @param pRe {@code [rank][M]}
 * @param vRe real part of V, {@code N×M}; null if the system was never in other coordinates
 */
public record Dplr(
    int modes,
    int rank,
    double[] lambdaRe,
    double[] lambdaIm,
    double[] bRe,
    double[] bIm,
    double[][] pRe,
    double[][] pIm,
    DMatrixRMaj vRe,
    DMatrixRMaj vIm) {

  /** The reference keeps the real part of untrained modes at or below this, off zero. */
  private static final double LEAST_DAMPING = -1e-4;

  /**
   * Diagonalises a HiPPO system. Re Λ is the mean of the diagonal; Im Λ and V come from the
   * Hermitian eigenproblem of {@code −i·(A + Σ P Pᵀ)}, solved as a real symmetric one of size 2N,
   * where each eigenvalue appears twice.
   */
  static Dplr of(Hippo hippo) {
    int size = hippo.b().length;
    int modes = size / 2;
    DMatrixRMaj normal = hippo.corrected();
    DMatrixRMaj symmetric = new DMatrixRMaj(2 * size, 2 * size);
    for (int n = 0; n < size; n++) {
      for (int k = 0; k < size; k++) {
        double skew = (normal.get(n, k) - normal.get(k, n)) / 2;
        symmetric.set(n, size + k, skew);
        symmetric.set(size + n, k, -skew);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(2 * size, true, true);
    if (!eigen.decompose(symmetric)) {
      throw new ArithmeticException("the eigendecomposition of a HiPPO matrix did not converge");
    }
    int[] ascending =
        IntStream.range(0, 2 * size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> eigen.getEigenvalue(i).getReal()))
            .mapToInt(i -> i)
            .toArray();

    double[] lambdaRe = new double[modes];
    double[] lambdaIm = new double[modes];
    DMatrixRMaj vRe = new DMatrixRMaj(size, modes);
    DMatrixRMaj vIm = new DMatrixRMaj(size, modes);
    Arrays.fill(lambdaRe, CommonOps_DDRM.trace(normal) / size);
    for (int m = 0; m < modes; m++) {
      lambdaIm[m] = eigen.getEigenvalue(ascending[2 * m]).getReal();
      DMatrixRMaj vector = eigen.getEigenVector(ascending[2 * m]);
      for (int n = 0; n < size; n++) {
        vRe.set(n, m, vector.get(n, 0));
        vIm.set(n, m, vector.get(size + n, 0));
      }
    }
    if (Math.abs(lambdaIm[modes - 1]) < 1e-4) {
      // The null space of FouT is spanned by e0 and e1: take the vector whose conjugate is the
      // other.
      lambdaIm[modes - 1] = 0;
      for (int n = 0; n < size; n++) {
        vRe.set(n, modes - 1, n == 0 ? Math.sqrt(0.5) : 0);
        vIm.set(n, modes - 1, n == 1 ? Math.sqrt(0.5) : 0);
      }
    }

    double[] bRe = new double[modes];
    double[] bIm = new double[modes];
    int rank = hippo.p().numRows;
    double[][] pRe = new double[rank][modes];
    double[][] pIm = new double[rank][modes];
    for (int m = 0; m < modes; m++) {
      for (int n = 0; n < size; n++) {
        bRe[m] += vRe.get(n, m) * hippo.b()[n];
        bIm[m] -= vIm.get(n, m) * hippo.b()[n];
        for (int s = 0; s < rank; s++) {
          pRe[s][m] += vRe.get(n, m) * hippo.p().get(s, n);
          pIm[s][m] -= vIm.get(n, m) * hippo.p().get(s, n);
        }
      }
    }
    return new Dplr(modes, rank, lambdaRe, lambdaIm, bRe, bIm, pRe, pIm, vRe, vIm);
  }

  /** A diagonal system with B = 1. */
  static Dplr diagonal(double[] lambdaRe, double[] lambdaIm) {
    int modes = lambdaRe.length;
    double[] ones = new double[modes];
    Arrays.fill(ones, 1);
    double[][] none = new double[0][];
    return new Dplr(modes, 0, lambdaRe, lambdaIm, ones, new double[modes], none, none, null, null);
  }

  /**
   * A real output row {@code y = c·x} of the original coordinates as {@code C = cV} of the modes:
   * real parts in row 0, imaginary parts in row 1.
   *
   * @throws IllegalStateException if the system was never in other coordinates
   */
  public double[][] output(double[] c) {
    if (vRe == null) {
      throw new IllegalStateException("the system has no other coordinates than its modes");
    }
    if (c.length != vRe.numRows) {
      throw new IllegalArgumentException(
          "c has " + c.length + " values, expected N = " + vRe.numRows);
    }
    double[][] out = new double[2][modes];
    for (int m = 0; m < modes; m++) {
      for (int n = 0; n < c.length; n++) {
        out[0][m] += c[n] * vRe.get(n, m);
        out[1][m] += c[n] * vIm.get(n, m);
      }
    }
    return out;
  }

  /**
   * A bank of this system, one per step size. Real parts of Λ above −1e-4 become −1e-4, as in the
   * reference: FouT and LegT have modes that only the low-rank part damps.
   *
   * @param delta Δ of each channel, {@code [H]}
   * @param cRe {@code [heads][M][H]}
   * @param d {@code [heads][H]}
   */
  public ModalParameters bank(double[] delta, double[] cRe, double[] cIm, double[] d) {
    int channels = delta.length;
    double[] damped = lambdaRe.clone();
    for (int n = 0; n < modes; n++) {
      damped[n] = Math.min(damped[n], LEAST_DAMPING);
    }
    double[] steps = new double[modes * channels];
    for (int n = 0; n < modes; n++) {
      System.arraycopy(delta, 0, steps, n * channels, channels);
    }
    double[] flatRe = new double[rank * modes];
    double[] flatIm = new double[rank * modes];
    for (int s = 0; s < rank; s++) {
      System.arraycopy(pRe[s], 0, flatRe, s * modes, modes);
      System.arraycopy(pIm[s], 0, flatIm, s * modes, modes);
    }
    return new ModalParameters(
        channels,
        modes,
        rank,
        d.length / channels,
        false,
        steps,
        repeat(damped, channels),
        repeat(lambdaIm, channels),
        repeat(bRe, channels),
        repeat(bIm, channels),
        repeat(flatRe, channels),
        repeat(flatIm, channels),
        cRe,
        cIm,
        d);
  }

  private static double[] repeat(double[] values, int channels) {
    double[] out = new double[values.length * channels];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i / channels];
    }
    return out;
  }
}
