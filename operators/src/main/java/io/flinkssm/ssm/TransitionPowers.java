package io.flinkssm.ssm;

import io.flinkssm.simd.DenseProduct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Powers of the transition Ā of one channel, as {@link DplrStep#transition} has it. */
final class TransitionPowers {

  /** Entries of Ā^L below this are as good as zero beside the identity. */
  private static final double VANISHED = 1e-20;

  /** The last powers of two by which {@link #memory} refines: to an eighth. */
  private static final int REFINEMENTS = 3;

  private TransitionPowers() {}

  /**
   * Least l, to an eighth, with {@code ‖Ā^l‖ ≤ tolerance} for all channels; at most {@code most}.
   */
  static int memory(ModalParameters p, DplrStep step, double tolerance, int most) {
    int memory = 1;
    for (int h = 0; h < p.channels() && memory < most; h++) {
      memory = Math.max(memory, memory(rows(step.transition(h)), tolerance, most));
    }
    return Math.min(memory, most);
  }

  private static int memory(double[][] transition, double tolerance, int most) {
    List<double[][]> squares = new ArrayList<>();
    double[][] square = transition;
    while (!below(square, tolerance)) {
      squares.add(square);
      if (1L << squares.size() > most) {
        return most;
      }
      square = times(square, square);
    }
    if (squares.isEmpty()) {
      return 1;
    }
    // Ā^at is above the tolerance, and by the last square that was tried Ā^(at + step) is not.
    int t = squares.size() - 1;
    double[][] power = squares.get(t);
    int at = 1 << t;
    for (int i = 0; i < REFINEMENTS && t > 0; i++) {
      t--;
      double[][] longer = times(power, squares.get(t));
      if (!below(longer, tolerance)) {
        power = longer;
        at += 1 << t;
      }
    }
    return at + (1 << t);
  }

  /** Whether the Frobenius norm, and with it the spectral norm, is at most {@code tolerance}. */
  private static boolean below(double[][] matrix, double tolerance) {
    double sum = 0;
    for (double[] row : matrix) {
      for (double value : row) {
        sum += value * value;
      }
    }
    return sum <= tolerance * tolerance;
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

  /** {@code A B}. */
  static double[][] times(double[][] a, double[][] b) {
    double[][] out = new double[a.length][b[0].length];
    DenseProduct.add(a, b, out);
    return out;
  }

  /** A matrix as an array a row. */
  static double[][] rows(DMatrixRMaj matrix) {
    double[][] rows = new double[matrix.numRows][];
    for (int i = 0; i < rows.length; i++) {
      int from = i * matrix.numCols;
      rows[i] = Arrays.copyOfRange(matrix.data, from, from + matrix.numCols);
    }
    return rows;
  }
}
