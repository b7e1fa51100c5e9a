package io.flinkssm.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaITCase {

  @Test
  void kafkaClientsAreTheVersionTheConnectorNeeds() {
    assertThat(AppInfoParser.getVersion())
        .as("flink-connector-kafka's exactly-once sink breaks on 4.3 and 4.4")
        .isEqualTo("4.2.2");
  }

  @Test
  void recordsOfATransactionAreReadOnceItIsCommitted() throws Exception {
    KafkaTesting kafka = KafkaTesting.shared();
    String topic = kafka.createTopic("transaction", 1);
    try (var producer = kafka.transactionalProducer("embedded-kafka-test")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record(topic, "lost")).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(record(topic, "kept")).get();
      producer.commitTransaction();
    }
    assertThat(kafka.readCommitted(topic))
        .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
        .containsExactly("kept");
  }

  @Test
  void aTopicThatExistsIsRefused() {
    EmbeddedKafka broker = KafkaTesting.sharedBroker();
    broker.createTopics(1, "refused-a");
    assertThatThrownBy(() -> broker.createTopics(1, "refused-a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("refused-a")
        .hasMessageContaining("already exists");
  }

  @Test
  void closeDeletesTheDataAndMayBeRepeated() {
    EmbeddedKafka broker = EmbeddedKafka.start();
    broker.createTopic("short-lived", 3);
    assertThat(broker.directory()).isNotEmptyDirectory();
    broker.close();
    broker.close();
    assertThat(broker.directory()).doesNotExist();
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
    return new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8));
  }
}
