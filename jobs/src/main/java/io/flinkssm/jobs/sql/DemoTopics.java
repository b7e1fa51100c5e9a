package io.flinkssm.jobs.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topics of the demo on a broker. */
final class DemoTopics {
  private static final List<String> NAMES =
      List.of(
          "clips",
          "faulty",
          "calls",
          "recordings",
          "heart",
          "readings",
          "devices",
          "scores",
          "alerts",
          "dead_letters");

  private DemoTopics() {}

  /** Creates the topics, of one partition each; they keep records however old their times are. */
  static void create(String bootstrapServers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(
              NAMES.stream()
                  .map(
                      name ->
                          new NewTopic(name, 1, (short) 1).configs(Map.of("retention.ms", "-1")))
                  .toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Cannot create the topics " + NAMES + ": " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Sends records and waits until the broker has them. */
  static void send(String bootstrapServers, List<ProducerRecord<byte[], byte[]>> records) {
    Map<String, Object> config =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG,
            20);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sends = new ArrayList<>(records.size());
      records.forEach(record -> sends.add(producer.send(record)));
      for (Future<RecordMetadata> send : sends) {
        send.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka refused a record of the demo", e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
