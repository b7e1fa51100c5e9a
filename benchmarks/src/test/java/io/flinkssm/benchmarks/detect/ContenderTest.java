package io.flinkssm.benchmarks.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.detect.Anomaly;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each contender is at work, sees every channel, and is what its name says. */
class ContenderTest {
  private static final int SPIKE = 600;

  static Stream<Contender> contenders() {
    return Stream.concat(Stream.of(Contender.SCORE, Contender.ALERT), Contender.forests());
  }

  private static Recording noiseWithSpike(int channels) {
    int rows = SPIKE + 1;
    long[] times = new long[rows];
    float[][] samples = new float[rows][channels];
    for (int c = 0; c < channels; c++) {
      double[] noise = Signal.WHITE.samples(rows, c);
      for (int i = 0; i < rows; i++) {
        times[i] = Signal.timeMicros(i);
        samples[i][c] = (float) noise[i];
      }
    }
    samples[SPIKE][channels - 1] = 30;
    return new Recording("noise", times, samples);
  }

  @ParameterizedTest
  @MethodSource("contenders")
  void aSpikeInTheLastChannelScoresHighest(Contender contender) {
    for (int channels : new int[] {1, 3}) {
      Recording recording = noiseWithSpike(channels);
      double[] scores = recording.scoredBy(contender.factory().create(channels, 1));
      assertThat(scores[SPIKE]).isPositive();
      assertThat(scores[SPIKE])
          .isEqualTo(Arrays.stream(scores, SPIKE - 300, SPIKE + 1).max().orElseThrow());
    }
  }

  @ParameterizedTest
  @MethodSource("contenders")
  void theSeedDecidesWhereItIsSaidTo(Contender contender) {
    Recording recording = noiseWithSpike(1);
    double[] scores = recording.scoredBy(contender.factory().create(1, 1));
    double[] again = recording.scoredBy(contender.factory().create(1, 1));
    double[] other = recording.scoredBy(contender.factory().create(1, 2));
    assertThat(again).containsExactly(scores);
    assertThat(Arrays.equals(other, scores)).isNotEqualTo(contender.random());
  }

  @Test
  void aRejectedSampleScoresZero() {
    SsmDetector detector = new SsmDetector(1, Anomaly::score);
    for (int i = 0; i < 1000; i++) {
      detector.score(Signal.timeMicros(i), new float[] {i % 7});
    }
    assertThat(detector.score(Signal.timeMicros(2), new float[] {1e6f})).isZero();
    assertThat(detector.score(Signal.timeMicros(1000), new float[] {1e6f})).isPositive();
  }

  @Test
  void aHeldScoreIsSaidOnce() {
    double[] held = Held.of(new double[] {1, 0.9, 2, 1.8, 0, 1.9}, 10);
    assertThat(held).containsExactly(new double[] {1, 9e-4, 2, 1.8e-3, 0, 1.9}, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void signalsAreStationary(Signal signal) {
    double[] samples = signal.samples(400_000, 3);
    double[] quarters = new double[4];
    for (int i = 0; i < samples.length; i++) {
      quarters[4 * i / samples.length] += Math.tanh(samples[i]) / (samples.length / 4.0);
    }
    double mean = Arrays.stream(quarters).average().orElseThrow();
    double[] means = {mean, mean, mean, mean};
    assertThat(quarters).containsExactly(means, within(0.05));
  }
}
