package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;

/** Checks at the edge that need no state: what passes can be indexed without further thought. */
final class FrameCheck {
  /** Year 10000: far beyond any real clock, and sums of such times cannot overflow. */
  static final long FARTHEST_MICROS = 253_402_300_800_000_000L;

  private final ModelInfo info;
  private final int maxSamples;

  FrameCheck(ModelInfo info, int maxSamples) {
    this.info = info;
    this.maxSamples = maxSamples;
  }

  /** The rejection of a frame that cannot be scored, or null if it can. */
  Rejection check(Frame frame) {
    if (frame.key() == null || frame.key().isEmpty()) {
      return Rejections.of(
          frame,
          Rejection.Reason.MISSING_KEY,
          "frame has no key; set the record key to the signal's name");
    }
    int channels = info.inputChannels();
    if (frame.channels() != channels) {
      return Rejections.of(
          frame,
          Rejection.Reason.CHANNEL_MISMATCH,
          "frame has "
              + frame.channels()
              + " channels, model "
              + info.name()
              + " takes "
              + channels
              + "; send one value per channel and sample");
    }
    float[] samples = frame.samples();
    if (samples == null || samples.length == 0) {
      return Rejections.of(
          frame, Rejection.Reason.EMPTY, "frame has no samples; send at least one per frame");
    }
    if (samples.length % channels != 0) {
      return Rejections.of(
          frame,
          Rejection.Reason.CHANNEL_MISMATCH,
          "frame has "
              + samples.length
              + " values, not a multiple of its "
              + channels
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
    double rate = frame.sampleRateHz();
    // Written so that NaN fails.
    if (!(rate > 0 && rate >= info.minSampleRateHz() && rate <= info.maxSampleRateHz())
        || Double.isInfinite(rate)) {
      return Rejections.of(
          frame,
          Rejection.Reason.BAD_RATE,
          "sampling rate is "
              + rate
              + " Hz, model "
              + info.name()
              + " declares "
              + info.minSampleRateHz()
              + " to "
              + info.maxSampleRateHz()
              + "; resample, or widen the range in the model's config.json");
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
