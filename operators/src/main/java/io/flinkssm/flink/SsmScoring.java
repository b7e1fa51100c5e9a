package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The way in: frames in, scores and rejected records out.
 *
 * <pre>{@code
 * DataStream<Frame> frames = env.fromSource(source, SsmScoring.watermarks(options), "frames");
 * ScoredStreams scored = SsmScoring.score(frames, options);
 * scored.scores().sinkTo(…);
 * scored.rejected().sinkTo(…);
 * }</pre>
 */
public final class SsmScoring {

  private SsmScoring() {}

  /**
   * Scores a stream of frames with a model directory, each key by itself.
   *
   * @param options see {@link ScoringOptions}; {@code ssm.model.path} is required
   * @throws IllegalArgumentException naming the option that is missing or wrong
   */
  public static ScoredStreams score(DataStream<Frame> frames, ReadableConfig options) {
    return score(frames, options, ModelLoader.ofFileSystem());
  }

  /**
   * Scores a stream of frames with a model from elsewhere, each key by itself.
   *
   * @param options see {@link ScoringOptions}; {@code ssm.model.path} is required
   * @param loader reads the model
   * @throws IllegalArgumentException naming the option that is missing or wrong
   */
  public static ScoredStreams score(
      DataStream<Frame> frames, ReadableConfig options, ModelLoader loader) {
    InitialModel initial = InitialModel.required(options, loader);
    ScoringConfig config = ScoringOptions.scoring(options);
    SingleOutputStreamOperator<Score> scores =
        frames
            .keyBy(SsmScoring::key, Types.STRING)
            .transform(
                ScoringState.UID,
                SsmTypeInfo.SCORE,
                new ScoringOperator(
                    config,
                    BundleLimits.of(options),
                    initial,
                    options.get(ScoringOptions.STATE_TTL)))
            .uid(ScoringState.UID)
            .setMaxParallelism(options.get(ScoringOptions.MAX_PARALLELISM));
    return new ScoredStreams(scores, scores.getSideOutput(ScoringOperator.REJECTED));
  }

  /**
   * Watermarks for frames: event time is the start of a frame, {@code ssm.max-out-of-orderness}
   * behind the newest. Give them to the source, so that they are made per partition.
   *
   * <p>Event time never goes back: a single frame from a clock that is years ahead makes all others
   * of its partition look late, and idle. Keep such frames away from here, as the Kafka job does.
   */
  public static WatermarkStrategy<Frame> watermarks(ReadableConfig options) {
    return watermarks(options, frame -> frame);
  }

  /**
   * The same for records that hold frames.
   *
   * @param toFrame the frame of a record, null for a record that must not move event time
   */
  public static <T> WatermarkStrategy<T> watermarks(ReadableConfig options, FrameOf<T> toFrame) {
    return WatermarkStrategy.<T>forBoundedOutOfOrderness(
            options.get(ScoringOptions.MAX_OUT_OF_ORDERNESS))
        .withTimestampAssigner(
            (record, before) -> {
              Frame frame = toFrame.apply(record);
              return frame == null ? Long.MIN_VALUE : Math.floorDiv(frame.startMicros(), 1000L);
            });
  }

  /** Finds the frame of a record. */
  @FunctionalInterface
  public interface FrameOf<T> extends Function<T, Frame>, Serializable {}

  /** A frame without key must reach the operator to be rejected there. */
  static String key(Frame frame) {
    return frame.key() == null ? "" : frame.key();
  }
}
