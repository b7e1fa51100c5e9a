package io.flinkssm.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A held sample is so many steps with the same input, in both views. */
class RateMethodTest {

  private static final int CHANNELS = 19;
  private static final int MODES = 5;

  private static List<StateSpace> warping(Random random, int heads) {
    return List.of(
        Banks.diagonal(random, Discretization.BILINEAR, CHANNELS, MODES, heads),
        Banks.dplr(random, CHANNELS, MODES, 1, heads, 0),
        Banks.dplr(random, CHANNELS, MODES, 2, heads, 257));
  }

  /** Every sample k times. */
  private static double[] repeated(double[] u, int samples, int k) {
    int width = u.length / samples;
    double[] out = new double[u.length * k];
    for (int t = 0; t < samples * k; t++) {
      System.arraycopy(u, t / k * width, out, t * width, width);
    }
    return out;
  }

  /** Every k-th row, from row k − 1 on. */
  private static double[] everyLast(double[] y, int samples, int k) {
    int width = y.length / (samples * k);
    double[] out = new double[samples * width];
    for (int t = 0; t < samples; t++) {
      System.arraycopy(y, (t * k + k - 1) * width, out, t * width, width);
    }
    return out;
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 3", "1.5, 2", "1.3, 2", "2.2, 2", "2.3, 3", "5.01, 5"})
  void holdIsSoManyStepsWithTheInputHeld(double rate, int k) {
    Random random = new Random(k);
    int samples = 47;
    for (StateSpace system : warping(random, 2)) {
      StateSpace held = RateMethod.HOLD.of(system, rate);
      double[] u = Banks.gaussian(random, samples * CHANNELS);
      double[] start = Banks.gaussian(random, 2 * MODES * CHANNELS);
      double[] fineState = start.clone();
      double[] fine =
          Banks.advance(system, rate / k, repeated(u, samples, k), samples * k, fineState);
      double[] state = start.clone();
      double[] y = Banks.advance(held, rate, u, samples, state);
      double scale = Math.max(1, Banks.max(fine));
      assertThat(Banks.error(y, everyLast(fine, samples, k))).isLessThan(1e-13 * scale);
      assertThat(Banks.error(state, fineState)).isLessThan(1e-13 * scale);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 3, 1.5, 2.3})
  void bothViewsHold(double rate) {
    Random random = new Random(7);
    int samples = 193;
    for (StateSpace system : warping(random, 1)) {
      StateSpace held = RateMethod.HOLD.of(system, rate);
      double[] u = Banks.gaussian(random, samples * CHANNELS);
      double[] y = Banks.advance(held, rate, u, samples, null);
      assertThat(Banks.error(Banks.convolve(held, rate, u, samples), y))
          .isLessThan(1e-11 * Math.max(1, Banks.max(y)));
      assertThat(Banks.error(Banks.advance(system, rate, u, samples, null), y))
          .describedAs("the methods differ")
          .isGreaterThan(1e-3);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "1.5, 2", "3, 3"})
  void kernelsThatLookAheadHoldTheirInputToo(double rate, int k) {
    Random random = new Random(8);
    int samples = 23;
    for (int rank : new int[] {0, 1, 2}) {
      ModalParameters p = Banks.parameters(random, 3, 4, rank, 2, true);
      StateSpace system =
          rank == 0 ? new DiagonalSystem(p, Discretization.BILINEAR) : new DplrSystem(p, 0);
      double[] u = Banks.gaussian(random, samples * 3);
      int steps = samples * k;
      double[] in = repeated(u, samples, k);
      double[] kernel = system.kernel(rate / k, steps);
      double[] fine = new double[steps * 6];
      for (int row = 0; row < 6; row++) {
        for (int t = 0; t < steps; t++) {
          double sum = system.skip()[row] * in[t * 3 + row % 3];
          for (int s = 0; s < steps; s++) {
            int tap = s <= t ? row * steps + t - s : (6 + row) * steps + s - t - 1;
            sum += kernel[tap] * in[s * 3 + row % 3];
          }
          fine[t * 6 + row] = sum;
        }
      }
      double[] expected = everyLast(fine, samples, k);
      double[] y = Banks.convolve(RateMethod.HOLD.of(system, rate), rate, u, samples);
      assertThat(Banks.error(y, expected)).isLessThan(1e-11 * Banks.max(expected));
    }
  }

  /**
   * With the output one step later, the backward kernels of u are the forward ones of u mirrored.
   */
  @Test
  void timeReversalTurnsForwardIntoBackward() {
    Random random = new Random(9);
    int samples = 31;
    ModalParameters p = Banks.parameters(random, 2, 4, 1, 1, true);
    double[] none = new double[2];
    StateSpace both = RateMethod.HOLD.of(new DplrSystem(withC(p, true, none), 0), 2);
    StateSpace mirror = RateMethod.HOLD.of(new DplrSystem(withC(p, false, none), 0), 2);
    double[] u = Banks.gaussian(random, samples * 2);
    double[] y = Banks.convolve(both, 2, u, samples);
    double[] reversed = Banks.convolve(mirror, 2, mirrored(u, samples), samples);
    double[] expected = new double[y.length];
    System.arraycopy(mirrored(reversed, samples), 2, expected, 0, y.length - 2);
    assertThat(Banks.error(y, expected)).isLessThan(1e-12 * Banks.max(expected));
  }

  /** Only the backward rows of C, as backward rows or as the forward rows of a causal system. */
  private static ModalParameters withC(ModalParameters p, boolean bidirectional, double[] d) {
    int half = p.cRe().length / 2;
    double[] re = Arrays.copyOfRange(p.cRe(), half, 2 * half);
    double[] im = Arrays.copyOfRange(p.cIm(), half, 2 * half);
    if (bidirectional) {
      double[] bothRe = new double[2 * half];
      double[] bothIm = new double[2 * half];
      System.arraycopy(re, 0, bothRe, half, half);
      System.arraycopy(im, 0, bothIm, half, half);
      re = bothRe;
      im = bothIm;
    }
    return new ModalParameters(
        p.channels(),
        p.modes(),
        p.rank(),
        p.heads(),
        bidirectional,
        p.delta(),
        p.lambdaRe(),
        p.lambdaIm(),
        p.bRe(),
        p.bIm(),
        p.pRe(),
        p.pIm(),
        re,
        im,
        d);
  }

  private static double[] mirrored(double[] u, int samples) {
    int width = u.length / samples;
    double[] out = new double[u.length];
    for (int t = 0; t < samples; t++) {
      System.arraycopy(u, t * width, out, (samples - 1 - t) * width, width);
    }
    return out;
  }

  @Test
  void neitherSplitsNorOtherKeysChangeABit() {
    Random random = new Random(10);
    int samples = 150;
    for (StateSpace system : warping(random, 1)) {
      DiscreteSystem held = RateMethod.HOLD.of(system, 2.5).discretize(2.5);
      float[] u = floats(Banks.gaussian(random, samples * CHANNELS));
      Kernels.Scan<float[]> scan = Kernels.float32().scan(held);
      Kernels.Scratch scratch = scan.newScratch();
      float[] whole = new float[u.length];
      float[] state = new float[held.stateLength()];
      scan.advance(state, 0, u, whole, samples, scratch);

      float[] mine = new float[held.stateLength()];
      float[] other = new float[held.stateLength()];
      float[] y = new float[u.length];
      for (int at = 0; at < samples; ) {
        int count = Math.min(1 + random.nextInt(40), samples - at);
        float[] in = Arrays.copyOfRange(u, at * CHANNELS, (at + 2 * count) * CHANNELS);
        float[] out = new float[in.length];
        Runs<float[]> runs = Runs.of(mine, count, 0);
        runs.add(other, count, 0);
        scan.advance(runs, 0, in, out, scratch);
        System.arraycopy(out, 0, y, at * CHANNELS, count * CHANNELS);
        at += count;
      }
      assertThat(y).isEqualTo(whole);
      assertThat(mine).isEqualTo(state);
    }
  }

  private static float[] floats(double[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) values[i];
    }
    return out;
  }

