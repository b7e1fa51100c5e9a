package io.flinkssm.stream;

/**
 * What rescoring gives for a window: the model's output at its last sample, computed from the whole
 * window at once, beside what streaming has said about the same samples.
 *
 * @param key whose signal was scored
 * @param segmentStartMicros time of the segment's first sample; names the segment
 * @param startPosition samples of the segment before the window
 * @param endPosition samples of the segment up to and including the scored one, the last of the
 *     window
 * @param startMicros time of the window's first sample, microseconds since the epoch
 * @param endMicros time of the window's last sample
 * @param sampleRateHz sampling rate at the last sample
 * @param model name of the model
 * @param modelVersion version of the model
 * @param modelSha256 lower-case hex digest of the model's weights
 * @param task what {@code outputs} means, as in {@link Score#task}
 * @param method how the state spaces were computed: {@code "fft"}, {@code "recurrence"}, or {@code
 *     "fft+recurrence"} where layers or rates differ
 * @param precision {@code "float32"} or {@code "float64"}
 * @param wholeSegment whether the output depends on every sample of the segment so far, as that of
 *     streaming does; false if the window started from zero within its segment
 * @param outputs the model's raw output
 * @param probabilities softmax of the logits for classification, else empty
 * @param label most probable class for classification, else empty
 * @param endOfSegment see {@link Window#endOfSegment}
 * @param streaming the last streaming score within the window, null if there is none
 * @param compared positions of the window that streaming has scored, too, with this version
 * @param divergence largest absolute difference of the outputs at those positions; 0 if there are
 *     none, +∞ if any is not a number
 */
public record WindowScore(
    String key,
    long segmentStartMicros,
    long startPosition,
    long endPosition,
    long startMicros,
    long endMicros,
    double sampleRateHz,
    String model,
    String modelVersion,
    String modelSha256,
    String task,
    String method,
    String precision,
    boolean wholeSegment,
    double[] outputs,
    double[] probabilities,
    String label,
    boolean endOfSegment,
    Streaming streaming,
    long compared,
    double divergence) {

  /**
   * What streaming has said.
   *
   * @param position samples of the segment up to and including the scored one
   * @param outputs the model's raw output
   * @param label most probable class for classification, else empty
   * @param modelVersion version of the model that scored
   */
  public record Streaming(long position, double[] outputs, String label, String modelVersion) {}
}
