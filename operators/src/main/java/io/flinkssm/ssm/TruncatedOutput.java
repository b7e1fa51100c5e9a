package io.flinkssm.ssm;

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

  /** Entries of Ā^L below this are as good as zero beside the identity. */
  private static final double VANISHED = 1e-20;

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
      DMatrixRMaj matrix = power(step.transition(h), length);
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
      CommonOps_DDRM.multTransA(power(step.transition(h), length), columns, moved);
      CommonOps_DDRM.add(columns, sign, moved, moved);
      scatter(moved, outRe, outIm, p, h);
    }
    return new double[][] {outRe, outIm};
  }

  /** {@code matrix^n} by repeated squaring; {@code matrix} is overwritten. */
  static DMatrixRMaj power(DMatrixRMaj matrix, int n) {
    DMatrixRMaj result = null;
    DMatrixRMaj square = matrix;
    for (int bits = n; ; bits >>= 1) {
      if ((bits & 1) == 1) {
        result = result == null ? square.copy() : times(result, square);
      }
      if (bits <= 1) {
        return result == null ? CommonOps_DDRM.identity(matrix.numRows) : result;
      }
      square = times(square, square);
      if (CommonOps_DDRM.elementMaxAbs(square) < VANISHED) {
        // Stops subnormal arithmetic: a contraction only shrinks from here.
        return new DMatrixRMaj(matrix.numRows, matrix.numCols);
      }
    }
  }

  private static DMatrixRMaj times(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj out = new DMatrixRMaj(a.numRows, b.numCols);
    CommonOps_DDRM.mult(a, b, out);
    return out;
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
