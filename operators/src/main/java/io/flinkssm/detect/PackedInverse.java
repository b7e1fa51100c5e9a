package io.flinkssm.detect;

/** The inverse of a symmetric positive matrix; lower triangles, row by row in one array. */
final class PackedInverse {
  private PackedInverse() {}

  /** Places of a lower triangle. */
  static int size(int n) {
    return n * (n + 1) / 2;
  }

  /** Place of {@code (i, j)}, {@code j ≤ i}, in the triangle. */
  static int at(int i, int j) {
    return i * (i + 1) / 2 + j;
  }

  /**
   * Inverts a matrix in place by its Cholesky factor.
   *
   * @param a n × n, its eigenvalues well above rounding
   */
  static void invert(double[] a, int n) {
    factor(a, n);
    invertFactor(a, n);
    multiplyByTranspose(a, n);
  }

  /** {@code A → L}, {@code A = L Lᵀ}. */
  private static void factor(double[] a, int n) {
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double sum = a[at(i, j)];
        for (int k = 0; k < j; k++) {
          sum -= a[at(i, k)] * a[at(j, k)];
        }
        a[at(i, j)] = i == j ? Math.sqrt(sum) : sum / a[at(j, j)];
      }
    }
  }

  /** {@code L → L⁻¹}. */
  private static void invertFactor(double[] a, int n) {
    for (int j = 0; j < n; j++) {
      a[at(j, j)] = 1 / a[at(j, j)];
      for (int i = j + 1; i < n; i++) {
        double sum = 0;
        for (int k = j; k < i; k++) {
          sum -= a[at(i, k)] * a[at(k, j)];
        }
        a[at(i, j)] = sum / a[at(i, i)];
      }
    }
  }

  /** {@code M → Mᵀ M}; row by row from the top, since a row needs those at and below it only. */
  private static void multiplyByTranspose(double[] a, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = i; k < n; k++) {
          sum += a[at(k, i)] * a[at(k, j)];
        }
        a[at(i, j)] = sum;
      }
    }
  }
}
