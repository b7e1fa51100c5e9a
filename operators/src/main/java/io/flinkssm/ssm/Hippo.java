package io.flinkssm.ssm;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * HiPPO systems {@code x' = A x + B u}: states that hold the coefficients of the input's history in
 * a basis of functions, with the rank correction P for which {@code A + Σ_s P_s P_sᵀ} is a multiple
 * of the identity plus a skew-symmetric matrix.
 *
 * <p>Needed to make systems that were not trained; a checkpoint carries everything itself. Source:
 * Gu et al., "HiPPO" (2020) and "How to train your HiPPO" (2022).
 *
 * @param a {@code N×N}
 * @param b {@code N}
 * @param p {@code r×N}
 */
public record Hippo(DMatrixRMaj a, double[] b, DMatrixRMaj p) {

  /**
   * Scaled Legendre (LegS): the whole history, ever coarser; with {@code R_n = √(2n+1)}, {@code
   * A_nk = −R_n R_k} below the diagonal, {@code −(n+1)} on it; {@code B = R}, {@code P_n = √(n+½)}.
   */
  public static Hippo legS(int size) {
    check(size);
    DMatrixRMaj a = new DMatrixRMaj(size, size);
    double[] b = new double[size];
    DMatrixRMaj p = new DMatrixRMaj(1, size);
    for (int n = 0; n < size; n++) {
      for (int k = 0; k < n; k++) {
        a.set(n, k, -root(n) * root(k));
      }
      a.set(n, n, -(n + 1));
      b[n] = root(n);
      p.set(0, n, Math.sqrt(n + 0.5));
    }
    return new Hippo(a, b, p);
  }

  /**
   * Translated Legendre (LegT): a sliding window of two time units; {@code A_nk = −½ R_n R_k},
   * times {@code (−1)^{n−k}} above the diagonal; {@code B = R/2}; P has {@code R_n/√2} on odd n in
   * row 0 and on even n in row 1.
   */
  public static Hippo legT(int size) {
    check(size);
    DMatrixRMaj a = new DMatrixRMaj(size, size);
    double[] b = new double[size];
    DMatrixRMaj p = new DMatrixRMaj(2, size);
    for (int n = 0; n < size; n++) {
      for (int k = 0; k < size; k++) {
        double sign = n >= k || (n - k) % 2 == 0 ? 1 : -1;
        a.set(n, k, -0.5 * sign * root(n) * root(k));
      }
      b[n] = 0.5 * root(n);
      p.set(1 - n % 2, n, root(n) / Math.sqrt(2));
    }
    return new Hippo(a, b, p);
  }

  /**
   * Truncated Fourier (FouT): a sliding window of one time unit; {@code A = A0 − B Bᵀ} where A0
   * turns the pair (2j, 2j+1) at the angular frequency πj; {@code B_0 = 1}, {@code √2} on other
   * even n, 0 on odd n; {@code P = B}.
   */
  public static Hippo fouT(int size) {
    check(size);
    DMatrixRMaj a = new DMatrixRMaj(size, size);
    double[] b = new double[size];
    DMatrixRMaj p = new DMatrixRMaj(1, size);
    for (int n = 0; n < size; n += 2) {
      b[n] = n == 0 ? 1 : Math.sqrt(2);
      p.set(0, n, b[n]);
      a.set(n, n + 1, -Math.PI * (n / 2.0));
      a.set(n + 1, n, Math.PI * (n / 2.0));
    }
    return new Hippo(minusOuter(a, b, 1), b, p);
  }

  /** The normal part of LegS (LegSD): {@code A_LegS + ½ B Bᵀ} with {@code B/2}; no correction. */
  public static Hippo legSD(int size) {
    Hippo legS = legS(size);
    double[] half = new double[size];
    for (int n = 0; n < size; n++) {
      half[n] = legS.b[n] / 2;
    }
    return new Hippo(minusOuter(legS.a, legS.b, -0.5), half, new DMatrixRMaj(0, size));
  }

  /** The same system in modal coordinates. */
  public Dplr dplr() {
    return Dplr.of(this);
  }

  /** {@code A + Σ_s P_s P_sᵀ}. */
  DMatrixRMaj corrected() {
    DMatrixRMaj out = a.copy();
    DMatrixRMaj outer = new DMatrixRMaj(a.numRows, a.numCols);
    if (p.numRows > 0) {
      CommonOps_DDRM.multInner(p, outer);
      CommonOps_DDRM.addEquals(out, outer);
    }
    return out;
  }

  private static double root(int n) {
    return Math.sqrt(2 * n + 1);
  }

  private static DMatrixRMaj minusOuter(DMatrixRMaj a, double[] b, double factor) {
    DMatrixRMaj out = a.copy();
    for (int n = 0; n < b.length; n++) {
      for (int k = 0; k < b.length; k++) {
        out.add(n, k, -factor * b[n] * b[k]);
      }
    }
    return out;
  }

  private static void check(int size) {
    if (size < 2 || size % 2 != 0) {
      throw new IllegalArgumentException(
          "state size N is " + size + ", expected an even number of at least 2");
    }
  }
}
