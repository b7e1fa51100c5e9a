package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearTest {

  @ParameterizedTest
  @CsvSource({
    "1,1", "3,2", "4,7", "5,13", "13,1", "64,128", "67,5", "10,300", "128,31", "100,33", "17,255"
  })
  void multipliesAndAddsTheBias(int in, int out) {
    Random random = new Random(1);
    double[] weight = Systems.gaussian(random, in * out, 1);
    double[] bias = Systems.gaussian(random, out, 1);
    for (int rows : new int[] {1, 2, 3, 5, 6, 7, 8, 17, 49, 160}) {
      double[] x = Systems.gaussian(random, rows * in, 1);
      for (double[] b : new double[][] {bias, null}) {
        assertMatches(Kernels.float64(), weight, b, in, out, x, 1e-14);
        for (Kernels<float[]> kernels : KernelsUnderTest.float32()) {
          assertMatches(kernels, weight, b, in, out, x, 1e-6);
        }
      }
    }
  }

  private static <A> void assertMatches(
      Kernels<A> kernels,
      double[] weight,
      double[] bias,
      int in,
      int out,
      double[] x,
      double tolerance) {
    int rows = x.length / in;
    Kernels.Linear<A> linear = kernels.linear(weight, bias, in, out);
    assertThat(linear.in()).isEqualTo(in);
    assertThat(linear.out()).isEqualTo(out);
    A from = kernels.allocate(x.length);
    kernels.fromDouble(x, 0, from, 0, x.length);
    A to = kernels.allocate(rows * out);
    linear.apply(from, to, rows, linear.newScratch());
    A alone = kernels.allocate(out);
    A row = kernels.allocate(in);
    for (int r = 0; r < rows; r++) {
      kernels.copy(from, r * in, row, 0, in);
      linear.apply(row, alone, 1, linear.newScratch());
      for (int o = 0; o < out; o++) {
        double expected = bias == null ? 0 : bias[o];
        double scale = 1;
        for (int i = 0; i < in; i++) {
          double product = weight[o * in + i] * x[r * in + i];
          expected += product;
          scale += Math.abs(product);
        }
        double actual = kernels.get(to, r * out + o);
        assertThat(Math.abs(actual - expected) / scale).isLessThan(tolerance);
        // A row alone and a row of a block are the same to the bit.
        assertThat(kernels.get(alone, o)).isEqualTo(actual);
      }
    }
  }
}
