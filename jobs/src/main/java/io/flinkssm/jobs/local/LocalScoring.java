package io.flinkssm.jobs.local;

import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.jobs.io.ScoreWriter;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Either;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;

/** Runs the scoring operator over files, on a Flink cluster in this JVM. */
public final class LocalScoring {

  private final Path model;
  private final Map<String, String> options;
  private final FrameFiles reader;

  /**
   * Scoring with a model directory.
   *
   * @param options options of the operator and of Flink, by their names
   */
  public LocalScoring(Path model, Map<String, String> options, FrameFiles reader) {
    this.model = model;
    this.options = Map.copyOf(options);
    this.reader = reader;
  }

  /**
   * What a run did.
   *
   * @param scores scores written
   * @param last last score of each segment that has ended, in the order of arrival
   * @param rejected how many records were rejected, by reason, each with the first message
   */
  public record Summary(long scores, List<Score> last, Map<String, Rejected> rejected) {}

  /** Rejected records of one reason. */
  public record Rejected(long count, String firstMessage) {}

  /**
   * Scores files.
   *
   * @param progress told of the scores and of the ended segments so far
   */
  public Summary run(List<Path> files, ScoreWriter writer, BiConsumer<Long, Integer> progress)
      throws Exception {
    try (LocalCluster cluster = LocalCluster.create()) {
      return collect(results(cluster, files), writer, progress);
    }
  }

  private DataStream<Either<Score, Rejection>> results(LocalCluster cluster, List<Path> files) {
    Configuration config = Configuration.fromMap(options);
    config.set(ScoringOptions.MODEL_PATH, model.toAbsolutePath().toUri().toString());
    StreamExecutionEnvironment env =
        cluster.environment(Runtime.getRuntime().availableProcessors(), config);
    ScoredStreams scored = SsmScoring.score(frames(env, files, reader), config);
    // One stream, because two are read one after the other and the second would block the first.
    EitherTypeInfo<Score, Rejection> either =
        new EitherTypeInfo<>(SsmTypeInfo.SCORE, SsmTypeInfo.REJECTION);
    return scored
        .scores()
        .map(Either::<Score, Rejection>Left)
        .returns(either)
        .union(scored.rejected().map(Either::<Score, Rejection>Right).returns(either));
  }

  /** The frames of files, each read where its task runs. */
  public static DataStream<Frame> frames(
      StreamExecutionEnvironment env, List<Path> files, FrameFiles reader) {
    return env.fromData(files.stream().map(file -> file.toAbsolutePath().toString()).toList())
        .flatMap(new ReadFrames(reader))
        .returns(SsmTypeInfo.FRAME)
        .name("frames");
  }

  @SuppressWarnings("try") // the iterator's close() may be interrupted, as may everything here
  private static Summary collect(
      DataStream<Either<Score, Rejection>> stream,
      ScoreWriter writer,
      BiConsumer<Long, Integer> progress)
      throws Exception {
    long scores = 0;
    List<Score> last = new ArrayList<>();
    Map<String, Rejected> rejected = new TreeMap<>();
    try (CloseableIterator<Either<Score, Rejection>> results =
        stream.executeAndCollect("ssm score")) {
      while (results.hasNext()) {
        Either<Score, Rejection> result = results.next();
        if (result.isRight()) {
          Rejection rejection = result.right();
          rejected.merge(
              rejection.reason().name(),
              new Rejected(1, rejection.message()),
              (sum, one) -> new Rejected(sum.count() + 1, sum.firstMessage()));
          continue;
        }
        writer.write(result.left());
        scores++;
        if (result.left().endOfSegment()) {
          last.add(result.left());
        }
        progress.accept(scores, last.size());
      }
    }
    return new Summary(scores, last, rejected);
  }

  /** Reads each file where the task runs. */
  private static final class ReadFrames implements FlatMapFunction<String, Frame> {
    private static final long serialVersionUID = 1L;
    private final FrameFiles reader;

    ReadFrames(FrameFiles reader) {
      this.reader = reader;
    }

    @Override
    public void flatMap(String file, Collector<Frame> out) throws IOException {
      reader.read(Path.of(file), out::collect);
    }
  }
}
