package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JointLevelTest {
  private static final double LN_1000 = Math.log(1000);

  /** Correlation in time, and the part that all channels share. */
  @ParameterizedTest
  @CsvSource({"2,0,0", "8,0,0", "32,0,0", "2,.95,0", "8,.95,0", "8,.99,0", "2,0,.9"})
  void stationaryNoiseIsAsRareAsItSays(int channels, double memory, double shared) {
    assertThat(rate(channels, memory, shared, 0.01)).isBetween(0.001, 0.02);
    assertThat(rate(channels, memory, shared, 0.001)).isLessThan(0.002);
  }

  @Test
  void channelsThatShareTheirNoiseAreSoonKnownToBeFewer() {
    assertThat(rate(8, 0, 0.5, 0.01)).isBetween(0.001, 0.05);
    assertThat(rate(32, 0, 0.9, 0.01)).isBetween(0.001, 0.05);
  }

  private static double rate(int channels, double memory, double shared, double p) {
    JointLevel level = new JointLevel(0, channels);
    double[] state = new double[JointLevel.size(channels)];
    double[] x = new double[channels];
    Random random = new Random(1);
    int rare = 0;
    for (int i = 0; i < 60_000; i++) {
      double common = Math.sqrt(shared) * random.nextGaussian();
      for (int c = 0; c < channels; c++) {
        x[c] = memory * x[c] + common + Math.sqrt(1 - shared) * random.nextGaussian();
      }
      rare += level.observe(state, x, 0) >= -Math.log(p) && i >= 10_000 ? 1 : 0;
    }
    return rare / 50_000.0;
  }

  @Test
  void whatLeavesItsLevelStandsOutAsLongAsItLasts() {
    Recording recording = new Recording(8);
    recording.play(500, 0);
    recording.play(30, 8);
    double least = recording.play(270, 8);
    assertThat(least).isGreaterThan(LN_1000);
    assertThat(recording.level.channel(recording.state)).isEqualTo(3);

    recording.play(60, 0);
    recording.play(200, 0);
    assertThat(recording.most).isLessThan(LN_1000);
  }

  @Test
  void whatHasWanderedMayWander() {
    Random random = new Random(3);
    JointLevel level = new JointLevel(0, 2);
    double[] state = new double[JointLevel.size(2)];
    double[] x = new double[2];
    double most = 0;
    for (int i = 0; i < 1500; i++) {
      x[0] = random.nextGaussian();
      // To and fro between −4 and 4, where the steady channel is moved to below.
      x[1] = 0.5 * random.nextGaussian() + 4 * Math.sin(i * 2 * Math.PI / 300);
      double rarity = level.observe(state, x, 0);
      if (i >= 600) {
        most = Math.max(most, rarity);
      }
    }
    Recording steady = new Recording(8);
    steady.play(600, 0);
    steady.play(100, 4);
    assertThat(most).isLessThan(0.5 * steady.most);
  }

  @Test
  void orderOfChannelsIsOfNoConcern() {
    int channels = 5;
    JointLevel level = new JointLevel(0, channels);
    double[] state = new double[JointLevel.size(channels)];
    double[] reversedState = new double[JointLevel.size(channels)];
    double[] x = new double[channels];
    double[] reversed = new double[channels];
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      for (int c = 0; c < channels; c++) {
        x[c] = random.nextGaussian() * (c + 1) + (i >= 1500 && c == 1 ? 10 : 0);
        reversed[channels - 1 - c] = x[c];
      }
      double rarity = level.observe(state, x, 0);
      double other = level.observe(reversedState, reversed, 0);
      if (i < 100) {
        assertThat(rarity).isNaN();
        assertThat(other).isNaN();
      } else {
        assertThat(other).isCloseTo(rarity, within(1e-9 * (1 + rarity)));
      }
    }
    assertThat(level.channel(state)).isEqualTo(1);
    assertThat(level.channel(reversedState)).isEqualTo(channels - 2);
  }

  @Test
  void constantsAreQuietUntilTheyMoveAndThenGetUsedToIt() {
    JointLevel level = new JointLevel(3, 2);
    double[] state = new double[3 + JointLevel.size(2)];
    double[] x = {1e9, 0};
    double quiet = 0;
    for (int i = 0; i < 1000; i++) {
      double rarity = level.observe(state, x, 0);
      quiet = i < 100 ? 0 : Math.max(quiet, rarity);
    }
    assertThat(quiet).isLessThan(1);
    x[1] = 1e-3;
    assertThat(level.observe(state, x, 0)).isGreaterThan(LN_1000);
    double rarity = 0;
    for (int i = 0; i < 60_000; i++) {
      rarity = level.observe(state, x, 0);
    }
    assertThat(rarity).isLessThan(LN_1000);
    assertThat(state[0] + state[1] + state[2]).isZero();
  }

  @Test
  void hugeValuesLeaveNumbers() {
    JointLevel level = new JointLevel(0, 2);
    double[] state = new double[JointLevel.size(2)];
    for (int i = 0; i < 3000; i++) {
      double[] x = {i % 7 == 0 ? Double.MAX_VALUE : -Double.MAX_VALUE, i % 500 == 499 ? 1e300 : i};
      double rarity = level.observe(state, x, 0);
      assertThat(i < 100 || Double.isFinite(rarity)).isTrue();
    }
    assertThat(state).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
  }

  @Test
  void takesNoMemoryAndGoesOnFromACopyOfItsState() {
    Recording recording = new Recording(8);
    recording.play(5000, 0);
    double[] copy = recording.state.clone();
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8};
    double here = recording.level.observe(recording.state, x, 0);
    assertThat(new JointLevel(0, 8).observe(copy, x, 0)).isEqualTo(here);

    long before = allocated();
    for (int i = 0; i < 20_000; i++) {
      recording.level.observe(recording.state, x, 0);
    }
    assertThat(allocated() - before).isLessThan(10_000);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** Noise in some channels, of which the fourth can be shifted. */
  private static final class Recording {
    final JointLevel level;
    final double[] state;
    private final double[] x;
    private final Random random = new Random(7);

    /** The rarest of the last samples played. */
    double most;

    Recording(int channels) {
      level = new JointLevel(0, channels);
      state = new double[JointLevel.size(channels)];
      x = new double[channels];
    }

    /** Plays samples; the least rarity among them. */
    double play(int samples, double shift) {
      double least = Double.POSITIVE_INFINITY;
      most = 0;
      for (int i = 0; i < samples; i++) {
        for (int c = 0; c < x.length; c++) {
          x[c] = random.nextGaussian() + (c == 3 ? shift : 0);
        }
        double rarity = level.observe(state, x, 0);
        least = Math.min(least, rarity);
        most = Math.max(most, rarity);
      }
      return least;
    }
  }
}
