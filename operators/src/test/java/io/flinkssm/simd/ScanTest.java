package io.flinkssm.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScanTest {

  /** Channels, modes, rank, heads: every rank and head count meets awkward sizes. */
  static Stream<Arguments> shapes() {
    List<Arguments> shapes = new ArrayList<>();
    for (int channels : new int[] {1, 3, 7, 8, 13, 16, 64}) {
      for (int modes : new int[] {1, 2, 5, 32}) {
        for (int rank = 0; rank <= 3; rank++) {
          for (int heads = 1; heads <= 2; heads++) {
            shapes.add(Arguments.of(channels, modes, rank, heads));
          }
        }
      }
    }
    // Several groups of channels, with a last one that is narrower.
    shapes.add(Arguments.of(67, 37, 0, 1));
    shapes.add(Arguments.of(67, 37, 1, 2));
    shapes.add(Arguments.of(1031, 2, 0, 1));
    shapes.add(Arguments.of(1031, 2, 2, 1));
    return shapes.stream();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void matchesDenseMatrices(int channels, int modes, int rank, int heads) {
    DiscreteSystem system = Systems.random(channels, modes, rank, heads, 1);
    for (int samples : new int[] {1, 2, 3, 17, 160}) {
      if (samples == 160 && channels * modes > 500) {
        continue; // the dense oracle takes its time
      }
      Random random = new Random(samples);
      double[] u = Systems.gaussian(random, samples * channels, 1);
      double[] state = Systems.gaussian(random, system.stateLength(), 1);
      double[] expectedState = state.clone();
      double[] expected = Systems.denseAdvance(system, expectedState, u, samples);

      Run<double[]> exact = new Run<>(Kernels.float64(), system, state);
      assertClose(exact.advance(u, 0, samples), expected, 1e-13);
      assertClose(exact.state(), expectedState, 1e-13);

      for (Kernels<float[]> kernels : KernelsUnderTest.float32()) {
        Run<float[]> single = new Run<>(kernels, system, state);
        assertClose(single.advance(u, 0, samples), expected, 1e-5);
        assertClose(single.state(), expectedState, 1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void splittingTheStreamChangesNoBit(int channels, int modes, int rank, int heads) {
    DiscreteSystem system = Systems.random(channels, modes, rank, heads, 2);
    KernelsUnderTest.all().forEach(kernels -> assertSplitsAgree(kernels, system));
  }

  private static <A> void assertSplitsAgree(Kernels<A> kernels, DiscreteSystem system) {
    int samples = 141;
    Random random = new Random(3);
    double[] u = Systems.gaussian(random, samples * system.channels(), 1);
    double[] state = Systems.gaussian(random, system.stateLength(), 1);
    Run<A> whole = new Run<>(kernels, system, state);
    double[] expected = whole.advance(u, 0, samples);
    double[] expectedEnd = whole.state();
    for (int[] blocks : new int[][] {{1, 140}, {64, 77}, {63, 2, 1, 75}, {3, 5, 7, 126}}) {
      Run<A> split = new Run<>(kernels, system, state);
      int from = 0;
      for (int block : blocks) {
        double[] y = split.advance(u, from, block);
        int row = system.heads() * system.channels();
        for (int i = 0; i < y.length; i++) {
          assertSameBits(y[i], expected[from * row + i]);
        }
        from += block;
      }
      assertThat(from).isEqualTo(samples);
      double[] end = split.state();
      for (int i = 0; i < end.length; i++) {
        assertSameBits(end[i], expectedEnd[i]);
      }
    }
  }

  private static void assertSameBits(double actual, double expected) {
    if (Double.doubleToRawLongBits(actual) != Double.doubleToRawLongBits(expected)) {
      assertThat(actual).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void heldSamplesAreSoManySteps(int channels, int modes, int rank, int heads) {
    DiscreteSystem system = Systems.random(channels, modes, rank, heads, 4);
    KernelsUnderTest.all().forEach(kernels -> assertHolds(kernels, system));
  }

  private static <A> void assertHolds(Kernels<A> kernels, DiscreteSystem system) {
    int steps = 3;
    int samples = 70;
    int width = system.channels();
    int row = system.heads() * width;
    Random random = new Random(8);
    double[] u = Systems.gaussian(random, samples * width, 1);
    double[] state = Systems.gaussian(random, system.stateLength(), 1);
    double[] repeated = new double[u.length * steps];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = u[i / (steps * width) * width + i % width];
    }
    Run<A> single = new Run<>(kernels, system, state);
    double[] all = single.advance(repeated, 0, samples * steps);
    double[] expected = new double[samples * row];
    for (int t = 0; t < samples; t++) {
      System.arraycopy(all, (t * steps + steps - 1) * row, expected, t * row, row);
    }
    // Diagonal systems take one step, which rounds otherwise.
    double tolerance = system.rank() > 0 ? 0 : kernels.elementBytes() == 4 ? 1e-5 : 1e-13;
    Run<A> held = new Run<>(kernels, system.held(steps), state);
    assertClose(held.advance(u, 0, samples), expected, tolerance);
    assertClose(held.state(), single.state(), tolerance);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void keysInOneBlockDoNotMeet(int channels, int modes, int rank, int heads) {
    DiscreteSystem system = Systems.random(channels, modes, rank, heads, 5);
    KernelsUnderTest.all().forEach(kernels -> assertRunsAgree(kernels, system));
  }

  /** Keys side by side in one block give the bits that each gives alone. */
  private static <A> void assertRunsAgree(Kernels<A> kernels, DiscreteSystem system) {
    int[] lengths = {1, 4, 1, 1, 17, 2};
    int samples = Arrays.stream(lengths).sum();
    int width = system.channels();
    int row = system.heads() * width;
    Random random = new Random(6);
    double[] u = Systems.gaussian(random, samples * width, 1);
    A in = kernels.allocate(u.length);
    kernels.fromDouble(u, 0, in, 0, u.length);
    A out = kernels.allocate(samples * row);
    Runs<A> runs = new Runs<>();
    List<Run<A>> keys = new ArrayList<>();
    for (int length : lengths) {
      Run<A> key = new Run<>(kernels, system, Systems.gaussian(random, system.stateLength(), 1));
      A state = kernels.allocate(system.stateLength());
      kernels.copy(key.state, 0, state, 0, system.stateLength());
      runs.add(state, length, 0);
      keys.add(key);
    }
    Kernels.Scan<A> scan = kernels.scan(system);
    scan.advance(runs, 0, in, out, scan.newScratch());
    for (int k = 0; k < lengths.length; k++) {
      double[] y = keys.get(k).advance(u, runs.start(k), lengths[k]);
      for (int i = 0; i < y.length; i++) {
        assertSameBits(kernels.get(out, runs.start(k) * row + i), y[i]);
      }
      double[] end = keys.get(k).state();
      for (int i = 0; i < end.length; i++) {
        assertSameBits(kernels.get(runs.state(k), i), end[i]);
      }
    }
  }

  @Test
  void readsAndWritesTheStateAtItsOffsetOnly() {
    DiscreteSystem system = Systems.random(3, 5, 1, 1, 4);
    Kernels<double[]> kernels = Kernels.float64();
    double[] u = {0.5, -1, 2};
    double[] expectedState = new double[system.stateLength()];
    double[] expected = Systems.denseAdvance(system, expectedState, u, 1);
    double[] state = new double[system.stateLength() + 9];
    Arrays.fill(state, 0, 4, 7);
    Arrays.fill(state, state.length - 5, state.length, 7);

    Kernels.Scan<double[]> scan = kernels.scan(system);
    double[] y = new double[3];
    scan.advance(state, 4, u, y, 1, scan.newScratch());

    assertClose(y, expected, 1e-13);
    assertThat(state).startsWith(7, 7, 7, 7).endsWith(7, 7, 7, 7, 7);
    assertClose(Arrays.copyOfRange(state, 4, state.length - 5), expectedState, 1e-13);
  }

  /** Largest difference against the largest expected magnitude; NaN passes no bound. */
  private static void assertClose(double[] actual, double[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    double scale = 1;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    assertThat(worst / scale).isLessThanOrEqualTo(tolerance);
  }

  /** One key: a prepared scan, its state and scratch, with double at the edges. */
  private static final class Run<A> {
    private final Kernels<A> kernels;
    private final Kernels.Scan<A> scan;
    private final Kernels.Scratch scratch;
    private final A state;

    Run(Kernels<A> kernels, DiscreteSystem system, double[] initial) {
      this.kernels = kernels;
      this.scan = kernels.scan(system);
      this.scratch = scan.newScratch();
      this.state = kernels.allocate(initial.length);
      kernels.fromDouble(initial, 0, state, 0, initial.length);
    }

    double[] advance(double[] u, int from, int samples) {
      int width = scan.system().channels();
      A in = kernels.allocate(samples * width);
      kernels.fromDouble(u, from * width, in, 0, samples * width);
      A out = kernels.allocate(samples * width * scan.system().heads());
      scan.advance(state, 0, in, out, samples, scratch);
      double[] y = new double[kernels.length(out)];
      kernels.toDouble(out, 0, y, 0, y.length);
      return y;
    }

    double[] state() {
      double[] copy = new double[kernels.length(state)];
      kernels.toDouble(state, 0, copy, 0, copy.length);
      return copy;
    }
  }
}
