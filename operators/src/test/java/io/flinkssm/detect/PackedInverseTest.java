package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedInverseTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 32})
  void timesTheMatrixIsOne(int n) {
    Random random = new Random(n);
    double[][] b = new double[n][n];
    for (double[] row : b) {
      for (int j = 0; j < n; j++) {
        row[j] = random.nextGaussian();
      }
    }
    double[][] a = new double[n][n];
    double[] packed = new double[PackedInverse.size(n)];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        a[i][j] = i == j ? 0.1 : 0;
        for (int k = 0; k < n; k++) {
          a[i][j] += b[i][k] * b[j][k];
        }
        if (j <= i) {
          packed[PackedInverse.at(i, j)] = a[i][j];
        }
      }
    }

    PackedInverse.invert(packed, n);

    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
          sum += a[i][k] * packed[PackedInverse.at(Math.max(k, j), Math.min(k, j))];
        }
        assertThat(sum).isCloseTo(i == j ? 1 : 0, within(1e-9));
      }
    }
  }
}
