package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CalibrationTest {
  private static final double P = 1e-3;

  /** Sums that are distributed as thought beforehand, larger, and smaller. */
  static Stream<Arguments> seriesAndFactors() {
    return Stream.of(StationarySeries.values())
        .flatMap(series -> Stream.of(0.3, 0.45, 0.6).map(f -> Arguments.of(series, f)));
  }

  @ParameterizedTest
  @MethodSource("seriesAndFactors")
  void samplesAndAlertsComeAtTheRateTheySay(StationarySeries series, double factor) {
    double[] sums = sums(series, 300_000, factor);
    double[] state = new double[Calibration.SIZE];
    Calibration calibration = new Calibration(0);
    double peak = 0;
    int reached = 0;
    int alerts = 0;
    for (double sum : sums) {
      boolean alert = sum > peak;
      peak = Math.max(peak, sum) * (1 - 1.0 / 400);
      if (calibration.surprise(state, sum, alert) >= -Math.log(P)) {
        reached++;
        alerts += alert ? 1 : 0;
      }
    }
    assertThat(reached / (P * sums.length)).isBetween(0.5, 2.0);
    assertThat(alerts / (P * sums.length)).isBetween(0.35, 2.0);
  }

  @Test
  void shortStreamsAreMeasuredAlike() {
    double[] quiet = state(sums(StationarySeries.WHITE, 3_000, 0.2));
    double[] lively = state(sums(StationarySeries.WHITE, 3_000, 0.45));
    Calibration calibration = new Calibration(0);
    for (double sum = 0.5; sum < 6; sum += 0.5) {
      double fresh = calibration.surprise(new double[Calibration.SIZE], sum, true);
      assertThat(calibration.surprise(quiet.clone(), sum, true))
          .isCloseTo(fresh, within(0.3 * fresh));
      assertThat(calibration.surprise(lively.clone(), sum, true))
          .isCloseTo(fresh, within(0.3 * fresh));
    }
  }

  /** The state after some sums. */
  private static double[] state(double[] sums) {
    double[] state = new double[Calibration.SIZE];
    Calibration calibration = new Calibration(0);
    for (double sum : sums) {
      calibration.surprise(state, sum, true);
    }
    return state;
  }

  /** Three kinds of evidence that depend on each other, summed up. */
  private static double[] sums(StationarySeries series, int samples, double factor) {
    double[] sums = new double[samples];
    for (int smoothing : new int[] {1, 40, 120}) {
      double[] distances = series.distances(samples, 1, smoothing);
      QuantileLadder ladder = new QuantileLadder(0, 1 / Math.sqrt(2 * smoothing - 1));
      double[] state = new double[QuantileLadder.SIZE];
      for (int t = 0; t < samples; t++) {
        sums[t] += factor * ladder.score(state, distances[t]);
      }
    }
    return sums;
  }
}
