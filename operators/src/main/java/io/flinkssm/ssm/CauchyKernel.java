package io.flinkssm.ssm;

import io.flinkssm.simd.DenseProduct;
import io.flinkssm.simd.Fft;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Convolution kernels of DPLR systems from their transfer function at the roots of unity: a Cauchy
 * sum over the modes and Woodbury's identity for the low-rank part, then an inverse FFT.
 *
 * <p>At the node {@code ω = e^{−iθ}}, {@code θ = 2πk/L}, let {@code σ = 2 sin(θ/2)}, {@code κ =
 * cos(θ/2)} and
 *
 * <pre>
 *   T_ab = Σ_n Δ a_n b_n/(iσ − κΔλ_n)     over the modes and their conjugates
 *   K̂(ω) = e^{iθ/2} (T_BC̃ − T_BQ (I + κ T_PQ)^{-1} κ T_PC̃),   Q = conj(P)
 * </pre>
 *
 * This is the usual {@code 2/(1+ω)·(R_BC̃ − R_BQ(I + R_PQ)^{-1}R_PC̃)} with {@code e^{−iθ/2}} and
 * {@code κ} multiplied through, which removes the poles at {@code ω = −1}, and with nodes exact to
 * rounding.
 *
 * <p><b>As matrix products.</b> A mode and its conjugate together, with {@code Δλ = −(x + iy)},
 * {@code r = |Δλ|} and {@code w = Δ a b}, are
 *
 * <pre>
 *   2 (ακ + iβσ)/(A + iB)     α = x Re w + y Im w,  β = Re w,  A = (κr − σ)(κr + σ),  B = 2κσx
 * </pre>
 *
 * where only α and β depend on ab: all sums at a block of nodes are two products of dense matrices.
 */
final class CauchyKernel {

  /** Nodes per pass: the working set of a pass stays in the second-level cache. */
  private static final int BLOCK = 128;

  private final ModalParameters p;
  private final double rate;
  private final int nodes;
  private final int columns;

  /** σ and κ by blocks of nodes. */
  private final double[][] sigma;

  private final double[][] kappa;

  /** α and β of every ab, and β and −α: {@code [(1 + rank)·columns][2M]}. */
  private final double[][] weightRe;

  private final double[][] weightIm;

  /** {@code 2κ Re q, −2σ Im q} and {@code 2σ Re q, −2κ Im q} of {@code q = 1/(A + iB)}. */
  private final double[][] termRe;

  private final double[][] termIm;

  /** T_ab, {@code [(1 + rank)·columns][BLOCK]}. */
  private final double[][] sumRe;

  private final double[][] sumIm;
  private final double[] factorRe = new double[BLOCK];
  private final double[] factorIm = new double[BLOCK];
  private final DoubleFFT_1D fft;
  private final double[][] spectra;

  private CauchyKernel(ModalParameters p, double rate, int nodes) {
    this.p = p;
    this.rate = rate;
    this.nodes = nodes;
    this.columns = p.rows() + p.rank();
    int pairs = (1 + p.rank()) * columns;
    int blocks = nodes / 2 / BLOCK + 1;
    this.sigma = new double[blocks][BLOCK];
    this.kappa = new double[blocks][BLOCK];
    for (int k = 0; k < blocks * BLOCK; k++) {
      double half = Math.PI * Math.min(k, nodes / 2) / nodes;
      sigma[k / BLOCK][k % BLOCK] = 2 * Math.sin(half);
      kappa[k / BLOCK][k % BLOCK] = 2 * k >= nodes ? 0 : Math.cos(half);
    }
    this.weightRe = new double[pairs][2 * p.modes()];
    this.weightIm = new double[pairs][2 * p.modes()];
    this.termRe = new double[2 * p.modes()][BLOCK];
    this.termIm = new double[2 * p.modes()][BLOCK];
    this.sumRe = new double[pairs][BLOCK];
    this.sumIm = new double[pairs][BLOCK];
    this.fft = Fft.of(nodes);
    this.spectra = new double[p.rows()][2 * nodes];
  }

