package io.flinkssm.jobs.kafka;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.types.Either;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The control topic as a log that is read from its beginning to its present end.
 *
 * @param topic name of the topic
 * @param format how its records are written
 * @param clientProperties properties of Kafka clients, {@code bootstrap.servers} among them
 */
public record ReleaseLog(String topic, WireFormat format, Map<String, String> clientProperties)
    implements java.io.Serializable {

  /** The topic of commands that are not told another one. */
  public static final String DEFAULT_TOPIC = "ssm-model-releases";

  private static final Duration POLL = Duration.ofMillis(100);

  /** A log; the properties are copied into a serialisable map. */
  public ReleaseLog {
    clientProperties = Map.copyOf(clientProperties);
  }

  /**
   * All releases and what is none, in the order of the log. Blocks until the end that the topic has
   * now is reached. No consumer group is used.
   *
   * @throws IOException if the topic does not exist, has several partitions, or cannot be read
   */
  public List<Either<Release, Rejection>> read() throws IOException {
    List<Either<Release, Rejection>> entries = new ArrayList<>();
    try (var consumer = consumer()) {
      TopicPartition partition = partition(consumer.partitionsFor(topic));
      List<TopicPartition> one = List.of(partition);
      consumer.assign(one);
      consumer.seekToBeginning(one);
      ReleaseDecoder decoder = new ReleaseDecoder(format);
      long end = consumer.endOffsets(one).get(partition);
      while (consumer.position(partition) < end) {
        for (var record : consumer.poll(POLL)) {
          if (record.offset() < end) {
            entries.add(decoder.decode(record));
          }
        }
      }
    } catch (KafkaException e) {
      throw new IOException(
          "cannot read the control topic '" + topic + "' at " + brokers() + ": " + e.getMessage(),
          e);
    }
    return entries;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Properties properties = new Properties();
    properties.putAll(clientProperties);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private TopicPartition partition(List<PartitionInfo> partitions) throws IOException {
    if (partitions == null || partitions.isEmpty()) {
      throw new IOException(
          "the control topic '"
              + topic
              + "' does not exist: `ssm publish-model` creates it with the first release");
    }
    if (partitions.size() > 1) {
      throw new IOException(
          "the control topic '"
              + topic
              + "' has "
              + partitions.size()
              + " partitions; releases are ordered by offset, so it must have one");
    }
    return new TopicPartition(topic, partitions.get(0).partition());
  }

  /** The brokers' addresses, for messages. */
  String brokers() {
    return clientProperties.get("bootstrap.servers");
  }

  /** Without the properties: passwords may be among them. */
  @Override
  public String toString() {
    return "ReleaseLog{" + topic + " at " + brokers() + "}";
  }
}
