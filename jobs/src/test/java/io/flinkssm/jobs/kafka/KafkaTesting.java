package io.flinkssm.jobs.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What tests do with a broker: {@link #shared()}, one for all tests of a JVM, or any other. */
public final class KafkaTesting {
  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static EmbeddedKafka sharedBroker;

  private final String bootstrapServers;

  private KafkaTesting(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** The JVM's broker, started by the first caller, stopped with the JVM. */
  public static KafkaTesting shared() {
    return at(sharedBroker().bootstrapServers());
  }

  /** Any broker. */
  public static KafkaTesting at(String bootstrapServers) {
    return new KafkaTesting(bootstrapServers);
  }

  static synchronized EmbeddedKafka sharedBroker() {
    if (sharedBroker == null) {
      sharedBroker = EmbeddedKafka.start();
      Runtime.getRuntime().addShutdownHook(new Thread(sharedBroker::close, "embedded-kafka-close"));
    }
    return sharedBroker;
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Creates a topic of a name nobody else uses. */
  public String createTopic(String stem, int partitions) {
    String name = stem + "-" + TOPICS.incrementAndGet();
    try (Admin admin = Admin.create(clientConfig())) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("Cannot create topic " + name, e);
    }
    return name;
  }

  public KafkaProducer<byte[], byte[]> transactionalProducer(String transactionalId) {
    Map<String, Object> config = clientConfig();
    config.put("transactional.id", transactionalId);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Sends the records in order and waits until the broker has them. */
  public void send(List<ProducerRecord<byte[], byte[]>> records) {
    try (var producer =
        new KafkaProducer<>(clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
      for (Future<RecordMetadata> future : sent) {
        future.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("Sending test records failed", e);
    }
  }

  /** All committed records of a topic, partition by partition, each in the order of its offsets. */
  public List<ConsumerRecord<byte[], byte[]>> readCommitted(String topic) {
    Map<String, Object> config = clientConfig();
    config.put("isolation.level", "read_committed");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (PartitionInfo info : consumer.partitionsFor(topic)) {
        TopicPartition partition = new TopicPartition(topic, info.partition());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        // With read_committed this is the last stable offset.
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end) {
          consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
      }
    }
    return records;
  }

  /** Whether a transaction has written to a topic and neither committed nor aborted. */
  public boolean hasOpenTransaction(String topic) {
    return !ends(topic, "read_committed").equals(ends(topic, "read_uncommitted"));
  }

  private Map<TopicPartition, Long> ends(String topic, String isolation) {
    Map<String, Object> config = clientConfig();
    config.put("isolation.level", isolation);
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return consumer.endOffsets(
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList());
    }
  }

  private Map<String, Object> clientConfig() {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrapServers);
    return config;
  }
}
