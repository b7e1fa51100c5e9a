package io.flinkssm.stream;

import io.flinkssm.stream.Placement.Place;

/**
 * The clock of signals without a rate: every frame's first sample has a step of its own, the time
 * since the key's previous sample; the others of a frame follow at its stated rate.
 *
 * <p>Intervals are rounded to those of the {@link RateGrid}, so that the model is needed at few
 * steps. What rounding leaves is carried into the next interval: the time that the model has gone
 * through differs from the time stamps by at most half a step of the grid, however long the
 * segment. {@link KeyState#clockValue} is that difference, seconds by which the model is behind;
 * {@link KeyState#clockCount} is 0.
 *
 * <p>There is no convolution with a step that varies: whole windows of such a signal are computed
 * by the recurrence, or run by run of equal rates with the state carried.
 */
final class IrregularClock implements SampleClock {
  /** Time stamps are whole microseconds. */
  private static final double RESOLUTION_MICROS = 1;

  private final ScoringConfig config;
  private final RateGrid grid;
  private final double shortestMicros;
  private final double longestMicros;
  private final double gapRateHz;

  IrregularClock(ScoringConfig config, RateGrid grid) {
    this.config = config;
    this.grid = grid;
    shortestMicros = 1e6 / grid.highestHz();
    longestMicros = 1e6 / grid.lowestHz();
    // Half the longest interval: what gaps of such steps leave is neither too long nor too short.
    gapRateHz = grid.rateHz(grid.nearest(0.5e-6 * longestMicros));
  }

  @Override
  public void place(KeyState<?> state, Frame frame, long fingerprint, Placement placed) {
    boolean single = frame.length() == 1;
    double stated = frame.sampleRateHz();
    placed.clear(single && !isUsable(stated) ? grid.nativeRateHz() : stated);
    if (state.anchorMicros == KeyState.NO_TIME) {
      return;
    }
    long since = SampleClock.minus(frame.startMicros(), state.timeOf(state.sinceAnchor - 1));
    if (since <= 0) {
      if (state.remembers(fingerprint)) {
        placed.place = Place.DUPLICATE;
        return;
      }
      placed.overlap(state, frame, since - Math.round(1e6 / placed.rateHz), config);
      if (placed.place != Place.CONTIGUOUS) {
        return;
      }
      since += Math.round(placed.skip * 1e6 / placed.rateHz);
    } else if (state.isOpen()) {
      placed.place = Place.CONTIGUOUS;
    } else {
      return;
    }
    double behind = since * 1e-6 + (state.clockCount == 0 ? state.clockValue : 0);
    if (isUsable(stated) && Math.abs(since - 1e6 / stated) <= RESOLUTION_MICROS) {
      step(stated, behind, single, placed);
    } else if (placed.skip == 0 && since < shortestMicros - RESOLUTION_MICROS) {
      tooSoon(since, placed);
    } else if (placed.skip == 0 && since > longestMicros + RESOLUTION_MICROS) {
      gap(since, behind, single, placed);
    } else {
      step(grid.rateHz(grid.nearest(behind)), behind, single, placed);
    }
  }

  private boolean isUsable(double rateHz) {
    return rateHz >= grid.lowestHz() && rateHz <= grid.highestHz();
  }

  /** Takes one step of a rate; the model is {@code behind} seconds behind before it. */
  private void step(double rateHz, double behind, boolean single, Placement placed) {
    placed.firstRateHz = rateHz;
    placed.rateHz = single ? rateHz : placed.rateHz;
    double left = behind - 1 / rateHz;
    // More is left only where time stamps contradict the declared range; that is not made up for.
    double most = 0.5e-6 * longestMicros;
    placed.clockValue = Math.max(-most, Math.min(most, left));
  }

  private void gap(long since, double behind, boolean single, Placement placed) {
    if (config.gapPolicy() == ScoringConfig.GapPolicy.END || since > config.gapMaxMicros()) {
      placed.place = Place.BREAK;
      return;
    }
    placed.place = Place.GAP;
    placed.gapRateHz = gapRateHz;
    placed.gap = Math.max(1, (long) Math.ceil((behind - 1e-6 * longestMicros) * gapRateHz));
    double left = behind - placed.gap / gapRateHz;
    step(grid.rateHz(grid.nearest(left)), left, single, placed);
  }

  private void tooSoon(long since, Placement placed) {
    placed.place = Place.BAD_RATE;
    placed.problem =
        "the frame starts "
            + since
            + " µs after the last sample of its key, the model declares rates up to "
            + grid.highestHz()
            + " Hz, so at least "
            + shortestMicros
            + " µs; correct the time stamps, thin the signal out, or widen the range in the model's"
            + " config.json";
  }
}
