package io.flinkssm.stream;

/** Checks at the edge that need no state: what passes can be indexed without further thought. */
final class FrameCheck {
  /** Year 10000: far beyond any real clock, and sums of such times cannot overflow. */
  static final long FARTHEST_MICROS = 253_402_300_800_000_000L;

  private final String model;
  private final ScoringConfig.Sampling sampling;
  private final int maxSamples;

  /**
   * @param model its name, for messages
   */
  FrameCheck(String model, ScoringConfig config) {
    this.model = model;
    sampling = config.sampling();
    maxSamples = config.maxFrameSamples();
  }

  /**
   * The rejection of a frame that no version of the model can score, or null.
   *
   * @param channels values per sample that the model takes, 0 if that is not known yet
   * @param remedy what to do about other channels
   */
  Rejection check(Frame frame, int channels, String remedy) {
    if (frame.key() == null || frame.key().isEmpty()) {
      return Rejections.of(
          frame,
          Rejection.Reason.MISSING_KEY,
          "frame has no key; set the record key to the signal's name");
    }
    Rejection mismatch = channels(frame, model, channels, remedy);
    if (mismatch != null) {
      return mismatch;
    }
    float[] samples = frame.samples();
    if (samples == null || samples.length == 0) {
      return Rejections.of(
          frame, Rejection.Reason.EMPTY, "frame has no samples; send at least one per frame");
    }
    if (samples.length % frame.channels() != 0) {
      return Rejections.of(
          frame,
          Rejection.Reason.CHANNEL_MISMATCH,
          "frame has "
              + samples.length
              + " values, not a multiple of its "
              + frame.channels()
              + " channels; send complete samples");
    }
    if (frame.length() > maxSamples) {
      return Rejections.of(
          frame,
          Rejection.Reason.OVERSIZED,
          "frame has "
              + frame.length()
              + " samples, the limit is "
              + maxSamples
              + "; send shorter frames or raise frame.max-samples");
    }
    double rate = needsRate(frame) ? frame.sampleRateHz() : 1;
    // Written so that NaN fails.
    if (!(rate > 0) || Double.isInfinite(rate)) {
      return Rejections.of(
          frame,
          Rejection.Reason.BAD_RATE,
          "sampling rate is "
              + rate
              + " Hz; send the samples per second, a finite number above 0"
              + (rate == 0 ? ", or declare by ssm.sampling that frames need none" : ""));
    }
    double endMicros = frame.startMicros() + frame.length() * 1e6 / rate;
    if (frame.startMicros() < -FARTHEST_MICROS || endMicros > FARTHEST_MICROS) {
      return Rejections.of(
          frame,
          Rejection.Reason.BAD_TIME,
          "frame starts at "
              + frame.startMicros()
              + " µs and is "
              + frame.length()
              + " samples long, which does not lie within 8000 years of 1970; send microseconds"
              + " since 1970-01-01T00:00:00Z");
    }
    return null;
  }

  /** The rejection of a frame with other channels than the model's, or null. */
  static Rejection channels(Frame frame, String model, int channels, String remedy) {
    if (frame.channels() > 0 && (frame.channels() == channels || channels == 0)) {
      return null;
    }
    return Rejections.of(
        frame,
        Rejection.Reason.CHANNEL_MISMATCH,
        "frame has "
            + frame.channels()
            + " channels, model "
            + model
            + " takes "
            + (channels == 0 ? "at least 1" : channels)
            + "; "
            + remedy);
  }

  /** Whether the rate that a frame states is used; else it may be anything. */
  private boolean needsRate(Frame frame) {
    return switch (sampling) {
      case FRAME -> true;
      case DERIVED -> false;
      case IRREGULAR -> frame.length() > 1;
    };
  }

  /** How many of the values from {@code from} on are NaN or infinite. */
  static int nonFinite(float[] values, int from) {
    int count = 0;
    for (int i = from; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        count++;
      }
    }
    return count;
  }
}
