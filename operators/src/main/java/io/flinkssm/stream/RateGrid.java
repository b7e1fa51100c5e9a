package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import java.util.Arrays;

/**
 * The sampling rates that a model is held at where rates are measured rather than stated: equal
 * ratios apart, from the lowest to the highest that the model declares, both of them and the native
 * rate included. Few enough to keep the model at each of them.
 */
final class RateGrid {
  private final double nativeRateHz;

  /** Falling, so that their intervals rise. */
  private final double[] ratesHz;

  /** Half way from each interval to the next longer one, seconds. */
  private final double[] limits;

  /**
   * A grid of the rates {@code native · base^(k/steps)}.
   *
   * @param base above 1
   * @param steps at least 1
   */
  RateGrid(ModelInfo info, double base, int steps) {
    nativeRateHz = info.sampleRateHz();
    double highest = info.maxSampleRateHz();
    double lowest = info.minSampleRateHz();
    double perStep = Math.log(base) / steps;
    int first = (int) Math.ceil(Math.log(nativeRateHz / highest) / perStep) - 1;
    int last = (int) Math.floor(Math.log(nativeRateHz / lowest) / perStep) + 1;
    double[] rates = new double[last - first + 3];
    int size = 0;
    rates[size++] = highest;
    for (int k = first; k <= last; k++) {
      double rate = nativeRateHz * StrictMath.pow(base, -(double) k / steps);
      if (below(rate, rates[size - 1]) && below(lowest, rate)) {
        rates[size++] = rate;
      }
    }
    if (lowest < rates[size - 1]) {
      rates[size++] = lowest;
    }
    ratesHz = Arrays.copyOf(rates, size);
    limits = new double[size - 1];
    for (int i = 0; i < limits.length; i++) {
      limits[i] = 0.5 * (1 / ratesHz[i] + 1 / ratesHz[i + 1]);
    }
  }

  /** The grid that a configuration needs, or null where frames state their rates. */
  static RateGrid of(ScoringConfig config, ModelInfo info) {
    if (!config.measuresRates()) {
      return null;
    }
    return config.sampling() == ScoringConfig.Sampling.IRREGULAR
        ? new RateGrid(info, 2, config.irregularStepsPerOctave())
        : new RateGrid(info, 1 + config.rateTolerance(), 1);
  }

  /** Less by more than what rounding could explain. */
  private static boolean below(double a, double b) {
    return a < b * (1 - 1e-9);
  }

  int size() {
    return ratesHz.length;
  }

  double nativeRateHz() {
    return nativeRateHz;
  }

  double highestHz() {
    return ratesHz[0];
  }

  double lowestHz() {
    return ratesHz[ratesHz.length - 1];
  }

  double rateHz(int index) {
    return ratesHz[index];
  }

  /** Index of the rate whose interval is nearest to the given one. */
  int nearest(double seconds) {
    int low = 0;
    int high = limits.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (limits[middle] < seconds) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Index of a rate, or −1 if the grid does not have it exactly. */
  int indexOf(double rateHz) {
    int index = nearest(1 / rateHz);
    return ratesHz[index] == rateHz ? index : -1;
  }
}
