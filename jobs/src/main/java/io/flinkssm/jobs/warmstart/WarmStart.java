package io.flinkssm.jobs.warmstart;

import io.flinkssm.flink.ScoringBootstrap;
import io.flinkssm.jobs.local.FrameFiles;
import io.flinkssm.jobs.local.LocalCluster;
import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Writes a savepoint from past frames, on a Flink cluster in this JVM. */
public final class WarmStart {

  private final Function<ReadableConfig, ScoringBootstrap> scoring;
  private final Configuration options;
  private final Bootstrap.Range range;
  private final String savepoint;

  /**
   * A warm start.
   *
   * @param scoring what the job to be started scores by
   * @param options of that job, and of Flink
   * @param range which frames are history
   * @param savepoint URI of a directory that is empty or does not exist
   */
  public WarmStart(
      Function<ReadableConfig, ScoringBootstrap> scoring,
      ReadableConfig options,
      Bootstrap.Range range,
      String savepoint) {
    this.scoring = scoring;
    this.options = Configuration.fromMap(options.toMap());
    this.range = range;
    this.savepoint = savepoint;
  }

  /**
   * What was read.
   *
   * @param frames frames in the range
   * @param lastMicros start of the latest of them, microseconds since the epoch
   * @param rejected how many of them could not be used, for the reasons that the job would give
   */
  public record History(long frames, long lastMicros, long rejected) {}

  /**
   * Writes the savepoint from files.
   *
   * @throws IOException if there is a savepoint already, or no frame in the range
   */
  public History fromFiles(List<Path> files, FrameFiles reader) throws Exception {
    return write(env -> HistoryFiles.frames(env, files, reader, options));
  }

  /**
   * Writes the savepoint from the frames topic, up to its present end, and commits the offsets at
   * which the job must go on for its group.
   *
   * @throws IOException if there is a savepoint already, or no frame in the range
   */
  public History fromTopic() throws Exception {
    HistoryTopic topic = new HistoryTopic(options, range);
    History history = write(topic::frames);
    topic.commit();
    return history;
  }

  /** Makes the stream of frames in an environment. */
  private interface Source {
    DataStream<Frame> in(StreamExecutionEnvironment env);
  }

  private History write(Source source) throws Exception {
    checkEmpty();
    try (LocalCluster cluster = LocalCluster.create()) {
      StreamExecutionEnvironment env =
          cluster.environment(
              Runtime.getRuntime().availableProcessors(), new Configuration(options));
      Bootstrap.write(source.in(env), scoring.apply(options), options, range, savepoint);
      JobExecutionResult result = env.execute("ssm warm-start");
      History history =
          new History(
              result.getAccumulatorResult(Bootstrap.FRAMES),
              result.getAccumulatorResult(Bootstrap.LAST_MICROS),
              result.getAccumulatorResult(Bootstrap.REJECTED));
      if (history.frames() == 0) {
        path().getFileSystem().delete(path(), true);
        throw new IOException(
            "no frame lies in the range, so there is nothing to start warm from; check --from and"
                + " --to against the times of the frames");
      }
      return history;
    }
  }

  private void checkEmpty() throws IOException {
    FileSystem files = path().getFileSystem();
    FileStatus[] there = files.exists(path()) ? files.listStatus(path()) : null;
    if (there != null && there.length > 0) {
      throw new IOException(
          savepoint + " is not empty, and savepoints are never changed: choose another directory");
    }
  }

  private org.apache.flink.core.fs.Path path() {
    return new org.apache.flink.core.fs.Path(savepoint);
  }
}
