package io.flinkssm.ssm;

import io.flinkssm.simd.Fft;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * Between the output C of a DPLR system and {@code C̃ = C(I − Ā^L)}, whose untruncated transfer
 * function has the first L taps of C's kernel: what a checkpoint stores for {@code L = l_kernel}.
 *
 * <p>Conjugate symmetry lets everything be done in real arithmetic: a row is {@code (Re c, −Im c)}
 * against the state {@code [Re x; Im x]}, and Ā is {@link DplrStep#transition}.
 */
final class TruncatedOutput {

  /** What is left of C below this part of it drowns in the rounding of a kernel's taps. */
  private static final double ROUNDING = 0x1p-60;

  /** C̃ of all rows for the number of nodes of each channel. */
  record Truncated(double[] cRe, double[] cIm, int[] nodes) {}

  /** Recovered C of all rows, with the worst condition number and its channel. */
  record Recovered(double[] cRe, double[] cIm, double condition, int channel) {}

  private TruncatedOutput() {}

  /**
   * {@code C = C̃(I − Ā^L)^{-1}} for all channels of {@code p.c}; also the worst 1-norm condition
   * number of {@code I − Ā^L}, infinite if singular.
   */
  static Recovered recover(ModalParameters p, DplrStep step, int length) {
    double[] cRe = new double[p.cRe().length];
    double[] cIm = new double[p.cIm().length];
    double worst = 1;
    int channel = 0;
    for (int h = 0; h < p.channels(); h++) {
      DMatrixRMaj matrix = TransitionPowers.power(step.transition(h), length);
      CommonOps_DDRM.scale(-1, matrix);
      for (int i = 0; i < matrix.numRows; i++) {
        matrix.add(i, i, 1);
      }
      CommonOps_DDRM.transpose(matrix);
      double norm = NormOps_DDRM.normPInf(matrix);
      LinearSolverDense<DMatrixRMaj> lu = LinearSolverFactory_DDRM.lu(matrix.numRows);
      double condition = Double.POSITIVE_INFINITY;
      if (lu.setA(matrix)) {
        DMatrixRMaj inverse = new DMatrixRMaj(matrix.numRows, matrix.numCols);
        lu.invert(inverse);
        condition = norm * NormOps_DDRM.normPInf(inverse);
        DMatrixRMaj rows = gather(p.cRe(), p.cIm(), p, h);
        DMatrixRMaj solved = new DMatrixRMaj(rows.numRows, rows.numCols);
        lu.solve(rows, solved);
        scatter(solved, cRe, cIm, p, h);
      }
      if (!(condition <= worst)) {
        worst = Double.isNaN(condition) ? Double.POSITIVE_INFINITY : condition;
        channel = h;
      }
    }
    return new Recovered(cRe, cIm, worst, channel);
  }

  /** {@code C̃ = C + sign·C Ā^L}: sign −1 truncates C, +1 doubles the length of a C̃. */
  static double[][] plusPower(
      ModalParameters p, DplrStep step, double[] cRe, double[] cIm, int length, int sign) {
    double[] outRe = new double[cRe.length];
    double[] outIm = new double[cIm.length];
    for (int h = 0; h < p.channels(); h++) {
      DMatrixRMaj columns = gather(cRe, cIm, p, h);
      DMatrixRMaj moved = new DMatrixRMaj(columns.numRows, columns.numCols);
      CommonOps_DDRM.multTransA(TransitionPowers.power(step.transition(h), length), columns, moved);
      CommonOps_DDRM.add(columns, sign, moved, moved);
      scatter(moved, outRe, outIm, p, h);
    }
    return new double[][] {outRe, outIm};
  }

  /**
   * C̃ of every channel for its own length: {@code most}, or less where nothing is left of the
   * kernel by then and C̃ is C.
   */
  static Truncated truncate(
      ModalParameters p, DplrStep step, double[] cRe, double[] cIm, int most) {
    double[] outRe = new double[cRe.length];
    double[] outIm = new double[cIm.length];
    int[] nodes = new int[p.channels()];
    for (int h = 0; h < p.channels(); h++) {
      DMatrixRMaj c = gather(cRe, cIm, p, h);
      OutputDecay decay =
          OutputDecay.of(
              TransitionPowers.rows(CommonOps_DDRM.transpose(c, null)),
              TransitionPowers.rows(step.transition(h)),
              ROUNDING,
              most);
      if (decay.steps() == most) {
        CommonOps_DDRM.subtract(
            c, CommonOps_DDRM.transpose(new DMatrixRMaj(decay.rows()), null), c);
      }
      nodes[h] = Math.min(most, Fft.friendlyLength(decay.steps() + 1));
      scatter(c, outRe, outIm, p, h);
    }
    return new Truncated(outRe, outIm, nodes);
  }

  /** Rows of one channel as columns {@code (Re c, −Im c)}. */
  private static DMatrixRMaj gather(double[] cRe, double[] cIm, ModalParameters p, int h) {
    DMatrixRMaj out = new DMatrixRMaj(2 * p.modes(), p.rows());
    for (int k = 0; k < p.rows(); k++) {
      for (int n = 0; n < p.modes(); n++) {
        int i = (k * p.modes() + n) * p.channels() + h;
        out.set(n, k, cRe[i]);
        out.set(p.modes() + n, k, -cIm[i]);
      }
    }
    return out;
  }

  private static void scatter(
      DMatrixRMaj columns, double[] cRe, double[] cIm, ModalParameters p, int h) {
    for (int k = 0; k < p.rows(); k++) {
      for (int n = 0; n < p.modes(); n++) {
        int i = (k * p.modes() + n) * p.channels() + h;
        cRe[i] = columns.get(n, k);
        cIm[i] = -columns.get(p.modes() + n, k);
      }
    }
  }
}
