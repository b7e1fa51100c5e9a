package io.flinkssm.stream;

import io.flinkssm.detect.Anomaly;

/**
 * What leaves for a key: the model's output at one sample of a segment.
 *
 * @param key whose signal was scored
 * @param segmentStartMicros time of the segment's first sample; names the segment
 * @param position samples of the segment up to and including the scored one, ≥ 1
 * @param timeMicros time of the scored sample, microseconds since the epoch
 * @param sampleRateHz sampling rate at that sample
 * @param model name of the model
 * @param modelVersion version of the model
 * @param task what {@code outputs} means: {@code "classification"}, {@code "forecast"}, {@code
 *     "features"}, {@code "anomaly"}
 * @param outputs the model's raw output: logits, predicted values or features; empty for a detector
 * @param probabilities softmax of the logits for classification, else empty
 * @param label most probable class for classification, {@code "normal"} or {@code "alarm"} for a
 *     detector, else empty
 * @param endOfSegment whether this is the last score of the segment
 * @param anomaly what a detector says, else null
 */
public record Score(
    String key,
    long segmentStartMicros,
    long position,
    long timeMicros,
    double sampleRateHz,
    String model,
    String modelVersion,
    String task,
    double[] outputs,
    double[] probabilities,
    String label,
    boolean endOfSegment,
    Anomaly anomaly) {

  /** The score of a model that is no detector. */
  public Score(
      String key,
      long segmentStartMicros,
      long position,
      long timeMicros,
      double sampleRateHz,
      String model,
      String modelVersion,
      String task,
      double[] outputs,
      double[] probabilities,
      String label,
      boolean endOfSegment) {
    this(
        key,
        segmentStartMicros,
        position,
        timeMicros,
        sampleRateHz,
        model,
        modelVersion,
        task,
        outputs,
        probabilities,
        label,
        endOfSegment,
        null);
  }
}
