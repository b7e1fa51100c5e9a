package io.flinkssm.jobs;

import io.flinkssm.flink.DetectionOptions;
import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmDetection;
import io.flinkssm.stream.Frame;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Scores how unusual each sample of a Kafka topic is, by the past of its own key: no model, no
 * training.
 *
 * <pre>
 * frames topic → frames ──────→ detection ──→ scores topic
 *                  └ undecodable ─┴ unusable → rejected topic
 * </pre>
 *
 * Topics, formats and guarantees are those of {@link ScoringJob}, and so is what it runs on.
 */
public final class DetectJob {
  /** Options of the other jobs that have no meaning here: detectors are not released. */
  private static final Set<ConfigOption<?>> OF_MODELS =
      Set.of(JobOptions.RELEASES_TOPIC, ScoringOptions.MODEL_NAME, ScoringOptions.RETAIN);

  /** Everything the job can be told, besides Flink's own options. */
  public static final List<ConfigOption<?>> OPTIONS =
      Stream.of(JobOptions.all(), DetectionOptions.all(), ScoringOptions.all())
          .flatMap(List::stream)
          .filter(option -> !OF_MODELS.contains(option))
          .toList();

  private DetectJob() {}

  /** Parses the arguments, see {@code --help}, builds the job and runs it. */
  public static void main(String[] args) throws Exception {
    JobArguments arguments = JobArguments.parse(args, OPTIONS);
    if (arguments.help()) {
      System.out.print(
          JobArguments.help(
              "Scores how unusual each sample of a Kafka topic is, by the past of its own key.",
              OPTIONS,
              withDefaults(new Configuration())));
      return;
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(arguments.config());
    build(env, env.getConfiguration());
    env.execute("flink-ssm detection");
  }

  /**
   * Adds the job to an environment.
   *
   * @param env where to, configured as {@link ScoringJob#build} does
   * @param config the options of {@link JobOptions} and of detection
   * @throws IllegalArgumentException if the options contradict each other or a required one is
   *     missing
   */
  public static void build(StreamExecutionEnvironment env, ReadableConfig config) {
    build(env, config, SsmDetection::detect);
  }

  /** The same with other detection between the topics. */
  static void build(
      StreamExecutionEnvironment env,
      ReadableConfig config,
      BiFunction<DataStream<Frame>, ReadableConfig, ScoredStreams> detection) {
    ScoringJob.build(env, withDefaults(config), detection);
  }

  /** A configuration with the defaults of this job for what is not set in it. */
  public static Configuration withDefaults(ReadableConfig config) {
    return DetectionOptions.withDefaults(JobOptions.ofJob("flink-ssm-detection", config));
  }
}
