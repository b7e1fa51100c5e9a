package io.flinkssm.ssm;

import io.flinkssm.simd.DenseProduct;
import java.util.Arrays;

/**
 * Convolution kernels of diagonal systems: {@code K_l = 2 Re Σ_n C_n B_n b̄_n ā_n^l}.
 *
 * <p>With {@code l = s·i + j}, {@code K_{si+j} = Re Σ_n (w_n ā_n^{si}) ā_n^j} is a product of two
 * matrices. The right one, the powers within a block of s taps, comes by doubling exponents; the
 * left one starts every block again from {@code exp(l·log ā)}. So rounding does not grow from tap
 * to tap: errors stay below 1e-12 of the largest tap at 16384 taps.
 */
final class VandermondeKernel {

  /** s: long enough that exponentials are few, short enough for the second-level cache. */
  private static final int BLOCK = 256;

  private VandermondeKernel() {}

  /** {@code K[rows][H][length]}, flat. */
  static double[] taps(ModalParameters p, Discretization disc, double rate, int length) {
    int channels = p.channels();
    int modes = p.modes();
    int block = Math.min(BLOCK, length);
    int blocks = (length + block - 1) / block;
    double[] taps = new double[p.rows() * channels * length];
    double[][] powers = new double[2 * modes][block];
    double[][] anchors = new double[p.rows() * blocks][2 * modes];
    double[][] sums = new double[p.rows() * blocks][block];
    for (int h = 0; h < channels; h++) {
      for (int n = 0; n < modes; n++) {
        int i = n * channels + h;
        Discretization.Mode mode = disc.mode(p.delta()[i] * rate, p.lambdaRe()[i], p.lambdaIm()[i]);
        powers(mode, powers[2 * n], powers[2 * n + 1]);
        anchors(p, i, mode, block, blocks, anchors);
      }
      for (double[] row : sums) {
        Arrays.fill(row, 0);
      }
      DenseProduct.add(anchors, powers, sums);
      for (int k = 0; k < p.rows(); k++) {
        int offset = (k * channels + h) * length;
        for (int b = 0; b < blocks; b++) {
          int count = Math.min(block, length - b * block);
          System.arraycopy(sums[k * blocks + b], 0, taps, offset + b * block, count);
        }
      }
    }
    return taps;
  }

  /** {@code Re ā^j} and {@code −Im ā^j}. */
  private static void powers(Discretization.Mode mode, double[] re, double[] minusIm) {
    re[0] = 1;
    minusIm[0] = 0;
    double stepRe = mode.aRe();
    double stepIm = mode.aIm();
    for (int done = 1; done < re.length; done *= 2) {
      int count = Math.min(done, re.length - done);
      for (int j = 0; j < count; j++) {
        re[done + j] = re[j] * stepRe + minusIm[j] * stepIm;
        minusIm[done + j] = minusIm[j] * stepRe - re[j] * stepIm;
      }
      double squareRe = stepRe * stepRe - stepIm * stepIm;
      stepIm = 2 * stepRe * stepIm;
      stepRe = squareRe;
    }
  }

  /** {@code w ā^{si}} of mode {@code i} for every kernel row and block. */
  private static void anchors(
      ModalParameters p, int i, Discretization.Mode mode, int block, int blocks, double[][] out) {
    int n = i / p.channels();
    for (int b = 0; b < blocks; b++) {
      int start = b * block;
      double grow = Math.exp(start * mode.logRe());
      double angle = start * mode.logIm();
      double anchorRe = grow * Math.cos(angle);
      double anchorIm = grow * Math.sin(angle);
      for (int k = 0; k < p.rows(); k++) {
        int ci = k * p.modes() * p.channels() + i;
        double cbRe = p.cRe()[ci] * p.bRe()[i] - p.cIm()[ci] * p.bIm()[i];
        double cbIm = p.cRe()[ci] * p.bIm()[i] + p.cIm()[ci] * p.bRe()[i];
        double wRe = 2 * (cbRe * mode.bRe() - cbIm * mode.bIm());
        double wIm = 2 * (cbRe * mode.bIm() + cbIm * mode.bRe());
        double[] row = out[k * blocks + b];
        row[2 * n] = wRe * anchorRe - wIm * anchorIm;
        row[2 * n + 1] = wRe * anchorIm + wIm * anchorRe;
      }
    }
  }
}
