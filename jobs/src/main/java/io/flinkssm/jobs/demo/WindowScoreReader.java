package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.kafka.AvroRecords;
import io.flinkssm.schemas.WindowScore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all window scores of a topic of one partition. */
final class WindowScoreReader {
  private static final Duration POLL = Duration.ofMillis(100);

  private WindowScoreReader() {}

  static List<WindowScore> read(String bootstrapServers, String topic) throws IOException {
    TopicPartition partition = new TopicPartition(topic, 0);
    List<WindowScore> windows = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          windows.add(AvroRecords.decode(WindowScore.class, WindowScore.SCHEMA$, record.value()));
        }
      }
    }
    return windows;
  }
}
