package io.flinkssm.jobs;

import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.jobs.kafka.KafkaReleaseHistory;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Release;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Scores the frames of a Kafka topic with a state space model, key by key.
 *
 * <pre>
 * releases topic → releases ───────┐
 * frames topic → frames ──────→ scoring ──→ scores topic
 *                  └ undecodable ─┴ unusable → rejected topic
 * </pre>
 *
 * The releases topic is optional. Runs on a cluster ({@code flink run}, application mode) and in a
 * local JVM alike.
 */
public final class ScoringJob {
  /** Everything the job can be told, besides Flink's own options. */
  static final List<ConfigOption<?>> OPTIONS =
      Stream.concat(JobOptions.all().stream(), ScoringOptions.all().stream()).toList();

  private ScoringJob() {}

  /** Parses the arguments, see {@code --help}, builds the job and runs it. */
  public static void main(String[] args) throws Exception {
    JobArguments arguments = JobArguments.parse(args, OPTIONS);
    if (arguments.help()) {
      System.out.print(
          JobArguments.help(
              "Scores the frames of a Kafka topic with a state space model.", OPTIONS));
      return;
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(arguments.config());
    // With the arguments, and behind them the cluster's configuration and that of `flink run -D`.
    build(env, env.getConfiguration());
    env.execute("flink-ssm scoring");
  }

  /**
   * Adds the job to an environment.
   *
   * @param env where to; if it has no checkpoints, they are taken every 10 s, and RocksDB does not
   *     compress unless configured to
   * @param config the options of {@link JobOptions} and of the scoring operator
   * @throws IllegalArgumentException if the options contradict each other or a required one is
   *     missing
   */
  public static void build(StreamExecutionEnvironment env, ReadableConfig config) {
    build(env, config, ScoringJob::score);
  }

  /**
   * The same with other scoring between the topics, such as a model from elsewhere.
   *
   * @param scoring makes scores of the frames, by the options
   */
  public static void build(
      StreamExecutionEnvironment env,
      ReadableConfig config,
      BiFunction<DataStream<Frame>, ReadableConfig, ScoredStreams> scoring) {
    KafkaTopics topics = new KafkaTopics(config);
    TopicStreams.configure(env, config);

    TopicStreams<Frame> frames = TopicStreams.frames(env, topics);

    ScoredStreams scored = scoring.apply(frames.records(), config);

    scored.scores().sinkTo(topics.scores()).name("scores topic").uid("scores-topic");
    frames
        .undecodable()
        .union(scored.rejected())
        .sinkTo(topics.rejected())
        .name("rejected topic")
        .uid("rejected-topic");
  }

  /** Scores frames as the options say, with the releases of the control topic if there is one. */
  static ScoredStreams score(DataStream<Frame> frames, ReadableConfig config) {
    ReleaseLog log = JobOptions.releaseLog(config).orElse(null);
    if (log == null) {
      return SsmScoring.score(frames, config);
    }
    TopicStreams<Release> releases =
        TopicStreams.releases(frames.getExecutionEnvironment(), new KafkaTopics(config), log);
    ScoredStreams scored =
        SsmScoring.score(frames, releases.records(), new KafkaReleaseHistory(log), config);
    return new ScoredStreams(scored.scores(), scored.rejected().union(releases.undecodable()));
  }
}
