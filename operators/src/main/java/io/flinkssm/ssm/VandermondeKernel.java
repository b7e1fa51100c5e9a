package io.flinkssm.ssm;

/**
 * Convolution kernels of diagonal systems: {@code K_l = 2 Re Σ_n C_n B_n b̄_n ā_n^l}.
 *
 * <p>Powers within a block of 64 taps come from one table per mode, and every block starts again
 * from {@code exp(l·log ā)}, so that rounding does not grow from tap to tap: errors stay below
 * 1e-12 of the largest tap at 16384 taps.
 */
final class VandermondeKernel {

  private static final int BLOCK = 64;

  private VandermondeKernel() {}

  /** {@code K[rows][H][length]}, flat. */
  static double[] taps(ModalParameters p, Discretization disc, double rate, int length) {
    int channels = p.channels();
    int modes = p.modes();
    double[] taps = new double[p.rows() * channels * length];
    double[] powRe = new double[modes * BLOCK];
    double[] powIm = new double[modes * BLOCK];
    Discretization.Mode[] mode = new Discretization.Mode[modes];
    for (int h = 0; h < channels; h++) {
      for (int n = 0; n < modes; n++) {
        int i = n * channels + h;
        mode[n] = disc.mode(p.delta()[i] * rate, p.lambdaRe()[i], p.lambdaIm()[i]);
        powers(mode[n], powRe, powIm, n * BLOCK);
      }
      for (int k = 0; k < p.rows(); k++) {
        for (int n = 0; n < modes; n++) {
          int i = n * channels + h;
          int ci = k * modes * channels + i;
          double cbRe = p.cRe()[ci] * p.bRe()[i] - p.cIm()[ci] * p.bIm()[i];
          double cbIm = p.cRe()[ci] * p.bIm()[i] + p.cIm()[ci] * p.bRe()[i];
          double wRe = 2 * (cbRe * mode[n].bRe() - cbIm * mode[n].bIm());
          double wIm = 2 * (cbRe * mode[n].bIm() + cbIm * mode[n].bRe());
          add(
              wRe,
              wIm,
              mode[n],
              powRe,
              powIm,
              n * BLOCK,
              taps,
              (k * channels + h) * length,
              length);
        }
      }
    }
    return taps;
  }

  private static void powers(Discretization.Mode mode, double[] re, double[] im, int offset) {
    re[offset] = 1;
    im[offset] = 0;
    for (int j = offset + 1; j < offset + BLOCK; j++) {
      re[j] = re[j - 1] * mode.aRe() - im[j - 1] * mode.aIm();
      im[j] = re[j - 1] * mode.aIm() + im[j - 1] * mode.aRe();
    }
  }

  /** Adds {@code Re(w·ā^l)} to {@code length} taps. */
  private static void add(
      double wRe,
      double wIm,
      Discretization.Mode mode,
      double[] powRe,
      double[] powIm,
      int table,
      double[] taps,
      int offset,
      int length) {
    for (int start = 0; start < length; start += BLOCK) {
      double grow = Math.exp(start * mode.logRe());
      double angle = start * mode.logIm();
      double anchorRe = grow * Math.cos(angle);
      double anchorIm = grow * Math.sin(angle);
      double zRe = wRe * anchorRe - wIm * anchorIm;
      double zIm = wRe * anchorIm + wIm * anchorRe;
      int count = Math.min(BLOCK, length - start);
      for (int j = 0; j < count; j++) {
        taps[offset + start + j] += zRe * powRe[table + j] - zIm * powIm[table + j];
      }
    }
  }
}
