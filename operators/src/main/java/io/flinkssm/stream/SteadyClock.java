package io.flinkssm.stream;

import io.flinkssm.stream.Placement.Place;

/**
 * The clock of signals whose rate is steady, but derived from time stamps or stated with jitter.
 *
 * <p>A key has a working rate, one of the {@link RateGrid}. Each frame gives evidence of the true
 * one: what it states, or the samples of the frame before it by the time since. Evidence against
 * the working rate changes it only once enough frames in a row agree among themselves. Until then a
 * frame that comes early follows on, and one that comes late by more than half a frame has a gap
 * before it: a lost frame doubles an interval, but does not halve a rate.
 *
 * <p>Time stamps that jitter by less than {@code rateConfirm · rateTolerance} of a frame, from the
 * earliest to the latest, cannot change a rate: so many intervals in a row would add up to more.
 *
 * <p>The first evidence of a key is believed at once, as the native rate that a key begins with is
 * only assumed.
 *
 * <p>{@link KeyState#clockCount} is 0 before any evidence, else one more than the frames in a row
 * that disagree with the working rate; {@link KeyState#clockValue} is the mean rate of those.
 */
final class SteadyClock implements SampleClock {
  private final ScoringConfig config;
  private final RateGrid grid;
  private final boolean derives;
  private final double tolerance;

  SteadyClock(ScoringConfig config, RateGrid grid) {
    this.config = config;
    this.grid = grid;
    derives = config.sampling() == ScoringConfig.Sampling.DERIVED;
    tolerance = config.rateTolerance();
  }

  @Override
  public void place(KeyState<?> state, Frame frame, long fingerprint, Placement placed) {
    boolean isNew = state.anchorMicros == KeyState.NO_TIME;
    double working = isNew ? grid.nativeRateHz() : state.sampleRateHz;
    placed.clear(working);
    placed.clockCount = Math.min(state.clockCount, 1);
    long micros = isNew ? 0 : SampleClock.minus(frame.startMicros(), state.anchorMicros);
    double implied = state.isOpen() && micros > 0 ? state.sinceAnchor * 1e6 / micros : 0;
    double evidence = derives ? implied : frame.sampleRateHz();
    if (evidence > 0) {
      weigh(evidence, working, state, placed);
    }
    if (isNew) {
      return;
    }
    // A rate that is new within a segment was that of the frame before already.
    double expectedHz = state.isOpen() ? placed.rateHz : working;
    long ahead = micros - Math.round(state.sinceAnchor * 1e6 / expectedHz);
    boolean doubtful = placed.clockCount > 1 || placed.rateHz != working;
    double slack =
        doubtful
            ? Math.max(config.toleranceSamples(), 0.5 * state.sinceAnchor)
            : config.toleranceSamples() + tolerance * state.sinceAnchor;
    if (ahead < -0.5e6 / placed.rateHz && state.remembers(fingerprint)) {
      placed.place = Place.DUPLICATE;
    } else if (placed.problem != null) {
      placed.place = Place.BAD_RATE;
    } else if (Math.abs((double) ahead) * placed.rateHz * 1e-6 <= slack) {
      placed.follow(state);
    } else if (ahead > 0) {
      placed.gap(state, ahead, config);
      if (placed.place != Place.GAP) {
        placed.clockCount = Math.min(state.clockCount, 1);
      }
    } else if (doubtful && implied > 0 && implied <= grid.highestHz()) {
      placed.follow(state);
    } else {
      placed.overlap(state, frame, ahead, config);
    }
  }

  private void weigh(double evidence, double working, KeyState<?> state, Placement placed) {
    // Where a segment starts, a stated rate does not contradict anything.
    int count = derives || state.isOpen() ? state.clockCount : 0;
    if (count == 0 && isUsable(evidence)) {
      adopt(evidence, placed);
    } else if (agree(evidence, working)) {
      placed.clockCount = 1;
    } else {
      boolean goesOn = count > 1 && agree(evidence, state.clockValue);
      int disagreeing = goesOn ? count : 1;
      double mean = goesOn ? state.clockValue : 0;
      mean += (evidence - mean) / disagreeing;
      if (disagreeing < config.rateConfirm()) {
        placed.clockCount = disagreeing + 1;
        placed.clockValue = mean;
      } else if (isUsable(mean)) {
        adopt(mean, placed);
      } else {
        placed.problem =
            "the sampling rate is "
                + mean
                + " Hz by the time stamps of "
                + (disagreeing + 1)
                + " frames, the model declares "
                + grid.lowestHz()
                + " to "
                + grid.highestHz()
                + "; correct the time stamps, resample, or widen the range in the model's"
                + " config.json";
      }
    }
  }

  private boolean isUsable(double rateHz) {
    return rateHz >= grid.lowestHz() * (1 - tolerance)
        && rateHz <= grid.highestHz() * (1 + tolerance);
  }

  private boolean agree(double rateHz, double other) {
    return Math.abs(rateHz - other) <= tolerance * other;
  }

  private void adopt(double rateHz, Placement placed) {
    placed.clear(grid.rateHz(grid.nearest(1 / rateHz)));
    placed.clockCount = 1;
  }
}