  /**
   * {@code K[rows][H][length]}, flat.
   *
   * @param cRe C̃ for the nodes of each channel, {@code [rows][M][H]}
   * @param nodes L of the formulas for each channel; taps from there on are zero
   */
  static double[] taps(
      ModalParameters p, double rate, double[] cRe, double[] cIm, int[] nodes, int length) {
    Map<Integer, CauchyKernel> kernels = new HashMap<>();
    double[] taps = new double[p.rows() * p.channels() * length];
    for (int h = 0; h < p.channels(); h++) {
      kernels
          .computeIfAbsent(nodes[h], n -> new CauchyKernel(p, rate, n))
          .channel(h, cRe, cIm, length, taps);
    }
    return taps;
  }

  /** The same with as many nodes for every channel. */
  static double[] taps(
      ModalParameters p, double rate, double[] cRe, double[] cIm, int nodes, int length) {
    int[] all = new int[p.channels()];
    Arrays.fill(all, nodes);
    return taps(p, rate, cRe, cIm, all, length);
  }

  private void channel(int h, double[] cRe, double[] cIm, int length, double[] taps) {
    weights(h, cRe, cIm);
    for (int block = 0; block < sigma.length; block++) {
      sums(h, block);
      correct(kappa[block]);
      store(h, block);
    }
    for (int k = 0; k < p.rows(); k++) {
      double[] spectrum = spectra[k];
      fft.complexInverse(spectrum, true);
      int offset = (k * p.channels() + h) * length;
      for (int l = 0; l < Math.min(length, nodes); l++) {
        taps[offset + l] = spectrum[2 * l];
      }
    }
  }

  /** α and β for rows a ∈ {B, P…} and columns b ∈ {C̃…, conj(P)…}. */
  private void weights(int h, double[] cRe, double[] cIm) {
    int mh = p.modes() * p.channels();
    for (int row = 0; row <= p.rank(); row++) {
      for (int column = 0; column < columns; column++) {
        double[] re = weightRe[row * columns + column];
        double[] im = weightIm[row * columns + column];
        for (int n = 0; n < p.modes(); n++) {
          int i = n * p.channels() + h;
          double delta = p.delta()[i] * rate;
          double aRe = row == 0 ? p.bRe()[i] : p.pRe()[(row - 1) * mh + i];
          double aIm = row == 0 ? p.bIm()[i] : p.pIm()[(row - 1) * mh + i];
          int q = column - p.rows();
          double bRe = q < 0 ? cRe[column * mh + i] : p.pRe()[q * mh + i];
          double bIm = q < 0 ? cIm[column * mh + i] : -p.pIm()[q * mh + i];
          double wRe = delta * (aRe * bRe - aIm * bIm);
          double wIm = delta * (aRe * bIm + aIm * bRe);
          double alpha = -delta * (p.lambdaRe()[i] * wRe + p.lambdaIm()[i] * wIm);
          re[2 * n] = alpha;
          re[2 * n + 1] = wRe;
          im[2 * n] = wRe;
          im[2 * n + 1] = -alpha;
        }
      }
    }
  }

  /** All T_ab at the nodes of a block. */
  private void sums(int h, int block) {
    for (int n = 0; n < p.modes(); n++) {
      int i = n * p.channels() + h;
      double delta = p.delta()[i] * rate;
      resolvent(
          -delta * p.lambdaRe()[i],
          delta * Math.hypot(p.lambdaRe()[i], p.lambdaIm()[i]),
          sigma[block],
          kappa[block],
          termRe[2 * n],
          termRe[2 * n + 1],
          termIm[2 * n],
          termIm[2 * n + 1]);
    }
    for (int pair = 0; pair < sumRe.length; pair++) {
      Arrays.fill(sumRe[pair], 0);
      Arrays.fill(sumIm[pair], 0);
    }
    DenseProduct.add(weightRe, termRe, sumRe);
    DenseProduct.add(weightIm, termIm, sumIm);
  }

  private static void resolvent(
      double x,
      double r,
      double[] sigma,
      double[] kappa,
      double[] kappaRe,
      double[] sigmaIm,
      double[] sigmaRe,
      double[] kappaIm) {
    for (int k = 0; k < BLOCK; k++) {
      double re = (kappa[k] * r - sigma[k]) * (kappa[k] * r + sigma[k]);
      double im = 2 * kappa[k] * sigma[k] * x;
      double factor = 2 / (re * re + im * im);
      re *= factor;
      im *= factor;
      kappaRe[k] = kappa[k] * re;
      sigmaIm[k] = sigma[k] * im;
      sigmaRe[k] = sigma[k] * re;
      kappaIm[k] = kappa[k] * im;
    }
  }

