package io.flinkssm.stream;

import io.flinkssm.stream.Placement.Place;

/**
 * The clock of frames that state their rate.
 *
 * <p>The sample after {@code k} consumed ones of the last frame is expected at {@code anchor +
 * k/rate}. A frame within the tolerance of that time is contiguous, whatever its exact time, and
 * becomes the next anchor: jitter is ignored and slow drift between the device's sampling clock and
 * its time stamps is absorbed.
 */
final class StatedClock implements SampleClock {
  private final ScoringConfig config;

  StatedClock(ScoringConfig config) {
    this.config = config;
  }

  @Override
  public void place(KeyState<?> state, Frame frame, long fingerprint, Placement placed) {
    placed.clear(frame.sampleRateHz());
    if (state.anchorMicros == KeyState.NO_TIME) {
      return;
    }
    long ahead = SampleClock.minus(frame.startMicros(), state.nextMicros());
    double period = 1e6 / placed.rateHz;
    if (ahead < -0.5 * period && state.remembers(fingerprint)) {
      placed.place = Place.DUPLICATE;
    } else if (Math.abs((double) ahead) <= config.toleranceSamples() * period) {
      placed.follow(state);
    } else if (ahead < 0) {
      placed.overlap(state, frame, ahead, config);
    } else {
      placed.gap(state, ahead, config);
    }
  }
}
