package io.flinkssm.jobs;

import io.flinkssm.flink.ModelLoader;
import io.flinkssm.flink.ReleaseHistory;
import io.flinkssm.flink.RescoredStreams;
import io.flinkssm.flink.RescoringOptions;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmRescoring;
import io.flinkssm.jobs.kafka.KafkaReleaseHistory;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Rescores the frames of a Kafka topic window by window, beside the scores that streaming has given
 * them.
 *
 * <pre>
 * frames topic → frames ──────→ rescoring ──→ window-scores topic
 *                  └ undecodable ─┴ unusable → rejected topic
 * scores topic → scores ─────────┘└──────────→ diverged topic, kernels topic
 * </pre>
 *
 * Follows the releases of the control topic, if there is one, as the scoring job does.
 *
 * <p>Runs beside the scoring job, or over a bounded range of the past: then in Flink's batch mode,
 * too.
 */
public final class RescoringJob {
  /** Everything the job can be told, besides Flink's own options. */
  static final List<ConfigOption<?>> OPTIONS =
      Stream.of(
              JobOptions.all(),
              RescoringJobOptions.all(),
              RescoringOptions.all(),
              ScoringOptions.all())
          .flatMap(List::stream)
          .toList();

  private RescoringJob() {}

  /** Rescores frames, and scores if they are to be joined. */
  @FunctionalInterface
  public interface Rescoring {
    /**
     * Window scores of the frames, by the options.
     *
     * @param scores null if none are to be joined
     */
    RescoredStreams rescore(
        DataStream<Frame> frames, DataStream<Score> scores, ReadableConfig options);
  }

  /** Parses the arguments, see {@code --help}, builds the job and runs it. */
  public static void main(String[] args) throws Exception {
    JobArguments arguments = JobArguments.parse(args, OPTIONS);
    if (arguments.help()) {
      System.out.print(
          JobArguments.help(
              "Rescores the frames of a Kafka topic window by window, beside their streaming"
                  + " scores.",
              OPTIONS,
              withDefaults(new Configuration())));
      return;
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(arguments.config());
    build(env, env.getConfiguration());
    env.execute("flink-ssm rescoring");
  }

  /**
   * Adds the job to an environment.
   *
   * @param env where to, configured as {@link ScoringJob#build} does
   * @param config the options of {@link JobOptions}, {@link RescoringJobOptions} and of the
   *     operator
   * @throws IllegalArgumentException if the options contradict each other or a required one is
   *     missing
   */
  public static void build(StreamExecutionEnvironment env, ReadableConfig config) {
    build(env, config, RescoringJob::rescore);
  }

  /** Rescores as the options say, with the releases of the control topic if there is one. */
  static RescoredStreams rescore(
      DataStream<Frame> frames, DataStream<Score> scores, ReadableConfig config) {
    ReleaseHistory releases =
        JobOptions.releaseLog(config)
            .<ReleaseHistory>map(KafkaReleaseHistory::new)
            .orElse(ReleaseHistory.none());
    return SsmRescoring.rescore(
        frames,
        scores,
        releases,
        config,
        ModelLoader.ofFileSystem(),
        config.get(RescoringJobOptions.LINEAR).choice());
  }

  /** The same with other rescoring between the topics, such as a model from elsewhere. */
  public static void build(
      StreamExecutionEnvironment env, ReadableConfig config, Rescoring rescoring) {
    ReadableConfig own = withDefaults(config);
    KafkaTopics topics = new KafkaTopics(own);
    checkTopics(own);
    TopicStreams.configure(env, own);

    TopicStreams<Frame> frames = TopicStreams.frames(env, topics);
    DataStream<Rejection> rejected = frames.undecodable();
    DataStream<Score> streamed = null;
    if (own.get(RescoringJobOptions.JOIN)) {
      TopicStreams<Score> scores = TopicStreams.scores(env, topics);
      streamed = scores.records();
      rejected = rejected.union(scores.undecodable());
    }

    RescoredStreams rescored = rescoring.rescore(frames.records(), streamed, own);

    rescored
        .scores()
        .sinkTo(topics.windowScores())
        .name("window-scores topic")
        .uid("window-scores-topic");
    rescored.diverged().sinkTo(topics.diverged()).name("diverged topic").uid("diverged-topic");
    rescored.kernels().sinkTo(topics.kernels()).name("kernels topic").uid("kernels-topic");
    rejected
        .union(rescored.rejected())
        .sinkTo(topics.rejected())
        .name("rejected topic")
        .uid("rejected-topic");
  }

  private static void checkTopics(ReadableConfig config) {
    List<String> names =
        Stream.of(
                JobOptions.FRAMES_TOPIC,
                JobOptions.SCORES_TOPIC,
                JobOptions.REJECTED_TOPIC,
                RescoringJobOptions.WINDOW_SCORES_TOPIC,
                RescoringJobOptions.DIVERGED_TOPIC,
                RescoringJobOptions.KERNELS_TOPIC)
            .map(config::get)
            .toList();
    if (Set.copyOf(names).size() < names.size()) {
      throw new IllegalArgumentException(
          "kafka.topics.frames, scores, rejected, window-scores, diverged and kernels must differ,"
              + " but are "
              + String.join(", ", names));
    }
  }

  /**
   * The frames of the topic, for jobs that do something else with them. Records that are none are
   * left out: the jobs that score report them.
   */
  public static DataStream<Frame> frames(StreamExecutionEnvironment env, ReadableConfig config) {
    return TopicStreams.frames(env, new KafkaTopics(withDefaults(config))).records();
  }

  private static Configuration withDefaults(ReadableConfig config) {
    return JobOptions.ofJob("flink-ssm-rescoring", config);
  }
}
