package io.flinkssm.simd;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * Compares two float32 providers on small awkward shapes, before one of them is trusted: a compiler
 * bug or an unusual CPU shows here, not in somebody's scores. Takes some milliseconds.
 */
final class SelfTest {
  private static final int ROWS = 7;
  private static final int IN = 5;
  private static final int WIDTH = 37;
  private static final double TOLERANCE = 1e-5;

  private SelfTest() {}

  /** Says in which kernel the candidate first differs from the reference; empty if in none. */
  static Optional<String> compare(Kernels<float[]> candidate, Kernels<float[]> reference) {
    for (Map.Entry<String, Function<Kernels<float[]>, float[]>> run : runs().entrySet()) {
      float[] found = run.getValue().apply(candidate);
      float[] expected = run.getValue().apply(reference);
      for (int i = 0; i < expected.length; i++) {
        // Written so that NaN differs.
        double bound = TOLERANCE * Math.max(1, Math.abs(expected[i]));
        if (!(Math.abs(found[i] - expected[i]) <= bound)) {
          return Optional.of(
              run.getKey() + " gives " + found[i] + " at " + i + ", not " + expected[i]);
        }
      }
    }
    return Optional.empty();
  }

  private static Map<String, Function<Kernels<float[]>, float[]>> runs() {
    Map<String, Function<Kernels<float[]>, float[]>> runs = new LinkedHashMap<>();
    runs.put("linear, one row", kernels -> linear(kernels, 1));
    runs.put("linear, many rows", kernels -> linear(kernels, ROWS));
    runs.put("scan, diagonal", kernels -> scan(kernels, 0, 1));
    runs.put("scan, rank one", kernels -> scan(kernels, 1, 1));
    runs.put("scan, rank one, held", kernels -> scan(kernels, 1, 2));
    runs.put("convolution", SelfTest::convolution);
    for (Activation activation : Activation.values()) {
      runs.put(
          activation.name(),
          kernels -> {
            float[] x = noise(1, WIDTH);
            kernels.activate(activation, x, WIDTH);
            return x;
          });
    }
    runs.put(
        "glu",
        kernels -> {
          float[] y = new float[ROWS * WIDTH];
          kernels.glu(noise(1, 2 * ROWS * WIDTH), y, ROWS, WIDTH);
          return y;
        });
    runs.put(
        "layerNorm",
        kernels -> {
          float[] x = noise(1, ROWS * WIDTH);
          kernels.layerNorm(x, ROWS, WIDTH, noise(2, WIDTH), noise(3, WIDTH), 1e-5);
          return x;
        });
    runs.put(
        "affine",
        kernels -> {
          float[] x = noise(1, ROWS * WIDTH);
          kernels.affine(x, ROWS, WIDTH, noise(2, WIDTH), noise(3, WIDTH));
          return x;
        });
    runs.put(
        "accumulate",
        kernels -> {
          float[] sums = noise(2, 2 * WIDTH);
          kernels.accumulate(noise(1, ROWS * WIDTH), 0, ROWS, WIDTH, sums, 0);
          return sums;
        });
    runs.put(
        "combine",
        kernels -> {
          float[] y = noise(1, WIDTH);
          kernels.combine(0.5, noise(2, WIDTH), -2, y, WIDTH);
          return y;
        });
    return runs;
  }

  private static float[] scan(Kernels<float[]> kernels, int rank, int steps) {
    int plane = IN * WIDTH;
    double[] small = new Random(1).doubles(plane, -0.1, 0.1).toArray();
    double[] large = new Random(2).doubles(plane, -0.7, 0.7).toArray();
    double[] low = Arrays.copyOf(small, rank * plane);
    double[] row = Arrays.copyOf(large, WIDTH);
    DiscreteSystem system =
        new DiscreteSystem(
            WIDTH,
            IN,
            rank,
            1,
            large,
            small,
            small,
            large,
            low,
            low,
            low,
            low,
            Arrays.copyOf(row, rank * WIDTH),
            large,
            small,
            row);
    Kernels.Scan<float[]> scan = kernels.scan(system.held(steps));
    float[] y = new float[ROWS * WIDTH];
    float[] state = noise(4, system.stateLength());
    scan.advance(state, 0, noise(3, ROWS * WIDTH), y, ROWS, scan.newScratch());
    return y;
  }

  private static float[] linear(Kernels<float[]> kernels, int rows) {
    double[] weight = new Random(1).doubles(WIDTH * IN, -1, 1).toArray();
    double[] bias = new Random(2).doubles(WIDTH, -1, 1).toArray();
    Kernels.Linear<float[]> linear = kernels.linear(weight, bias, IN, WIDTH);
    float[] y = new float[rows * WIDTH];
    linear.apply(noise(3, rows * IN), y, rows, linear.newScratch());
    return y;
  }

  private static float[] convolution(Kernels<float[]> kernels) {
    double[] kernel = new Random(1).doubles(WIDTH * IN, -1, 1).toArray();
    Kernels.Convolution<float[]> convolution =
        kernels.convolution(new Taps(WIDTH, 1, IN, kernel, kernel), 8);
    float[] y = new float[ROWS * WIDTH];
    convolution.apply(noise(3, ROWS * WIDTH), y, ROWS, convolution.newScratch());
    return y;
  }

  private static float[] noise(long seed, int length) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
