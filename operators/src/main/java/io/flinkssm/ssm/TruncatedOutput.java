package io.flinkssm.ssm;

import io.flinkssm.simd.DenseProduct;
import io.flinkssm.simd.Fft;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  /** What is left of C below this part of it drowns in the rounding of a kernel's taps. */
  static final double ROUNDING = 0x1p-60;

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
      Decay decay = Decay.of(rows(CommonOps_DDRM.transpose(c, null)), step, h, ROUNDING, most);
      if (decay.steps() == most) {
        CommonOps_DDRM.subtract(
            c, CommonOps_DDRM.transpose(new DMatrixRMaj(decay.rows()), null), c);
      }
      nodes[h] = Math.min(most, Fft.friendlyLength(decay.steps() + 1));
      scatter(c, outRe, outIm, p, h);
    }
    return new Truncated(outRe, outIm, nodes);
  }

  /**
   * Taps after which every kernel stays below {@code tolerance} of {@code |C||B|}, or {@code most}.
   */
  static int memory(
      ModalParameters p, DplrStep step, double[] cRe, double[] cIm, double tolerance, int most) {
    int memory = 1;
    for (int h = 0; h < p.channels() && memory < most; h++) {
      double[][] c = rows(CommonOps_DDRM.transpose(gather(cRe, cIm, p, h), null));
      memory = Math.max(memory, Decay.of(c, step, h, tolerance, most).steps() + 1);
    }
    return Math.min(memory, most);
  }

  /**
   * How far {@code C Ā^l} stays above a tolerance. In the coordinates of the modes Ā is a
   * contraction, so that {@code |C Ā^l|} only falls and {@code |C Ā^l||B̄|} bounds all taps from l
   * on.
   *
   * @param steps the last l, at most the most asked for
   * @param rows C Ā^l at that l
   */
  private record Decay(int steps, double[][] rows) {

    static Decay of(double[][] c, DplrStep step, int h, double tolerance, int most) {
      double[] limits = new double[c.length];
      for (int k = 0; k < c.length; k++) {
        limits[k] = tolerance * tolerance * norm(c[k]);
      }
      // Powers of two of Ā, for as long as a square saves more products than it costs.
      List<double[][]> squares = new ArrayList<>();
      squares.add(TruncatedOutput.rows(step.transition(h)));
      int top = 0;
      while ((most >> (top + 1)) * (long) c.length > c[0].length
          && !below(times(c, squares.get(top)), limits)) {
        squares.add(times(squares.get(top), squares.get(top)));
        top++;
      }
      int steps = 0;
      double[][] rows = c;
      for (int t = top; t >= 0; ) {
        double[][] next = most - steps < 1 << t ? null : times(rows, squares.get(t));
        if (next == null || below(next, limits)) {
          t--;
        } else {
          rows = next;
          steps += 1 << t;
        }
      }
      return new Decay(steps, rows);
    }

    private static boolean below(double[][] rows, double[] limits) {
      for (int k = 0; k < rows.length; k++) {
        if (norm(rows[k]) > limits[k]) {
          return false;
        }
      }
      return true;
    }

    private static double norm(double[] row) {
      double sum = 0;
      for (double value : row) {
        sum += value * value;
      }
      return sum;
    }
  }

  /** {@code matrix^n} by repeated squaring. */
  static DMatrixRMaj power(DMatrixRMaj matrix, int n) {
    double[][] result = null;
    double[][] square = rows(matrix);
    for (int bits = n; ; bits >>= 1) {
      if ((bits & 1) == 1) {
        result = result == null ? square : times(result, square);
      }
      if (bits <= 1) {
        return result == null ? CommonOps_DDRM.identity(matrix.numRows) : new DMatrixRMaj(result);
      }
      square = times(square, square);
      if (vanished(square)) {
        return new DMatrixRMaj(matrix.numRows, matrix.numCols);
      }
    }
  }

  /** Stops subnormal arithmetic: a contraction only shrinks from here. */
  private static boolean vanished(double[][] matrix) {
    for (double[] row : matrix) {
      for (double value : row) {
        if (!(Math.abs(value) < VANISHED)) {
          return false;
        }
      }
    }
    return true;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b[0].length];
    DenseProduct.add(a, b, out);
    return out;
  }

  private static double[][] rows(DMatrixRMaj matrix) {
    double[][] rows = new double[matrix.numRows][];
    for (int i = 0; i < rows.length; i++) {
      int from = i * matrix.numCols;
      rows[i] = Arrays.copyOfRange(matrix.data, from, from + matrix.numCols);
    }
    return rows;
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
