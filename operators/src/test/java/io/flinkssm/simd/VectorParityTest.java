package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The vector kernels against the plain ones, and the bits that must not depend on a call's size.
 */
class VectorParityTest {
  private static final Kernels<float[]> PLAIN = Providers.float32("scalar");
  private static Kernels<float[]> vector;

  @BeforeAll
  static void findVectorKernels() {
    List<Kernels<float[]>> found = KernelsUnderTest.float32();
    assumeThat(found).as("vectors run on this machine").hasSize(2);
    vector = found.get(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 100, 128, 255})
  void linearMapsAgree(int out) {
    Random random = new Random(out);
    for (int in : new int[] {1, 2, 7, 16, 33, 100}) {
      double[] weight = Systems.gaussian(random, in * out, 1);
      double[] bias = Systems.gaussian(random, out, 1);
      float[] x = noise(random, 160 * in);
      float[] all = apply(vector.linear(weight, bias, in, out), x, 160);
      assertClose(all, apply(PLAIN.linear(weight, bias, in, out), x, 160), 3e-6 * in);
      for (int rows : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 48, 49}) {
        float[] some = apply(vector.linear(weight, bias, in, out), x, rows);
        assertThat(some).as("%d rows", rows).isEqualTo(Arrays.copyOf(all, rows * out));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void functionsAgreeAndDoNotShowWhereVectorsEnd(Activation activation) {
    float[] x = noise(new Random(1), 255);
    x[0] = 0f;
    x[1] = -0f;
    x[2] = Float.NaN;
    x[3] = Float.POSITIVE_INFINITY;
    x[4] = Float.NEGATIVE_INFINITY;
    x[5] = 1e30f;
    x[6] = -1e-38f;
    float[] whole = x.clone();
    vector.activate(activation, whole, whole.length);
    float[] plain = x.clone();
    PLAIN.activate(activation, plain, plain.length);
    assertClose(whole, plain, 1e-6);
    for (int length : new int[] {1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 100, 128}) {
      float[] start = x.clone();
      vector.activate(activation, start, length);
      assertThat(Arrays.copyOf(start, length)).isEqualTo(Arrays.copyOf(whole, length));
      assertThat(Arrays.copyOfRange(start, length, 255))
          .isEqualTo(Arrays.copyOfRange(x, length, 255));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 15, 16, 17, 31, 33, 64, 100, 128, 255})
  void rowsAgreeAndStandAlone(int width) {
    int rows = 9;
    Random random = new Random(width);
    float[] ab = noise(random, 2 * rows * width);
    float[] x = noise(random, rows * width);
    float[] scale = noise(random, width);
    float[] shift = noise(random, width);
    float[] gated = new float[rows * width];
    vector.glu(ab.clone(), gated, rows, width);
    float[] plain = new float[rows * width];
    PLAIN.glu(ab.clone(), plain, rows, width);
    assertClose(gated, plain, 2e-6);
    float[] normal = x.clone();
    vector.layerNorm(normal, rows, width, scale, shift, 1e-5);
    float[] plainNormal = x.clone();
    PLAIN.layerNorm(plainNormal, rows, width, scale, shift, 1e-5);
    assertClose(normal, plainNormal, 2e-5);
    float[] scaled = x.clone();
    vector.affine(scaled, rows, width, scale, shift);
    float[] plainScaled = x.clone();
    PLAIN.affine(plainScaled, rows, width, scale, shift);
    assertClose(scaled, plainScaled, 1e-6);
    // Additions round alike everywhere: here the providers agree to the bit.
    float[] sums = new float[2 * width];
    vector.accumulate(x, 0, rows, width, sums, 0);
    float[] plainSums = new float[2 * width];
    PLAIN.accumulate(x, 0, rows, width, plainSums, 0);
    assertThat(sums).isEqualTo(plainSums);
    float[] means = new float[width + 1];
    vector.quotient(sums, 0, width, rows, means, 1);
    float[] plainMeans = new float[width + 1];
    PLAIN.quotient(sums, 0, width, rows, plainMeans, 1);
    assertThat(means).isEqualTo(plainMeans);
    for (int r = 0; r < rows; r++) {
      float[] row = Arrays.copyOfRange(x, r * width, (r + 1) * width);
      float[] one = row.clone();
      vector.layerNorm(one, 1, width, scale, shift, 1e-5);
      assertThat(one).isEqualTo(Arrays.copyOfRange(normal, r * width, (r + 1) * width));
      one = row.clone();
      vector.affine(one, 1, width, scale, shift);
      assertThat(one).isEqualTo(Arrays.copyOfRange(scaled, r * width, (r + 1) * width));
      vector.glu(Arrays.copyOfRange(ab, 2 * r * width, 2 * (r + 1) * width), one, 1, width);
      assertThat(one).isEqualTo(Arrays.copyOfRange(gated, r * width, (r + 1) * width));
    }
  }

  private static float[] apply(Kernels.Linear<float[]> linear, float[] x, int rows) {
    // What lies behind the rows must stay as it is.
    float[] y = new float[rows * linear.out() + 3];
    Arrays.fill(y, -7f);
    linear.apply(x, y, rows, linear.newScratch());
    assertThat(Arrays.copyOfRange(y, y.length - 3, y.length)).containsOnly(-7f);
    return Arrays.copyOf(y, y.length - 3);
  }

  private static void assertClose(float[] found, float[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.isFinite(expected[i])) {
        assertThat(Math.abs(found[i] - expected[i]) / Math.max(1, Math.abs(expected[i])))
            .as("element %d, %s for %s", i, found[i], expected[i])
            .isLessThanOrEqualTo((float) tolerance);
      } else {
        assertThat(Float.compare(found[i], expected[i])).as("element %d", i).isZero();
      }
    }
  }

  private static float[] noise(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (3 * random.nextGaussian());
    }
    return values;
  }
}