  /**
   * Woodbury by elimination: takes the columns of Q out of all T_ab, after which T_BC̃ is the sum
   * wanted. {@code I + κ T_PQ} has a Hermitian part of at least I where modes decay, hence pivots
   * on the diagonal will do.
   */
  private void correct(double[] kappa) {
    for (int s = 0; s < p.rank(); s++) {
      int first = (s + 1) * columns;
      for (int c = 0; c < columns; c++) {
        scale(kappa, sumRe[first + c], sumIm[first + c]);
      }
      double[] diagonal = sumRe[first + p.rows() + s];
      for (int k = 0; k < BLOCK; k++) {
        diagonal[k] += 1;
      }
    }
    for (int s = p.rank() - 1; s >= 0; s--) {
      int pivots = (s + 1) * columns;
      int column = p.rows() + s;
      reciprocal(sumRe[pivots + column], sumIm[pivots + column], factorRe, factorIm);
      for (int c = 0; c < column; c++) {
        multiply(factorRe, factorIm, sumRe[pivots + c], sumIm[pivots + c]);
        for (int row = 0; row <= s; row++) {
          int at = row * columns;
          subtractProduct(
              sumRe[at + column],
              sumIm[at + column],
              sumRe[pivots + c],
              sumIm[pivots + c],
              sumRe[at + c],
              sumIm[at + c]);
        }
      }
    }
  }

  private static void scale(double[] factor, double[] re, double[] im) {
    for (int k = 0; k < BLOCK; k++) {
      re[k] *= factor[k];
      im[k] *= factor[k];
    }
  }

  private static void reciprocal(double[] re, double[] im, double[] outRe, double[] outIm) {
    for (int k = 0; k < BLOCK; k++) {
      double norm = 1 / (re[k] * re[k] + im[k] * im[k]);
      outRe[k] = re[k] * norm;
      outIm[k] = -im[k] * norm;
    }
  }

  private static void multiply(double[] fRe, double[] fIm, double[] xRe, double[] xIm) {
    for (int k = 0; k < BLOCK; k++) {
      double re = fRe[k] * xRe[k] - fIm[k] * xIm[k];
      double im = fRe[k] * xIm[k] + fIm[k] * xRe[k];
      xRe[k] = re;
      xIm[k] = im;
    }
  }

  private static void subtractProduct(
      double[] fRe, double[] fIm, double[] xRe, double[] xIm, double[] yRe, double[] yIm) {
    for (int k = 0; k < BLOCK; k++) {
      yRe[k] -= fRe[k] * xRe[k] - fIm[k] * xIm[k];
      yIm[k] -= fRe[k] * xIm[k] + fIm[k] * xRe[k];
    }
  }

  /** {@code e^{iθ/2} = κ + iσ/2} times the sums of T_BC̃, into the Hermitian spectra. */
  private void store(int h, int block) {
    int start = block * BLOCK;
    int count = Math.min(BLOCK, nodes / 2 + 1 - start);
    for (int c = 0; c < spectra.length; c++) {
      double[] spectrum = spectra[c];
      for (int k = 0; k < count; k++) {
        double cos = kappa[block][k];
        double sin = sigma[block][k] / 2;
        double re = sumRe[c][k] * cos - sumIm[c][k] * sin;
        double im = sumRe[c][k] * sin + sumIm[c][k] * cos;
        int node = start + k;
        if (!Double.isFinite(re) || !Double.isFinite(im)) {
          throw new ArithmeticException(
              "the transfer function of channel %d is infinite at node %d of %d: a mode is undamped; expected Re λ < 0 (the reference keeps it at or below -1e-4)"
                  .formatted(h, node, nodes));
        }
        int mirror = (nodes - node) % nodes;
        spectrum[2 * mirror] = re;
        spectrum[2 * mirror + 1] = -im;
        spectrum[2 * node] = re;
        spectrum[2 * node + 1] = node == mirror ? 0 : im;
      }
    }
  }
}
