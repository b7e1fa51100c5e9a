package io.flinkssm.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.types.Either;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class ReleaseLogITCase {
  private final KafkaTesting kafka = KafkaTesting.shared();

  @Test
  void whatIsAppendedIsReadInOrder() throws Exception {
    ReleaseLog log = log("releases-created");
    ReleaseLogWriter writer = new ReleaseLogWriter(log);
    assertThat(writer.create()).isTrue();
    assertThat(writer.create()).as("exists").isFalse();
    assertThat(config("releases-created"))
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "-1")
        .containsEntry("retention.bytes", "-1");
    assertThat(log.read()).isEmpty();

    assertThat(writer.append(release("1", 10))).isZero();
    kafka.send(List.of(new ProducerRecord<>(log.topic(), new byte[] {1, 2, 3})));
    assertThat(writer.append(release("2", 20))).isEqualTo(2);

    List<Either<Release, Rejection>> read = log.read();
    assertThat(read).hasSize(3);
    assertThat(read.get(0).left()).isEqualTo(release("1", 10));
    assertThat(read.get(1).right().origin().offset()).isOne();
    assertThat(read.get(2).left().sequence()).isEqualTo(2);
  }

  @Test
  void aTopicThatCannotBeALogIsNamed() {
    assertThatThrownBy(() -> log("no-such-topic").read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-topic")
        .hasMessageContaining("ssm publish-model");
    String topic = kafka.createTopic("releases", 2);
    assertThatThrownBy(() -> log(topic).read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(topic)
        .hasMessageContaining("2 partitions");
  }

  @Test
  void passwordsAreNotShown() {
    Map<String, String> properties = Map.of("bootstrap.servers", "b:9", "ssl.key.password", "pw");
    assertThat(new KafkaReleaseHistory(new ReleaseLog("t", WireFormat.plain(), properties)))
        .asString()
        .contains("t at b:9")
        .doesNotContain("pw");
  }

  private ReleaseLog log(String topic) {
    return new ReleaseLog(
        topic, WireFormat.plain(), Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private Map<String, String> config(String topic) throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      return config.entries().stream()
          .collect(
              java.util.stream.Collectors.toMap(e -> e.name(), e -> String.valueOf(e.value())));
    }
  }

  private static Release release(String version, long activateAtMicros) {
    return new Release(
        "digits",
        version,
        "file:/models/" + version,
        "0123456789abcdef".repeat(4),
        activateAtMicros,
        StatePolicy.RESET,
        0);
  }
}
