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
   * @param a holds the matrix, n × n with eigenvalues well above rounding, from {@code offset} on
   */
  static void invert(double[] a, int offset, int n) {
    factor(a, offset, n);
    invertFactor(a, offset, n);
    multiplyByTranspose(a, offset, n);
  }

  /** {@code A → L}, {@code A = L Lᵀ}. */
  private static void factor(double[] a, int offset, int n) {
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double sum = a[offset + at(i, j)];
        for (int k = 0; k < j; k++) {
          sum -= a[offset + at(i, k)] * a[offset + at(j, k)];
        }
        a[offset + at(i, j)] = i == j ? Math.sqrt(sum) : sum / a[offset + at(j, j)];
      }
    }
  }

  /** {@code L → L⁻¹}. */
  private static void invertFactor(double[] a, int offset, int n) {
    for (int j = 0; j < n; j++) {
      a[offset + at(j, j)] = 1 / a[offset + at(j, j)];
      for (int i = j + 1; i < n; i++) {
        double sum = 0;
        for (int k = j; k < i; k++) {
          sum -= a[offset + at(i, k)] * a[offset + at(k, j)];
        }
        a[offset + at(i, j)] = sum / a[offset + at(i, i)];
      }
    }
  }

  /** {@code M → Mᵀ M}; row by row from the top, since a row needs those at and below it only. */
  private static void multiplyByTranspose(double[] a, int offset, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = i; k < n; k++) {
          sum += a[offset + at(k, i)] * a[offset + at(k, j)];
        }
        a[offset + at(i, j)] = sum;
      }
    }
  }
}
