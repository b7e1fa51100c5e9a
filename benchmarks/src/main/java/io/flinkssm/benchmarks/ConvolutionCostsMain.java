package io.flinkssm.benchmarks;

import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
import io.flinkssm.simd.Taps;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures the constants of the planner, {@code io.flinkssm.ssm.ConvolutionCosts}, for one
 * provider: {@code scalar}, {@code vector} or {@code float64}. Minima of many calls, so that other
 * processes matter little.
 */
public final class ConvolutionCostsMain {
  private static final int CHANNELS = 128;
  private static final int MODES = 32;
  private static final int BLOCK = 256;
  private static final int POINTS = 16_384;
  private static final long NANOS = 4_000_000_000L;

  private ConvolutionCostsMain() {}

  /** Prints the constants in nanoseconds. */
  public static void main(String[] args) {
    Kernels<?> kernels = args[0].equals("float64") ? Kernels.float64() : Providers.float32(args[0]);
    double mode = scan(kernels, 0, 1);
    double rank = scan(kernels, 1, 1) - mode;
    double head = scan(kernels, 0, 2) - mode;
    System.out.printf(
        Locale.ROOT,
        "%s: mode %.3f, rank %.3f, head %.3f, point %.3f%n",
        kernels.name(),
        mode,
        rank,
        head,
        transform(kernels));
  }

  /** A sample of one mode of one channel. */
  private static <A> double scan(Kernels<A> kernels, int rank, int heads) {
    int plane = CHANNELS * MODES;
    Kernels.Scan<A> scan =
        kernels.scan(
            new DiscreteSystem(
                CHANNELS,
                MODES,
                rank,
                heads,
                constant(plane, 0.8),
                constant(plane, 0.5),
                constant(plane, 0.1),
                constant(plane, 0.1),
                constant(rank * plane, 1e-3),
                constant(rank * plane, 1e-3),
                constant(rank * plane, 1e-3),
                constant(rank * plane, 1e-3),
                constant(rank * CHANNELS, 1e-3),
                constant(heads * plane, 1),
                constant(heads * plane, 1),
                constant(heads * CHANNELS, 1)));
    A state = kernels.allocate(scan.system().stateLength());
    A u = noise(kernels, BLOCK * CHANNELS);
    A y = kernels.allocate(BLOCK * heads * CHANNELS);
    Kernels.Scratch scratch = scan.newScratch();
    return least(() -> scan.advance(state, 0, u, y, BLOCK, scratch)) / BLOCK / plane;
  }

  /** One transform of one channel, divided by n·log2 n. */
  private static <A> double transform(Kernels<A> kernels) {
    Taps taps = new Taps(CHANNELS, 1, POINTS, Layers.noise(CHANNELS * POINTS, 1), null);
    Kernels.Convolution<A> convolution = kernels.convolution(taps, POINTS);
    A u = noise(kernels, POINTS * CHANNELS);
    A y = kernels.allocate(POINTS * CHANNELS);
    Kernels.Scratch scratch = convolution.newScratch();
    double levels = Math.log(POINTS) / Math.log(2);
    return least(() -> convolution.apply(u, y, POINTS, scratch)) / 2 / CHANNELS / POINTS / levels;
  }

  private static double least(Runnable call) {
    long least = Long.MAX_VALUE;
    long start = System.nanoTime();
    for (long now = start; now - start < NANOS; ) {
      call.run();
      long then = System.nanoTime();
      least = Math.min(least, then - now);
      now = then;
    }
    return least;
  }

  private static double[] constant(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }

  private static <A> A noise(Kernels<A> kernels, int length) {
    A values = kernels.allocate(length);
    kernels.fromDouble(Layers.noise(length, 2), 0, values, 0, length);
    return values;
  }
}
