package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class QuantileLadderTest {

  static Stream<Arguments> seriesAndSmoothings() {
    return Stream.of(StationarySeries.values())
        .flatMap(series -> Stream.of(1, 40, 120).map(s -> Arguments.of(series, s)));
  }

  @ParameterizedTest
  @MethodSource("seriesAndSmoothings")
  void inTheLongRunPIsTheRateAtWhichItIsReached(StationarySeries series, int smoothing) {
    double[] v = series.distances(400_000, 1, smoothing);
    assertThat(rate(v, smoothing, 1e-2) / 1e-2).isBetween(0.8, 1.25);
    // The mean of a pure wave is bounded, and says the same for a good part of its period.
    boolean wave = series == StationarySeries.SEASONAL && smoothing > 1;
    assertThat(rate(v, smoothing, 1e-3) / 1e-3).isBetween(wave ? 0.1 : 0.6, 1.6);
  }

  /** The prior is rather too heavy-tailed than too light. */
  @ParameterizedTest
  @MethodSource("seriesAndSmoothings")
  void shortStreamsDoNotRaiseMoreAlarms(StationarySeries series, int smoothing) {
    double common = 0;
    double rare = 0;
    int streams = 10;
    for (int seed = 0; seed < streams; seed++) {
      double[] v = series.distances(20_000, seed, smoothing);
      common += rate(v, smoothing, 1e-2) / 1e-2 / streams;
      rare += rate(v, smoothing, 1e-3) / 1e-3 / streams;
    }
    assertThat(common).isBetween(0.2, 1.8);
    assertThat(rare).isLessThan(2.0);
  }

  @ParameterizedTest
  @EnumSource(StationarySeries.class)
  void theRarestLevelIsLearnedToo(StationarySeries series) {
    assertThat(rate(series.distances(1_000_000, 2, 1), 1, 1e-4) / 1e-4).isBetween(0.5, 2.0);
  }

  @Test
  void largerStatisticsAreNeverMoreLikely() {
    double[] state = new double[QuantileLadder.SIZE];
    QuantileLadder ladder = new QuantileLadder(0, 1);
    for (double v : StationarySeries.WHITE.distances(3_000, 5, 1)) {
      ladder.score(state, v);
    }
    double before = 0;
    for (double v = 0; v <= 8; v += 0.05) {
      double surprise = ladder.score(state.clone(), v);
      assertThat(surprise).isGreaterThanOrEqualTo(before);
      before = surprise;
    }
    assertThat(before).isGreaterThan(12);
  }

  @Test
  void aChangeAfterConstancyIsRareAtFirstAndThenNoMore() {
    double[] state = new double[QuantileLadder.SIZE];
    QuantileLadder ladder = new QuantileLadder(0, 1);
    for (int t = 0; t < 50_000; t++) {
      assertThat(ladder.score(state, 0)).isZero();
    }
    assertThat(ladder.score(state, 1)).isGreaterThan(12);
    Random random = new Random(3);
    int rare = 0;
    for (int t = 0; t < 200_000; t++) {
      double surprise = ladder.score(state, Math.abs(random.nextGaussian()));
      rare += t >= 100_000 && surprise >= -Math.log(1e-3) ? 1 : 0;
    }
    assertThat(rare).isBetween(20, 500);
  }

  @Test
  void halfWeightsDoubleTheRate() {
    double[] state = new double[QuantileLadder.SIZE];
    QuantileLadder ladder = new QuantileLadder(0, 1);
    Random random = new Random(4);
    int rare = 0;
    for (int t = 0; t < 400_000; t++) {
      double exponential = -Math.log(1 - random.nextDouble());
      rare += ladder.score(state, exponential, 0.5) >= -Math.log(1e-2) ? 1 : 0;
    }
    assertThat(rare).isBetween(7_000, 9_000);
  }

  @Test
  void staysWithinItsPlaces() {
    double[] state = new double[QuantileLadder.SIZE + 2];
    QuantileLadder ladder = new QuantileLadder(1, 1);
    for (double v : StationarySeries.STUDENT.distances(2_000, 1, 1)) {
      assertThat(ladder.score(state, v)).isBetween(0.0, 60.0);
    }
    assertThat(ladder.score(state, 1e300)).isEqualTo(60);
    assertThat(state[0]).isZero();
    assertThat(state[state.length - 1]).isZero();
    assertThat(state).doesNotContain(Double.NaN).doesNotContain(Double.POSITIVE_INFINITY);
  }

  /** Share of the statistics whose p is at most the given one. */
  private static double rate(double[] v, int smoothing, double p) {
    double[] state = new double[QuantileLadder.SIZE];
    QuantileLadder ladder = new QuantileLadder(0, 1 / Math.sqrt(2 * smoothing - 1));
    int reached = 0;
    for (double value : v) {
      reached += ladder.score(state, value) >= -Math.log(p) ? 1 : 0;
    }
    return (double) reached / v.length;
  }
}
