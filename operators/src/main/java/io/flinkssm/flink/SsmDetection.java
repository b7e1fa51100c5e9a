package io.flinkssm.flink;

import io.flinkssm.detect.Detector;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Anomaly detection that needs no model: frames in, scores that carry an {@link
 * io.flinkssm.detect.Anomaly} and rejected records out.
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
   * Scores how unusual each sample is, by the past of its own key.
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

  /** The scoring operator, with a detector for a model. */
  static ScoringOperator operator(ReadableConfig options) {
    Configuration complete = DetectionOptions.withDefaults(options);
    DetectorLoader detectors = new DetectorLoader(DetectionOptions.detector(complete));
    return new ScoringOperator(
        DetectionOptions.rules(complete),
        BundleLimits.of(complete),
        new InitialModel(detectors.uri(), null, detectors),
        complete.get(ScoringOptions.STATE_TTL));
  }

  /** Makes the detector where the operator runs. */
  private record DetectorLoader(DetectorConfig config) implements ModelLoader {
    /** Says all that the detector is made from: models are shared by their URI. */
    String uri() {
      return config.toString();
    }

    @Override
    public SequenceModel load(String uri) {
      return Detector.of(config);
    }
  }
}
