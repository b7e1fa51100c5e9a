package io.flinkssm.stream;

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
 *     "features"}
 * @param outputs the model's raw output: logits, predicted values or features
 * @param probabilities softmax of the logits for classification, else empty
 * @param label most probable class for classification, else empty
 * @param endOfSegment whether this is the last score of the segment
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
    boolean endOfSegment) {}
