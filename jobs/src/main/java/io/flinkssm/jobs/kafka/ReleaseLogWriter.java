package io.flinkssm.jobs.kafka;

import io.flinkssm.schemas.ModelRelease;
import io.flinkssm.schemas.StatePolicy;
import io.flinkssm.stream.Release;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates the control topic and appends releases to it. */
public final class ReleaseLogWriter {

  private final ReleaseLog log;

  /** A writer of a log. */
  public ReleaseLogWriter(ReleaseLog log) {
    this.log = log;
  }

  /**
   * Creates the topic if it does not exist: one partition, because releases are ordered by offset,
   * and kept for ever and uncompacted, because a replay needs the releases that were in force then.
   * The number of replicas is the broker's default.
   *
   * @return whether it was created
   * @throws IOException if the broker does not answer or refuses
   */
  public boolean create() throws IOException {
    NewTopic topic =
        new NewTopic(log.topic(), Optional.of(1), Optional.empty())
            .configs(
                Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                    TopicConfig.RETENTION_MS_CONFIG, "-1",
                    TopicConfig.RETENTION_BYTES_CONFIG, "-1"));
    try (Admin admin = Admin.create(Map.<String, Object>copyOf(log.clientProperties()))) {
      if (await(admin.listTopics().names()).contains(log.topic())) {
        return false;
      }
      await(admin.createTopics(List.of(topic)).all());
      return true;
    } catch (KafkaException e) {
      if (e instanceof TopicExistsException) {
        return false;
      }
      throw new IOException(
          "cannot create the control topic '"
              + log.topic()
              + "' at "
              + log.brokers()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Appends a release and waits until all replicas in sync have it.
   *
   * @param release its sequence is not written: that is the offset it gets
   * @return the offset
   * @throws IOException if it was not written
   */
  public long append(Release release) throws IOException {
    byte[] value = log.format().serializer(ModelRelease.class, log.topic()).serialize(of(release));
    byte[] key = release.name().getBytes(StandardCharsets.UTF_8);
    Map<String, Object> properties = new HashMap<>(log.clientProperties());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      return producer.send(new ProducerRecord<>(log.topic(), 0, key, value)).get().offset();
    } catch (ExecutionException | KafkaException e) {
      throw notWritten(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notWritten(e);
    }
  }

  private IOException notWritten(Throwable cause) {
    return new IOException(
        "cannot write to the control topic '"
            + log.topic()
            + "' at "
            + log.brokers()
            + ": "
            + cause.getMessage(),
        cause);
  }

  /** A release as it stands in its topic. */
  static ModelRelease of(Release release) {
    if (release.activateAtMicros() == 0) {
      throw new IllegalArgumentException(
          "activation at 0 would be read as the time of the record; use 1 µs");
    }
    return new ModelRelease(
        release.name(),
        release.version(),
        release.uri(),
        release.sha256(),
        Instant.EPOCH.plus(release.activateAtMicros(), ChronoUnit.MICROS),
        StatePolicy.valueOf(release.statePolicy().name()),
        "");
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException(e);
    }
  }
}
