package io.flinkssm.ssm;

import io.flinkssm.simd.Fft;
import java.util.Arrays;
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
 */
final class CauchyKernel {

  /** Nodes per pass: the working set of a pass stays in the first-level caches. */
  private static final int BLOCK = 128;

  private final ModalParameters p;
  private final double rate;
  private final int nodes;
  private final int columns;
  private final double[] pairRe;
  private final double[] pairIm;
  private final double[][] sumRe;
  private final double[][] sumIm;
  private final double[] sigma = new double[BLOCK];
  private final double[] kappa = new double[BLOCK];
  private final double[][] terms = new double[4][BLOCK];

  private CauchyKernel(ModalParameters p, double rate, int nodes) {
    this.p = p;
    this.rate = rate;
    this.nodes = nodes;
    this.columns = p.rows() + p.rank();
    int pairs = (1 + p.rank()) * columns;
    this.pairRe = new double[pairs * p.modes()];
    this.pairIm = new double[pairs * p.modes()];
    this.sumRe = new double[pairs][BLOCK];
    this.sumIm = new double[pairs][BLOCK];
  }

  /**
   * {@code K[rows][H][length]}, flat.
   *
   * @param cRe C̃ for {@code nodes} taps, {@code [rows][M][H]}
   * @param nodes L of the formulas; taps from there on are zero
   */
  static double[] taps(
      ModalParameters p, double rate, double[] cRe, double[] cIm, int nodes, int length) {
    CauchyKernel kernel = new CauchyKernel(p, rate, nodes);
    DoubleFFT_1D fft = Fft.of(nodes);
    double[][] spectra = new double[p.rows()][2 * nodes];
    double[] taps = new double[p.rows() * p.channels() * length];
    for (int h = 0; h < p.channels(); h++) {
      kernel.products(h, cRe, cIm);
      for (int start = 0; start <= nodes / 2; start += BLOCK) {
        int count = Math.min(BLOCK, nodes / 2 + 1 - start);
        kernel.sums(h, start, count);
        kernel.transfer(h, start, count, spectra);
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
    return taps;
  }

  /** Δ·a·b for rows a ∈ {B, P…} and columns b ∈ {C̃…, conj(P)…}. */
  private void products(int h, double[] cRe, double[] cIm) {
    int modes = p.modes();
    int mh = modes * p.channels();
    for (int row = 0; row <= p.rank(); row++) {
      for (int column = 0; column < columns; column++) {
        for (int n = 0; n < modes; n++) {
          int i = n * p.channels() + h;
          double delta = p.delta()[i] * rate;
          double aRe = row == 0 ? p.bRe()[i] : p.pRe()[(row - 1) * mh + i];
          double aIm = row == 0 ? p.bIm()[i] : p.pIm()[(row - 1) * mh + i];
          int q = column - p.rows();
          double bRe = q < 0 ? cRe[column * mh + i] : p.pRe()[q * mh + i];
          double bIm = q < 0 ? cIm[column * mh + i] : -p.pIm()[q * mh + i];
          int k = (row * columns + column) * modes + n;
          pairRe[k] = delta * (aRe * bRe - aIm * bIm);
          pairIm[k] = delta * (aRe * bIm + aIm * bRe);
        }
      }
    }
  }

  /** All T_ab at {@code count} nodes from {@code start} on. */
  private void sums(int h, int start, int count) {
    for (int k = 0; k < count; k++) {
      double half = Math.PI * (start + k) / nodes;
      sigma[k] = 2 * Math.sin(half);
      kappa[k] = Math.cos(half);
    }
    if (2 * (start + count - 1) == nodes) {
      kappa[count - 1] = 0;
    }
    for (int pair = 0; pair < sumRe.length; pair++) {
      Arrays.fill(sumRe[pair], 0);
      Arrays.fill(sumIm[pair], 0);
    }
    for (int n = 0; n < p.modes(); n++) {
      int i = n * p.channels() + h;
      double delta = p.delta()[i] * rate;
      resolvents(-delta * p.lambdaRe()[i], -delta * p.lambdaIm()[i], count);
      for (int pair = 0; pair < sumRe.length; pair++) {
        int k = pair * p.modes() + n;
        accumulate(pairRe[k], pairIm[k], sumRe[pair], sumIm[pair], count);
      }
    }
  }

  /**
   * Real and imaginary parts of {@code 1/(κx + i(σ+κy))} and {@code 1/(κx + i(σ−κy))}, as sums and
   * differences, so that a conjugate pair costs four products per ab.
   */
  private void resolvents(double x, double y, int count) {
    double[] sumReal = terms[0];
    double[] differenceImag = terms[1];
    double[] differenceReal = terms[2];
    double[] sumImag = terms[3];
    for (int k = 0; k < count; k++) {
      double re = kappa[k] * x;
      double up = sigma[k] + kappa[k] * y;
      double down = sigma[k] - kappa[k] * y;
      double first = 1 / (re * re + up * up);
      double second = 1 / (re * re + down * down);
      sumReal[k] = re * (first + second);
      differenceImag[k] = up * first - down * second;
      differenceReal[k] = re * (first - second);
      sumImag[k] = up * first + down * second;
    }
  }

  private void accumulate(double re, double im, double[] outRe, double[] outIm, int count) {
    double[] sumReal = terms[0];
    double[] differenceImag = terms[1];
    double[] differenceReal = terms[2];
    double[] sumImag = terms[3];
    for (int k = 0; k < count; k++) {
      outRe[k] += re * sumReal[k] + im * differenceImag[k];
      outIm[k] += im * differenceReal[k] - re * sumImag[k];
    }
  }

  /** Woodbury at each node, into the Hermitian spectra. */
  private void transfer(int h, int start, int count, double[][] spectra) {
    int rank = p.rank();
    int rows = p.rows();
    double[][] gRe = new double[rank][rank];
    double[][] gIm = new double[rank][rank];
    double[][] wRe = new double[rank][rows];
    double[][] wIm = new double[rank][rows];
    for (int k = 0; k < count; k++) {
      for (int s = 0; s < rank; s++) {
        int first = (s + 1) * columns;
        for (int t = 0; t < rank; t++) {
          gRe[s][t] = kappa[k] * sumRe[first + rows + t][k] + (s == t ? 1 : 0);
          gIm[s][t] = kappa[k] * sumIm[first + rows + t][k];
        }
        for (int c = 0; c < rows; c++) {
          wRe[s][c] = kappa[k] * sumRe[first + c][k];
          wIm[s][c] = kappa[k] * sumIm[first + c][k];
        }
      }
      SmallSolve.complex(gRe, gIm, wRe, wIm);
      int node = start + k;
      double cos = Math.cos(Math.PI * node / nodes);
      double sin = Math.sin(Math.PI * node / nodes);
      for (int c = 0; c < rows; c++) {
        double re = sumRe[c][k];
        double im = sumIm[c][k];
        for (int s = 0; s < rank; s++) {
          re -= sumRe[rows + s][k] * wRe[s][c] - sumIm[rows + s][k] * wIm[s][c];
          im -= sumRe[rows + s][k] * wIm[s][c] + sumIm[rows + s][k] * wRe[s][c];
        }
        store(h, spectra[c], node, re * cos - im * sin, re * sin + im * cos);
      }
    }
  }

  private void store(int h, double[] spectrum, int node, double re, double im) {
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
