package io.flinkssm.jobs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class KafkaTopicsTest {
  private final Configuration config =
      new Configuration().set(JobOptions.BOOTSTRAP_SERVERS, "localhost:9092");

  @Test
  void defaultsAreSound() {
    KafkaTopics topics = new KafkaTopics(config);
    assertThatCode(topics::scores).doesNotThrowAnyException();
    assertThatCode(topics::rejected).doesNotThrowAnyException();
  }

  @Test
  void theBrokersMustBeNamed() {
    assertRefused(new Configuration(), "kafka.bootstrap-servers is missing");
  }

  @Test
  void topicsMustDiffer() {
    config.set(JobOptions.SCORES_TOPIC, config.get(JobOptions.FRAMES_TOPIC));
    assertRefused(config, "must differ");
  }

  @Test
  void theControlTopicIsNoneOfTheOthers() {
    config.set(JobOptions.RELEASES_TOPIC, "releases");
    assertThatCode(() -> new KafkaTopics(config)).doesNotThrowAnyException();
    config.set(JobOptions.RELEASES_TOPIC, config.get(JobOptions.REJECTED_TOPIC));
    assertRefused(config, "must differ");
  }

  @Test
  void theRegistryMustFitTheFormat() {
    config.set(JobOptions.REGISTRY_URL, "http://registry:8081");
    assertRefused(config, "set it to avro-confluent");
    config.set(JobOptions.FORMAT, JobOptions.Format.AVRO_CONFLUENT);
    assertThatCode(() -> new KafkaTopics(config)).doesNotThrowAnyException();
    config.set(JobOptions.REGISTRY_USER, "me");
    assertRefused(config, "must be given together");
    config.removeConfig(JobOptions.REGISTRY_URL);
    assertRefused(config, "set registry.url");
  }

  private static void assertRefused(Configuration config, String message) {
    assertThatThrownBy(() -> new KafkaTopics(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
