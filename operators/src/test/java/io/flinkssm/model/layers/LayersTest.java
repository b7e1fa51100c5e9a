package io.flinkssm.model.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.flinkssm.model.Safetensors;
import io.flinkssm.model.Tensors;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.testing.SafetensorsWriter;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayersTest {

  private static final Kernels<double[]> F64 = Kernels.float64();
  private static final int WIDTH = 5;

  @Test
  void scalarLayerNormIsTheFormulaAndZeroForEqualValues() {
    Norm norm = new Norm(Norm.Kind.SCALAR_LAYER, 2, new double[] {3}, new double[] {0.5});
    double[] x = {1, 5, 7, 7};
    norm.prepare(F64).apply(x, 2, new double[4]);
    // Mean 3, std 2: (3/2)(1 − 3 + 0.5) and (3/2)(5 − 3 + 0.5).
    assertThat(x).containsExactly(-2.25, 3.75, 0, 0);
  }

  @Test
  void batchNormFoldsItsRunningStatistics() {
    SafetensorsWriter w = new SafetensorsWriter();
    w.put("weight", new double[] {2}, 1).put("bias", new double[] {1}, 1);
    w.put("running_mean", new double[] {4}, 1).put("running_var", new double[] {9 - Norm.EPS}, 1);
    Tensors tensors = Tensors.of(Safetensors.read("w", w.bytes()));
    double[] x = {10};
    Norm.read(tensors, "", Norm.Kind.AFFINE, 1).prepare(F64).apply(x, 1, new double[2]);
    assertThat(x[0]).isCloseTo(1 + 2 * (10 - 4) / 3.0, offset(1e-14));
  }

  @ParameterizedTest
  @EnumSource(Residual.Kind.class)
  void residualsFollowTheirFormulas(Residual.Kind kind) {
    Random random = new Random(29);
    SafetensorsWriter w = new SafetensorsWriter();
    double[] c = random.doubles(WIDTH, -1, 1).toArray();
    w.put("affine", c, WIDTH);
    for (String map : new String[] {"Wx.", "Wy."}) {
      w.put(map + "weight", random.doubles(WIDTH * WIDTH, -1, 1).toArray(), WIDTH, WIDTH);
      w.put(map + "bias", random.doubles(WIDTH, -1, 1).toArray(), WIDTH);
    }
    int rows = 3;
    double[] x = random.doubles((long) rows * WIDTH, -1, 1).toArray();
    double[] y = random.doubles((long) rows * WIDTH, -1, 1).toArray();
    double[] expected = new double[x.length];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < WIDTH; i++) {
        int at = r * WIDTH + i;
        double beta = 1 / Math.sqrt(3);
        double mapped = dense(w, "Wy.", y, r, i);
        double gate = 1 / (1 + Math.exp(-dense(w, "Wx.", x, r, i) - mapped));
        expected[at] =
            switch (kind) {
              case R -> x[at] + y[at];
              case A -> x[at] + c[i] * y[at];
              case D -> Math.sqrt(1 - beta * beta) * x[at] + beta * y[at];
              case H -> (1 - gate) * x[at] + gate * mapped;
              case F -> y[at];
            };
      }
    }
    Tensors tensors = Tensors.of(Safetensors.read("w", w.bytes()));
    Residual.Join<double[]> join = Residual.read(tensors, "", kind, WIDTH, 3).prepare(F64);
    join.apply(x, y, rows, join.newScratch(rows));
    for (int i = 0; i < x.length; i++) {
      assertThat(x[i]).as("%s at %d", kind, i).isCloseTo(expected[i], offset(1e-14));
    }
  }

  @Test
  void aScalarAffineResidualScalesEveryChannel() {
    SafetensorsWriter w = new SafetensorsWriter().put("affine", new double[] {0.5}, 1);
    Tensors tensors = Tensors.of(Safetensors.read("w", w.bytes()));
    double[] x = {1, 2};
    Residual.Join<double[]> join = Residual.read(tensors, "", Residual.Kind.A, 2, 1).prepare(F64);
    join.apply(x, new double[] {4, 8}, 1, join.newScratch(1));
    assertThat(x).containsExactly(3, 6);
  }

  @Test
  void float32MeansOutliveTheirMantissa() {
    Kernels<float[]> kernels = Kernels.float32();
    float[] state = new float[Pooling.MEAN.stateLength(1)];
    // A segment that has seen 2²⁶ samples of 0.1: a plain float32 sum and count would both stand
    // still.
    double count = 1L << 26;
    kernels.set(state, 0, 0.1 * count);
    kernels.set(state, 2, count);
    float[] x = new float[1000];
    Arrays.fill(x, 1);
    float[] y = new float[1];
    double sum = kernels.get(state, 0);
    for (int block = 0; block < 67; block++) {
      pool(Pooling.MEAN, state, x, 1000, 1, 1, y);
      sum += 1000;
      count += 1000;
    }
    assertThat(kernels.get(state, 2) + kernels.get(state, 3)).isEqualTo(count);
    assertThat((double) y[0]).isCloseTo(sum / count, offset(1e-8));
  }

  private static void pool(
      Pooling pooling, float[] state, float[] x, int rows, int width, int outputs, float[] y) {
    Runs<float[]> run = Runs.of(state, rows, outputs);
    pooling.apply(Kernels.float32(), run, 0, x, width, y);
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void poolingDoesNotShowWhereBlocksEnd(Pooling pooling) {
    Random random = new Random(31);
    int samples = 500;
    float[] x = new float[samples * WIDTH];
    for (int i = 0; i < x.length; i++) {
      // Addends of very different size use up all bits of a sum.
      x[i] = (float) Math.scalb(random.nextGaussian(), -random.nextInt(36));
    }
    float[] whole = new float[pooling.stateLength(WIDTH)];
    float[] expected = new float[x.length];
    pool(pooling, whole, x, samples, WIDTH, samples, expected);
    float[] state = new float[whole.length];
    for (int from = 0; from < samples; ) {
      int rows = Math.min(1 + random.nextInt(7), samples - from);
      float[] part = Arrays.copyOfRange(x, from * WIDTH, (from + rows) * WIDTH);
      float[] y = new float[part.length];
      pool(pooling, state, part, rows, WIDTH, rows, y);
      assertThat(y)
          .containsExactly(Arrays.copyOfRange(expected, from * WIDTH, (from + rows) * WIDTH));
      from += rows;
    }
    assertThat(state).containsExactly(whole);
  }

  @Test
  void transposedInputsMeetPermutedColumns() {
    LinearMap map = new LinearMap(6, 1, new double[] {1, 2, 3, 4, 5, 6}, null);
    assertThat(map.forTransposedInput(2, 3).weight()).containsExactly(1, 4, 2, 5, 3, 6);
  }

  private static double dense(SafetensorsWriter w, String map, double[] x, int row, int out) {
    double sum = w.values(map + "bias")[out];
    for (int i = 0; i < WIDTH; i++) {
      sum += w.values(map + "weight")[out * WIDTH + i] * x[row * WIDTH + i];
    }
    return sum;
  }
}
