package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.JobArguments;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.kafka.ReleaseLog;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options by which commands find the control topic and the file systems of models. */
final class ControlTopic {

  @Option(
      names = "--kafka.bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers to connect to first, as host:port,host:port.")
  private String bootstrapServers;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      defaultValue = ReleaseLog.DEFAULT_TOPIC,
      description = "Control topic, kafka.topics.releases of the job. Default: ${DEFAULT-VALUE}.")
  private String topic;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "Set an option of the job's topics (docs/job-options.md), such as"
              + " -D kafka.format=avro-confluent or -D kafka.properties.security.protocol=SSL.")
  private Map<String, String> options = new LinkedHashMap<>();

  String topic() {
    return topic;
  }

  /**
   * The control topic.
   *
   * @throws ParameterException if options are missing, unknown or contradict each other
   */
  ReleaseLog log(CommandLine commandLine) {
    Map<String, String> all = new LinkedHashMap<>(options);
    // A terminal is not to wait a minute for a broker that is not there.
    all.putIfAbsent("kafka.properties.default.api.timeout.ms", "15000");
    all.putIfAbsent("kafka.properties.request.timeout.ms", "10000");
    all.putIfAbsent("kafka.properties.delivery.timeout.ms", "15000");
    all.putIfAbsent("kafka.properties.max.block.ms", "15000");
    all.put(JobOptions.RELEASES_TOPIC.key(), topic);
    if (bootstrapServers != null) {
      all.put(JobOptions.BOOTSTRAP_SERVERS.key(), bootstrapServers);
    }
    String[] pairs =
        all.entrySet().stream()
            .map(option -> "-D" + option.getKey() + "=" + option.getValue())
            .toArray(String[]::new);
    try {
      Configuration config = JobArguments.parse(pairs, JobOptions.all()).config();
      return JobOptions.releaseLog(config).orElseThrow();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, e.getMessage(), e);
    }
  }

  /** Makes the file systems of a Flink installation available, if the environment names one. */
  static void openFileSystems() {
    Configuration flink = GlobalConfiguration.loadConfiguration();
    FileSystem.initialize(flink, PluginUtils.createPluginManagerFromRootFolder(flink));
  }
}
