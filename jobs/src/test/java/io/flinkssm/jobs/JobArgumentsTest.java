package io.flinkssm.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobArgumentsTest {

  @Test
  void allThreeFormsAndFlinksOptionsAreRead() {
    Configuration config =
        parse(
            "--kafka.bootstrap-servers",
            "a:1,b:2",
            "--kafka.delivery-guarantee=at-least-once",
            "-Dkafka.format=avro-confluent",
            "--kafka.properties.security.protocol",
            "SASL_SSL",
            "--kafka.properties.sasl.jaas.config",
            "module required user=\"x\";",
            "--state.backend.type",
            "rocksdb",
            "--execution.checkpointing.interval",
            "250 ms");
    assertThat(config.get(JobOptions.BOOTSTRAP_SERVERS)).isEqualTo("a:1,b:2");
    assertThat(config.get(JobOptions.DELIVERY_GUARANTEE))
        .isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
    assertThat(config.get(JobOptions.FORMAT)).isEqualTo(JobOptions.Format.AVRO_CONFLUENT);
    assertThat(config.get(JobOptions.CLIENT_PROPERTIES))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.jaas.config",
                "module required user=\"x\";"));
    assertThat(config.get(StateBackendOptions.STATE_BACKEND)).isEqualTo("rocksdb");
    assertThat(config.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
        .isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void argumentsWinOverTheFileWhereverItStands(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            kafka:
              bootstrap-servers: file:9092
              topics:
                frames: from-file
              stop-at-end: true
            kafka.idleness: 3 s
            """);
    Configuration config = parse("--kafka.topics.frames", "from-line", "--config", file.toString());
    assertThat(config.get(JobOptions.FRAMES_TOPIC)).isEqualTo("from-line");
    assertThat(config.get(JobOptions.BOOTSTRAP_SERVERS)).isEqualTo("file:9092");
    assertThat(config.get(JobOptions.STOP_AT_END)).isTrue();
    assertThat(config.get(JobOptions.IDLENESS)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aMisspeltOptionIsAnErrorThatShowsTheRightOnes() {
    assertThatThrownBy(() -> parse("--kafka.topic.frames", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'kafka.topic.frames'")
        .hasMessageContaining("kafka.topics.frames");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "-x", "--", "-D", "-Dx", "--kafka.group-id"})
  void aMalformedArgumentIsAnErrorThatNamesIt(String argument) {
    assertThatThrownBy(() -> parse(argument))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(argument);
  }

  @Test
  void aMissingFileIsAnErrorThatNamesIt() {
    assertThatThrownBy(() -> parse("--config", "nowhere.yaml"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere.yaml");
  }

  @Test
  void helpShowsEveryOptionWithDefaultAndDescription() {
    assertThat(JobArguments.parse(new String[] {"--help"}, ScoringJob.OPTIONS).help()).isTrue();
    String help = JobArguments.help("A job.", ScoringJob.OPTIONS);
    for (ConfigOption<?> option : ScoringJob.OPTIONS) {
      assertThat(help).contains("--" + option.key());
    }
    assertThat(help)
        .contains("--kafka.transaction-timeout (default 15 min)")
        .contains("--kafka.delivery-guarantee (default exactly-once)")
        .contains("Kafka brokers to connect to first");
  }

  private static Configuration parse(String... args) {
    return JobArguments.parse(args, ScoringJob.OPTIONS).config();
  }
}
