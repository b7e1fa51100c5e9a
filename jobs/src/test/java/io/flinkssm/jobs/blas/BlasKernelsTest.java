package io.flinkssm.jobs.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products by ND4J beside plain Java; skips itself without ND4J: build with {@code -Pblas}. */
class BlasKernelsTest {

  @BeforeAll
  static void needsNd4j() {
    Optional<String> obstacle = Nd4j.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.get() + "; build with -Pblas");
  }

  @ParameterizedTest
  @CsvSource({"64,128", "67,93", "128,256", "1,64", "64,10"})
  void multipliesAsPlainJavaDoes(int in, int out) {
    for (int rows : new int[] {1, 255, 256, 257, 512, 1000}) {
      assertEqual(Providers.float32("scalar"), in, out, rows, 1e-5);
      assertEqual(Kernels.float64(), in, out, rows, 1e-12);
    }
  }

  private static <A> void assertEqual(
      Kernels<A> java, int in, int out, int rows, double tolerance) {
    Random random = new Random(7);
    double[] weight = gaussian(random, in * out);
    double[] bias = gaussian(random, out);
    Kernels<A> blas = new BlasKernels<>(java);
    A x = java.allocate(rows * in);
    java.fromDouble(gaussian(random, rows * in), 0, x, 0, rows * in);
    for (double[] b : new double[][] {bias, null}) {
      A expected = java.allocate(rows * out);
      Kernels.Linear<A> oracle = java.linear(weight, b, in, out);
      oracle.apply(x, expected, rows, oracle.newScratch());
      A actual = java.allocate(rows * out);
      Kernels.Linear<A> linear = blas.linear(weight, b, in, out);
      Kernels.Scratch scratch = linear.newScratch();
      linear.apply(x, actual, rows, scratch);
      assertThat(linear instanceof BlasLinear).isEqualTo(in * out >= 4096);
      for (int k = 0; k < rows * out; k++) {
        assertThat(java.get(actual, k) - java.get(expected, k))
            .as("row %d, output %d of %d × %d × %d", k / out, k % out, rows, in, out)
            .isBetween(-tolerance * Math.sqrt(in), tolerance * Math.sqrt(in));
      }
      A again = java.allocate(rows * out);
      linear.apply(x, again, rows, scratch);
      assertThat(again).isEqualTo(actual);
    }
  }

  private static double[] gaussian(Random random, int length) {
    return random.doubles(length, -1, 1).toArray();
  }
}
