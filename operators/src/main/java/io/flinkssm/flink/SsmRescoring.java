package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.WindowScore;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The way in for whole windows: frames in, and streaming scores if there are any; scores of windows
 * out. Runs in streaming and in batch mode.
 */
public final class SsmRescoring {

  private SsmRescoring() {}

  /**
   * Rescores the windows of a stream of frames with a model directory, each key by itself.
   *
   * @param frames with watermarks if they are to be sorted, or if segments end by idleness, see
   *     {@link SsmScoring#watermarks}
   * @param scores what streaming has said about the same frames, with watermarks as {@link
   *     #watermarks} makes them; or null
   * @param options see {@link RescoringOptions} and {@link ScoringOptions}; {@code ssm.model.path}
   *     is required
   * @throws IllegalArgumentException naming the option that is missing or wrong
   */
  public static RescoredStreams rescore(
      DataStream<Frame> frames, DataStream<Score> scores, ReadableConfig options) {
    return rescore(frames, scores, ReleaseHistory.none(), options);
  }

  /**
   * The same, with each window scored by the version in force at its last sample.
   *
   * @param releases read at the start and every {@code rescore.releases.period}
   */
  public static RescoredStreams rescore(
      DataStream<Frame> frames,
      DataStream<Score> scores,
      ReleaseHistory releases,
      ReadableConfig options) {
    return rescore(
        frames, scores, releases, options, ModelLoader.ofFileSystem(), KernelsChoice.usual());
  }

  /**
   * The same with models from elsewhere, or with other kernels.
   *
   * @param loader reads models
   * @param kernels what to compute with
   */
  public static RescoredStreams rescore(
      DataStream<Frame> frames,
      DataStream<Score> scores,
      ReleaseHistory releases,
      ReadableConfig options,
      ModelLoader loader,
      KernelsChoice kernels) {
    RescoringOperator operator = operator(options, loader, releases, scores != null, kernels);
    KeyedStream<Frame, String> keyed = frames.keyBy(SsmScoring::key, Types.STRING);
    SingleOutputStreamOperator<WindowScore> rescored =
        scores == null
            ? keyed.transform(RescoringState.UID, SsmTypeInfo.WINDOW_SCORE, operator)
            : keyed
                .connect(scores.keyBy(Score::key, Types.STRING))
                .transform(RescoringState.UID, SsmTypeInfo.WINDOW_SCORE, operator);
    rescored.uid(RescoringState.UID).setMaxParallelism(options.get(ScoringOptions.MAX_PARALLELISM));
    return new RescoredStreams(
        rescored,
        rescored.getSideOutput(RescoringOperator.DIVERGED),
        rescored.getSideOutput(RescoringOperator.KERNELS),
        rescored.getSideOutput(RescoringOperator.REJECTED));
  }

  static RescoringOperator operator(
      ReadableConfig options,
      ModelLoader loader,
      ReleaseHistory releases,
      boolean joins,
      KernelsChoice kernels) {
    return new RescoringOperator(
        RescoringOptions.scoring(options),
        RescoringRules.of(options, joins),
        InitialModel.required(options, loader),
        releases,
        kernels);
  }

  /**
   * Watermarks for streaming scores: event time is that of the scored sample, {@code
   * ssm.max-out-of-orderness} behind the newest.
   */
  public static WatermarkStrategy<Score> watermarks(ReadableConfig options) {
    return watermarks(options, score -> score);
  }

  /**
   * The same for records that hold scores.
   *
   * @param toScore the score of a record, null for a record that must not move event time
   */
  public static <T> WatermarkStrategy<T> watermarks(ReadableConfig options, ScoreOf<T> toScore) {
    return WatermarkStrategy.<T>forBoundedOutOfOrderness(
            options.get(ScoringOptions.MAX_OUT_OF_ORDERNESS))
        .withTimestampAssigner(
            (record, before) -> {
              Score score = toScore.apply(record);
              return score == null ? Long.MIN_VALUE : Math.floorDiv(score.timeMicros(), 1000L);
            });
  }

  /** Finds the score of a record. */
  @FunctionalInterface
  public interface ScoreOf<T> extends Function<T, Score>, Serializable {}
}