  @Test
  void methodsAreOneWhereNothingWarpsOrTheRateIsNotCoarser() {
    Random random = new Random(11);
    StateSpace zoh = Banks.diagonal(random, Discretization.ZOH, 2, 3, 1);
    assertThat(RateMethod.HOLD.of(zoh, 3)).isSameAs(zoh);
    double[] u = Banks.gaussian(random, 20);
    double[] fine = Banks.advance(zoh, 1, repeated(u, 10, 3), 30, null);
    assertThat(Banks.error(Banks.advance(zoh, 3, u, 10, null), everyLast(fine, 10, 3)))
        .isLessThan(1e-12);
    StateSpace dplr = Banks.dplr(random, 2, 3, 1, 1, 0);
    assertThat(RateMethod.HOLD.of(dplr, 1)).isSameAs(dplr);
    assertThat(RateMethod.HOLD.of(dplr, 0.3)).isSameAs(dplr);
    assertThat(RateMethod.HOLD.of(dplr, 1.25)).isSameAs(dplr);
    assertThat(RateMethod.PLAIN.of(dplr, 4)).isSameAs(dplr);
    assertThatIllegalArgumentException().isThrownBy(() -> RateMethod.HOLD.of(dplr, Double.NaN));
  }

  @Test
  void aDiagonalSystemHoldsForNothing() {
    Random random = new Random(12);
    StateSpace diagonal = Banks.diagonal(random, Discretization.BILINEAR, 2, 3, 1);
    assertThat(RateMethod.HOLD.of(diagonal, 4).discretize(4).steps()).isEqualTo(1);
    assertThat(RateMethod.HOLD.of(diagonal, 4).stepsPerSample()).isEqualTo(1);
    StateSpace dplr = Banks.dplr(random, 2, 3, 1, 1, 0);
    assertThat(RateMethod.HOLD.of(dplr, 4).discretize(4).steps()).isEqualTo(4);
    assertThat(RateMethod.HOLD.of(dplr, 4).stepsPerSample()).isEqualTo(4);
  }

