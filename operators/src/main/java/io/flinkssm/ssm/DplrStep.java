package io.flinkssm.ssm;

import io.flinkssm.simd.DiscreteSystem;
import org.ejml.data.DMatrixRMaj;

/**
 * The bilinear step of DPLR systems without its output: {@code x⁺ = (I − Δ/2·A)^{-1}((I + Δ/2·A) x
 * + Δ B u)}, {@code A = Λ − Σ_s P_s P_s*}, in O(M·r) per sample.
 *
 * <p>With {@code D = 1/(2/Δ − Λ)}, {@code E = 2/Δ + Λ}, {@code Q = conj(P)}, {@code ⟨p, x⟩ = 2 Re Σ
 * p x} and the real {@code G = I + ⟨Q_s, D∘P_s'⟩}, {@code W = G^{-1}(Q∘D)}, Woodbury's identity
 * gives
 *
 * <pre>
 *   δ_s = ⟨R_s, x⟩ + e_s u      R_s = Q_s + W_s∘E − Σ_s' ⟨W_s, P_s'⟩ Q_s'      e_s = 2⟨W_s, B⟩
 *   x⁺  = (D∘E)∘x + 2 D∘B u − Σ_s D∘P_s δ_s
 * </pre>
 *
 * which is the form of {@link DiscreteSystem} with {@code q = 2R}; layouts are its layouts.
 */
record DplrStep(
    int channels,
    int modes,
    int rank,
    double[] aRe,
    double[] aIm,
    double[] bRe,
    double[] bIm,
    double[] pRe,
    double[] pIm,
    double[] qRe,
    double[] qIm,
    double[] e) {

  /** The step of every channel at {@code Δ·rate}. */
  static DplrStep of(ModalParameters p, double rate) {
    int mh = p.modes() * p.channels();
    int rmh = p.rank() * mh;
    DplrStep step =
        new DplrStep(
            p.channels(),
            p.modes(),
            p.rank(),
            new double[mh],
            new double[mh],
            new double[mh],
            new double[mh],
            new double[rmh],
            new double[rmh],
            new double[rmh],
            new double[rmh],
            new double[p.rank() * p.channels()]);
    for (int h = 0; h < p.channels(); h++) {
      step.fill(p, rate, h);
    }
    return step;
  }

  private void fill(ModalParameters p, double rate, int h) {
    int mh = modes * channels;
    // a, b, and D∘P by the forms with Δ/2 multiplied through, exact for tiny Δ.
    double[] dRe = new double[modes];
    double[] dIm = new double[modes];
    for (int n = 0; n < modes; n++) {
      int i = n * channels + h;
      double delta = p.delta()[i] * rate;
      Discretization.Mode mode =
          Discretization.BILINEAR.mode(delta, p.lambdaRe()[i], p.lambdaIm()[i]);
      aRe[i] = mode.aRe();
      aIm[i] = mode.aIm();
      dRe[n] = mode.bRe() / 2;
      dIm[n] = mode.bIm() / 2;
      bRe[i] = mode.bRe() * p.bRe()[i] - mode.bIm() * p.bIm()[i];
      bIm[i] = mode.bRe() * p.bIm()[i] + mode.bIm() * p.bRe()[i];
      for (int s = 0; s < rank; s++) {
        int k = s * mh + i;
        pRe[k] = -(dRe[n] * p.pRe()[k] - dIm[n] * p.pIm()[k]);
        pIm[k] = -(dRe[n] * p.pIm()[k] + dIm[n] * p.pRe()[k]);
      }
    }
    if (rank == 0) {
      return;
    }
    // G_st = δ_st + ⟨conj(P_s), D∘P_t⟩; the arrays p hold −D∘P.
    double[][] g = new double[rank][rank];
    for (int s = 0; s < rank; s++) {
      for (int t = 0; t < rank; t++) {
        double sum = 0;
        for (int n = 0; n < modes; n++) {
          int i = n * channels + h;
          sum -= p.pRe()[s * mh + i] * pRe[t * mh + i] + p.pIm()[s * mh + i] * pIm[t * mh + i];
        }
        g[s][t] = 2 * sum + (s == t ? 1 : 0);
      }
    }
    double[][] wRe = new double[rank][modes];
    double[][] wIm = new double[rank][modes];
    for (int s = 0; s < rank; s++) {
      for (int n = 0; n < modes; n++) {
        int k = s * mh + n * channels + h;
        wRe[s][n] = p.pRe()[k] * dRe[n] + p.pIm()[k] * dIm[n];
        wIm[s][n] = p.pRe()[k] * dIm[n] - p.pIm()[k] * dRe[n];
      }
    }
    SmallSolve.real(g, wRe, wIm);
    for (int s = 0; s < rank; s++) {
      double[] wp = new double[rank];
      double wb = 0;
      for (int n = 0; n < modes; n++) {
        int i = n * channels + h;
        wb += wRe[s][n] * p.bRe()[i] - wIm[s][n] * p.bIm()[i];
        for (int t = 0; t < rank; t++) {
          wp[t] += 2 * (wRe[s][n] * p.pRe()[t * mh + i] - wIm[s][n] * p.pIm()[t * mh + i]);
        }
      }
      e[s * channels + h] = 4 * wb;
      for (int n = 0; n < modes; n++) {
        int i = n * channels + h;
        double eRe = 2 / (p.delta()[i] * rate) + p.lambdaRe()[i];
        double eIm = p.lambdaIm()[i];
        double rRe = p.pRe()[s * mh + i] + wRe[s][n] * eRe - wIm[s][n] * eIm;
        double rIm = -p.pIm()[s * mh + i] + wRe[s][n] * eIm + wIm[s][n] * eRe;
        for (int t = 0; t < rank; t++) {
          rRe -= wp[t] * p.pRe()[t * mh + i];
          rIm += wp[t] * p.pIm()[t * mh + i];
        }
        qRe[s * mh + i] = 2 * rRe;
        qIm[s * mh + i] = 2 * rIm;
      }
    }
  }

  /** Ā of one channel as a real {@code 2M×2M} matrix on {@code [Re x; Im x]}. */
  DMatrixRMaj transition(int h) {
    int size = 2 * modes;
    DMatrixRMaj out = new DMatrixRMaj(size, size);
    for (int n = 0; n < modes; n++) {
      int i = n * channels + h;
      out.set(n, n, aRe[i]);
      out.set(n, modes + n, -aIm[i]);
      out.set(modes + n, n, aIm[i]);
      out.set(modes + n, modes + n, aRe[i]);
    }
    for (int s = 0; s < rank; s++) {
      for (int m = 0; m < modes; m++) {
        int j = (s * modes + m) * channels + h;
        for (int n = 0; n < modes; n++) {
          int i = (s * modes + n) * channels + h;
          out.add(n, m, pRe[i] * qRe[j]);
          out.add(n, modes + m, -pRe[i] * qIm[j]);
          out.add(modes + n, m, pIm[i] * qRe[j]);
          out.add(modes + n, modes + m, -pIm[i] * qIm[j]);
        }
      }
    }
    return out;
  }

  /** The step with an output: {@code c = 2C}. */
  DiscreteSystem withOutput(int heads, double[] cRe, double[] cIm, double[] d) {
    double[] twoRe = cRe.clone();
    double[] twoIm = cIm.clone();
    for (int i = 0; i < twoRe.length; i++) {
      twoRe[i] *= 2;
      twoIm[i] *= 2;
    }
    return new DiscreteSystem(
        channels, modes, rank, heads, aRe, aIm, bRe, bIm, pRe, pIm, qRe, qIm, e, twoRe, twoIm, d);
  }
}
