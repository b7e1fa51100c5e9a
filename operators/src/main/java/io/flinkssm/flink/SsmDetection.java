package io.flinkssm.flink;

import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Anomaly detection that needs no model, and gains by one that forecasts: frames in, scores that
 * carry an {@link io.flinkssm.detect.Anomaly} and rejected records out.
 *
 * <pre>{@code
 * DataStream<Frame> frames = env.fromSource(source, SsmScoring.watermarks(options), "frames");
 * ScoredStreams detected = SsmDetection.detect(frames, options);
 * detected.scores().filter(score -> score.anomaly().alarm()).sinkTo(…);
 * detected.rejected().sinkTo(…);
 * }</pre>
 */
public final class SsmDetection {

  private SsmDetection() {}

  /**
   * Scores how unusual each sample is, by the past of its own key, and by the errors of a
   * forecaster if {@code ssm.model.path} names one.
   *
   * @param options see {@link DetectionOptions} and {@link ScoringOptions}; none is required
   * @throws IllegalArgumentException naming the option that is wrong
   */
  public static ScoredStreams detect(DataStream<Frame> frames, ReadableConfig options) {
    SingleOutputStreamOperator<Score> scores =
        frames
            .keyBy(SsmScoring::key, Types.STRING)
            .transform(ScoringState.DETECTION_UID, SsmTypeInfo.SCORE, operator(options))
            .uid(ScoringState.DETECTION_UID)
            .setMaxParallelism(options.get(ScoringOptions.MAX_PARALLELISM));
    return new ScoredStreams(scores, scores.getSideOutput(ScoringOutput.REJECTED));
  }

  /**
   * The detector of a configuration, as every operator instance makes it.
   *
   * @throws IOException if the forecaster cannot be read
   * @throws InvalidModelException if it is none, or has other channels than are asked for
   */
  public static SequenceModel detector(ReadableConfig options) throws IOException {
    DetectorLoader detectors = DetectorLoader.of(options);
    return detectors.load(detectors.uri());
  }

  /** The scoring operator, with a detector for a model. */
  static ScoringOperator operator(ReadableConfig options) {
    Configuration complete = DetectionOptions.withDefaults(options);
    DetectorLoader detectors = DetectorLoader.of(complete);
    return new ScoringOperator(
        DetectionOptions.rules(complete),
        BundleLimits.of(complete),
        new InitialModel(detectors.uri(), null, detectors),
        complete.get(ScoringOptions.STATE_TTL));
  }
}