  /**
   * C̃ serves the native step alone, which is what a held sample of an integer rate consists of.
   */
  @Test
  void storedTapsServeWithoutC() {
    Random random = new Random(13);
    ModalParameters p = Banks.parameters(random, 1, 3, 1, 1, false);
    // A mode that neither moves nor decays cannot be told from its start.
    p.lambdaRe()[0] = -1e-13;
    p.lambdaIm()[0] = 0;
    p.pRe()[0] = 0;
    p.pIm()[0] = 0;
    StateSpace system = new DplrSystem(p, 16);
    StateSpace held = RateMethod.HOLD.of(system, 2);
    assertThat(held.streams()).isFalse();
    assertThat(held.kernelLength(2, 5, 64)).isEqualTo(8);
    double[] fine = system.kernel(1, 16);
    assertThat(held.kernel(2, 8)).startsWith(fine[0] + fine[1]).endsWith(fine[14] + fine[15]);
  }

  @Test
  void modesAboveHalfTheSamplingRateAlias() {
    double[] one = {1, 1, 1};
    double[] none = {0, 0, 0};
    ModalParameters p =
        new ModalParameters(
            1,
            3,
            0,
            1,
            false,
            new double[] {0.1, 0.1, 0.1},
            new double[] {-1, -1, -1},
            new double[] {10, -20, 20},
            one,
            none,
            new double[0],
            new double[0],
            new double[] {1, 1, 0},
            none,
            new double[1]);
    StateSpace system = new DiagonalSystem(p, Discretization.BILINEAR);
    assertThat(system.aliasedModes(1)).isZero();
    assertThat(system.aliasedModes(1.5)).isZero();
    assertThat(system.aliasedModes(1.6)).isEqualTo(1);
    assertThat(system.aliasedModes(3.2)).describedAs("the third has no weight").isEqualTo(2);
    assertThat(RateMethod.HOLD.of(system, 3.2).aliasedModes(3.2)).isEqualTo(2);
  }
}
