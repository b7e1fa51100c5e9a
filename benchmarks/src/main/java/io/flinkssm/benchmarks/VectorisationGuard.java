package io.flinkssm.benchmarks;

import io.flinkssm.simd.Activation;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
import io.flinkssm.simd.RationalFits;
import java.util.ArrayList;
import java.util.List;

/**
 * Fails when a plain-Java kernel has silently stopped vectorising: another shape of a loop, an
 * array more, an index with another offset, and the JIT compiler falls back to one element at a
 * time, several times slower and without a word. Each kernel runs beside a loop of the same
 * arithmetic that no JIT can vectorise, in turns in one JVM, and must be faster by a factor that
 * only vectors give.
 *
 * <p>Run {@code java -cp benchmarks/target/benchmarks.jar
 * io.flinkssm.benchmarks.VectorisationGuard}; the exit code is 1 if a kernel is too slow.
 */
public final class VectorisationGuard {
  private static final int LENGTH = 4096;
  private static final int CHANNELS = 64;
  private static final int ROWS = 32;

  /** Long enough for the compiler to come round to the kernel, whatever else it has to do. */
  private static final long NANOS = 1_000_000_000L;

  private static final int CALLS = 40;

  /**
   * One comparison.
   *
   * @param kernel name of the kernel
   * @param ratio how many times faster it is than the loop beside it, by least times
   * @param least what it must reach
   */
  public record Result(String kernel, double ratio, double least) {
    /** Whether the kernel still vectorises. */
    public boolean passed() {
      return ratio >= least;
    }
  }

  private VectorisationGuard() {}

  /** Prints every comparison. */
  public static void main(String[] arguments) {
    boolean passed = true;
    for (Result result : measure()) {
      passed &= result.passed();
      System.out.printf(
          "%-10s %5.1f times as fast as one element at a time, at least %.1f expected: %s%n",
          result.kernel(), result.ratio(), result.least(), result.passed() ? "ok" : "FAILED");
    }
    System.exit(passed ? 0 : 1);
  }

  /** Compares every kernel that relies on the JIT compiler; takes a few seconds. */
  public static List<Result> measure() {
    Kernels<float[]> kernels = Providers.float32("scalar");
    List<Result> results = new ArrayList<>();
    float[] x = noise(kernels, LENGTH, 1);
    float[] y = noise(kernels, LENGTH, 2);
    // The identity, but the compiler cannot know that neighbours are neighbours.
    int[] order = new int[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      order[i] = i;
    }
    results.add(
        compare(
            "combine",
            () -> kernels.combine(0.5, x, 0.5, y, LENGTH),
            () -> combine(x, y, order),
            2.5));
    results.add(
        compare(
            "tanh", () -> kernels.activate(Activation.TANH, y, LENGTH), () -> tanh(y, order), 2));
    results.add(linear(kernels));
    results.add(scan(kernels));
    return results;
  }

  private static Result linear(Kernels<float[]> kernels) {
    int out = 2 * CHANNELS;
    double[] values = Layers.noise(out * CHANNELS, 3);
    Kernels.Linear<float[]> linear = kernels.linear(values, null, CHANNELS, out);
    Kernels.Scratch scratch = linear.newScratch();
    float[] weight = noise(kernels, values.length, 3);
    float[] x = noise(kernels, ROWS * CHANNELS, 4);
    float[] y = new float[ROWS * out];
    return compare(
        "linear", () -> linear.apply(x, y, ROWS, scratch), () -> dotProducts(weight, x, y), 2.5);
  }

  private static Result scan(Kernels<float[]> kernels) {
    DiscreteSystem system = Layers.Kind.S4D.discrete(CHANNELS);
    Kernels.Scan<float[]> scan = kernels.scan(system);
    Kernels.Scratch scratch = scan.newScratch();
    float[] state = new float[system.stateLength()];
    float[] u = noise(kernels, ROWS * CHANNELS, 5);
    float[] y = new float[u.length];
    NaiveScan naive = new NaiveScan(system);
    double[] naiveU = Layers.noise(u.length, 5);
    double[] naiveY = new double[u.length];
    return compare(
        "scan",
        () -> scan.advance(state, 0, u, y, ROWS, scratch),
        () -> naive.advance(naiveU, naiveY, ROWS),
        2);
  }

  private static Result compare(String name, Runnable kernel, Runnable loop, double least) {
    double kernelNanos = Double.MAX_VALUE;
    double loopNanos = Double.MAX_VALUE;
    long end = System.nanoTime() + NANOS;
    while (System.nanoTime() < end) {
      kernelNanos = Math.min(kernelNanos, time(kernel));
      loopNanos = Math.min(loopNanos, time(loop));
    }
    return new Result(name, loopNanos / kernelNanos, least);
  }

  private static double time(Runnable work) {
    long start = System.nanoTime();
    for (int call = 0; call < CALLS; call++) {
      work.run();
    }
    return System.nanoTime() - start;
  }

  private static void combine(float[] x, float[] y, int[] order) {
    for (int i = 0; i < order.length; i++) {
      int k = order[i];
      y[k] = 0.5f * x[k] + 0.5f * y[k];
    }
  }

  private static void tanh(float[] x, int[] order) {
    for (int i = 0; i < order.length; i++) {
      int k = order[i];
      float range = RationalFits.TANH_RANGE;
      float c = Math.min(Math.max(x[k], -range), range);
      float z = c * c;
      float p = RationalFits.TANH_P4;
      p = p * z + RationalFits.TANH_P3;
      p = p * z + RationalFits.TANH_P2;
      p = p * z + RationalFits.TANH_P1;
      p = p * z + RationalFits.TANH_P0;
      float q = RationalFits.TANH_Q4;
      q = q * z + RationalFits.TANH_Q3;
      q = q * z + RationalFits.TANH_Q2;
      q = q * z + RationalFits.TANH_Q1;
      q = q * z + 1f;
      x[k] = Math.min(Math.max(c * p / q, -1f), 1f);
    }
  }

  private static void dotProducts(float[] weight, float[] x, float[] y) {
    int out = weight.length / CHANNELS;
    for (int r = 0; r < ROWS; r++) {
      for (int o = 0; o < out; o++) {
        float sum = 0;
        for (int i = 0; i < CHANNELS; i++) {
          sum += weight[o * CHANNELS + i] * x[r * CHANNELS + i];
        }
        y[r * out + o] = sum;
      }
    }
  }

  private static float[] noise(Kernels<float[]> kernels, int length, long seed) {
    float[] values = new float[length];
    kernels.fromDouble(Layers.noise(length, seed), 0, values, 0, length);
    return values;
  }
}
