package io.flinkssm.ssm;

/** Gaussian elimination with partial pivoting for the r×r systems of a rank-r correction. */
final class SmallSolve {

  private SmallSolve() {}

  /** {@code X ← G^{-1} X} for real {@code G} and complex {@code X}; {@code G} is destroyed. */
  static void real(double[][] g, double[][] xRe, double[][] xIm) {
    complex(g, new double[g.length][g.length], xRe, xIm);
  }

  /** {@code X ← G^{-1} X}, all complex; {@code G} is destroyed. */
  static void complex(double[][] gRe, double[][] gIm, double[][] xRe, double[][] xIm) {
    int size = gRe.length;
    for (int pivot = 0; pivot < size; pivot++) {
      int best = pivot;
      for (int row = pivot + 1; row < size; row++) {
        if (norm(gRe[row][pivot], gIm[row][pivot]) > norm(gRe[best][pivot], gIm[best][pivot])) {
          best = row;
        }
      }
      swap(gRe, pivot, best);
      swap(gIm, pivot, best);
      swap(xRe, pivot, best);
      swap(xIm, pivot, best);
      double norm = norm(gRe[pivot][pivot], gIm[pivot][pivot]);
      double invRe = gRe[pivot][pivot] / norm;
      double invIm = -gIm[pivot][pivot] / norm;
      scale(gRe[pivot], gIm[pivot], invRe, invIm);
      scale(xRe[pivot], xIm[pivot], invRe, invIm);
      for (int row = 0; row < size; row++) {
        if (row != pivot) {
          double fRe = gRe[row][pivot];
          double fIm = gIm[row][pivot];
          subtract(gRe[row], gIm[row], fRe, fIm, gRe[pivot], gIm[pivot]);
          subtract(xRe[row], xIm[row], fRe, fIm, xRe[pivot], xIm[pivot]);
        }
      }
    }
  }

  private static double norm(double re, double im) {
    return re * re + im * im;
  }

  private static void swap(double[][] rows, int i, int j) {
    double[] row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }

  private static void scale(double[] re, double[] im, double fRe, double fIm) {
    for (int j = 0; j < re.length; j++) {
      double r = re[j] * fRe - im[j] * fIm;
      im[j] = re[j] * fIm + im[j] * fRe;
      re[j] = r;
    }
  }

  private static void subtract(
      double[] re, double[] im, double fRe, double fIm, double[] yRe, double[] yIm) {
    for (int j = 0; j < re.length; j++) {
      re[j] -= fRe * yRe[j] - fIm * yIm[j];
      im[j] -= fRe * yIm[j] + fIm * yRe[j];
    }
  }
}
