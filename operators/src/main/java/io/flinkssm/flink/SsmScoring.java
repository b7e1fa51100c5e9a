package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Release;
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
    SingleOutputStreamOperator<Score> scores =
        frames
            .keyBy(SsmScoring::key, Types.STRING)
            .transform(
                ScoringState.UID,
                SsmTypeInfo.SCORE,
                new ScoringOperator(
                    ScoringOptions.scoring(options),
                    BundleLimits.of(options),
                    InitialModel.required(options, loader),
                    options.get(ScoringOptions.STATE_TTL)));
    return new ScoredStreams(named(scores, options), scores.getSideOutput(ScoringOutput.REJECTED));
  }

  /**
   * Scores a stream of frames with a model directory and what is released after it.
   *
   * @see #score(DataStream, DataStream, ReleaseHistory, ReadableConfig, ModelLoader)
   */
  public static ScoredStreams score(
      DataStream<Frame> frames,
      DataStream<Release> releases,
      ReleaseHistory history,
      ReadableConfig options) {
    return score(frames, releases, history, options, ModelLoader.ofFileSystem());
  }

  /**
   * Scores a stream of frames, each sample with the model version that is released for its time.
   *
   * <p>Which version scores a sample depends on its event time alone, at any parallelism and on
   * replay, if its release was published before frames reached the activation: allow the time of
   * the control topic and of loading the model. A release that comes later takes effect at each
   * key's next sample, and is counted; scores that have left are not taken back.
   *
   * <p>Releases that cannot be used are among the rejected records. The watermarks of the control
   * stream are of no account. Without releases, {@link #score(DataStream, ReadableConfig)} starts
   * from the same savepoints.
   *
   * @param releases the control stream, of parallelism 1 or in any order; releases of models by
   *     another name are passed over
   * @param history what was released before the job began
   * @param options see {@link ScoringOptions}; one of {@code ssm.model.path} and {@code
   *     ssm.model.name} is required
   * @param loader reads models
   * @throws IllegalArgumentException naming the option that is missing or wrong
   */
  public static ScoredStreams score(
      DataStream<Frame> frames,
      DataStream<Release> releases,
      ReleaseHistory history,
      ReadableConfig options,
      ModelLoader loader) {
    ScoringConfig config = ScoringOptions.scoring(options);
    InitialModel initial = InitialModel.optional(options, loader);
    SingleOutputStreamOperator<Release> accepted =
        releases
            .transform(
                ScoringState.RELEASES_UID,
                SsmTypeInfo.RELEASE,
                new ReleaseValidator(initial, config))
            .uid(ScoringState.RELEASES_UID)
            .setParallelism(1)
            .setMaxParallelism(1);
    SingleOutputStreamOperator<Score> scores =
        frames
            .keyBy(SsmScoring::key, Types.STRING)
            .connect(accepted.broadcast())
            .transform(
                ScoringState.UID,
                SsmTypeInfo.SCORE,
                new ReleasedScoringOperator(
                    config,
                    BundleLimits.of(options),
                    initial,
                    options.get(ScoringOptions.STATE_TTL),
                    history));
    return new ScoredStreams(
        named(scores, options),
        scores
            .getSideOutput(ScoringOutput.REJECTED)
            .union(accepted.getSideOutput(ScoringOutput.REJECTED)));
  }

  private static SingleOutputStreamOperator<Score> named(
      SingleOutputStreamOperator<Score> scores, ReadableConfig options) {
    return scores
        .uid(ScoringState.UID)
        .setMaxParallelism(options.get(ScoringOptions.MAX_PARALLELISM));
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
