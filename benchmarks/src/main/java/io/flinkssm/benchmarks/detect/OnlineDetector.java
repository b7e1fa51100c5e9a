package io.flinkssm.benchmarks.detect;

/** A detector at work on one recording: it sees sample after sample, and nothing ahead. */
@FunctionalInterface
public interface OnlineDetector {

  /**
   * Takes the next sample.
   *
   * @param timeMicros microseconds since the epoch
   * @param sample one value a channel; not kept
   * @return how unusual it is, finite, on any scale: higher is more unusual
   */
  double score(long timeMicros, float[] sample);
}
