package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JointCorrelationTest {
  private static final double LN_1000 = Math.log(1000);

  @ParameterizedTest
  @CsvSource({"2,0,0", "8,0,0", "32,0,0", "8,.95,0", "2,0,.9", "8,0,.9", "32,0,.9", "8,.9,.5"})
  void stationaryNoiseIsNoRarerThanItSays(int channels, double memory, double shared) {
    Recording recording = new Recording(channels, shared, memory);
    recording.play(10_000, x -> {});
    int rare = 0;
    for (int i = 0; i < 30_000; i++) {
      rare += recording.next(x -> {}) >= LN_1000 ? 1 : 0;
    }
    assertThat(rare / 30_000.0).isLessThan(0.002);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void aChannelThatLeavesTheOthersStandsOut(int channels) {
    Recording recording = new Recording(channels, 0.86, 0);
    recording.play(2000, x -> {});
    Random random = new Random(2);
    double most = recording.play(100, x -> x[1] = random.nextGaussian());
    assertThat(most).isGreaterThan(LN_1000);
    // Of two channels neither is the one that left.
    if (channels > 2) {
      assertThat(recording.channelAtMost).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void aChannelThatTurnsAroundOrStandsStillStandsOut(int channels) {
    Recording turned = new Recording(channels, 0.86, 0);
    turned.play(2000, x -> {});
    assertThat(turned.play(30, x -> x[1] = -x[1])).isGreaterThan(LN_1000);
    Recording stuck = new Recording(channels, 0.86, 0);
    stuck.play(2000, x -> {});
    assertThat(stuck.play(30, x -> x[1] = 0.5)).isGreaterThan(LN_1000);
  }

  @Test
  void aBurstInAllChannelsAndUnrelatedChannelsAreNoSuchEvidence() {
    Recording related = new Recording(8, 0.86, 0);
    related.play(2000, x -> {});
    int rare = 0;
    for (int i = 0; i < 100; i++) {
      rare += related.next(x -> scale(x, 3)) >= LN_1000 ? 1 : 0;
    }
    assertThat(rare).isLessThan(20);
    Recording unrelated = new Recording(8, 0, 0);
    unrelated.play(2000, x -> {});
    assertThat(unrelated.play(100, x -> x[1] *= 5)).isLessThan(LN_1000);
  }

  private static void scale(double[] x, double factor) {
    for (int c = 0; c < x.length; c++) {
      x[c] *= factor;
    }
  }

  @Test
  void orderOfChannelsIsOfNoConcern() {
    int channels = 5;
    JointCorrelation correlation = new JointCorrelation(0, channels);
    double[] state = new double[JointCorrelation.size(channels)];
    double[] reversedState = new double[JointCorrelation.size(channels)];
    JointCorrelation.Scratch scratch = correlation.newScratch();
    double[] reversed = new double[channels];
    Recording recording = new Recording(channels, 0.5, 0.5);
    for (int i = 0; i < 2000; i++) {
      double[] x = recording.draw();
      if (i >= 1500) {
        x[1] = 0;
      }
      for (int c = 0; c < channels; c++) {
        reversed[channels - 1 - c] = x[c];
      }
      double rarity = correlation.observe(state, x, 0, scratch);
      double other = correlation.observe(reversedState, reversed, 0, scratch);
      if (i < 100) {
        assertThat(rarity).isNaN();
      }
      if (!Double.isNaN(rarity)) {
        assertThat(other).isCloseTo(rarity, within(1e-6 * (1 + rarity)));
      }
    }
  }

  @Test
  void copiesConstantsAndHugeValuesLeaveNumbers() {
    int channels = 6;
    JointCorrelation correlation = new JointCorrelation(2, channels);
    double[] state = new double[2 + JointCorrelation.size(channels)];
    JointCorrelation.Scratch scratch = correlation.newScratch();
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      double value = random.nextGaussian();
      double huge = i % 1000 == 999 ? Double.MAX_VALUE : -Double.MAX_VALUE;
      double[] x = {value, 2 * value, -1e9 * value, 7, i < 5000 ? 0 : value, huge};
      double rarity = correlation.observe(state, x, 0, scratch);
      if (i >= 124) {
        assertThat(rarity).isFinite().isNotNegative();
      }
    }
    assertThat(state).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
    assertThat(state[0] + state[1]).isZero();
  }

  @Test
  void takesNoMemoryAndGoesOnFromACopyOfItsState() {
    Recording recording = new Recording(8, 0.5, 0);
    recording.play(5000, x -> {});
    double[] copy = recording.state.clone();
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8};
    JointCorrelation.Scratch scratch = recording.correlation.newScratch();
    double here = recording.correlation.observe(recording.state, x, 0, scratch);
    JointCorrelation another = new JointCorrelation(0, 8);
    assertThat(another.observe(copy, x, 0, another.newScratch())).isEqualTo(here);

    long before = allocated();
    for (int i = 0; i < 20_000; i++) {
      recording.correlation.observe(recording.state, x, 0, scratch);
    }
    assertThat(allocated() - before).isLessThan(10_000);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** Channels with a part of their variance in common. */
  private static final class Recording {
    final JointCorrelation correlation;
    final double[] state;
    private final JointCorrelation.Scratch scratch;
    private final double[] noise;
    private final double[] x;
    private final double shared;
    private final double memory;
    private final Random random = new Random(7);

    /** The channel at the rarest of the last samples played. */
    int channelAtMost;

    Recording(int channels, double shared, double memory) {
      correlation = new JointCorrelation(0, channels);
      state = new double[JointCorrelation.size(channels)];
      scratch = correlation.newScratch();
      noise = new double[channels];
      x = new double[channels];
      this.shared = shared;
      this.memory = memory;
    }

    double[] draw() {
      double common = Math.sqrt(shared) * random.nextGaussian();
      for (int c = 0; c < x.length; c++) {
        noise[c] = memory * noise[c] + common + Math.sqrt(1 - shared) * random.nextGaussian();
        x[c] = noise[c];
      }
      return x;
    }

    double next(Consumer<double[]> change) {
      change.accept(draw());
      return correlation.observe(state, x, 0, scratch);
    }

    /** Plays samples; the rarest of them. */
    double play(int samples, Consumer<double[]> change) {
      double most = 0;
      for (int i = 0; i < samples; i++) {
        double rarity = next(change);
        if (rarity > most) {
          most = rarity;
          channelAtMost = correlation.channel(state);
        }
      }
      return most;
    }
  }
}
