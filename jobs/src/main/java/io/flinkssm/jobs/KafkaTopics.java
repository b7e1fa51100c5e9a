package io.flinkssm.jobs;

import io.flinkssm.flink.SsmRescoring;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.jobs.JobOptions.StartingOffsets;
import io.flinkssm.jobs.kafka.FrameDeserializer;
import io.flinkssm.jobs.kafka.RecordSerializer;
import io.flinkssm.jobs.kafka.ReleaseDeserializer;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.kafka.ScoreDeserializer;
import io.flinkssm.jobs.kafka.WireFormat;
import io.flinkssm.model.KernelSummary;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.WindowScore;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.types.Either;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The sources and sinks of a job's topics, as its options say. */
final class KafkaTopics {
  private final ReadableConfig config;
  private final WireFormat format;
  private final String bootstrapServers;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException if they contradict each other or a required one is missing
   */
  KafkaTopics(ReadableConfig config) {
    this.config = config;
    this.format = JobOptions.wireFormat(config);
    this.bootstrapServers = JobOptions.bootstrapServers(config);
    List<String> topics = new ArrayList<>();
    topics.add(config.get(JobOptions.FRAMES_TOPIC));
    topics.add(config.get(JobOptions.SCORES_TOPIC));
    topics.add(config.get(JobOptions.REJECTED_TOPIC));
    config.getOptional(JobOptions.RELEASES_TOPIC).ifPresent(topics::add);
    if (Set.copyOf(topics).size() < topics.size()) {
      throw new IllegalArgumentException(
          "kafka.topics.frames '%s', scores '%s', rejected '%s' and releases '%s' must differ: each has its own schema, and a job that reads its own output never ends"
              .formatted(
                  topics.get(0),
                  topics.get(1),
                  topics.get(2),
                  topics.size() > 3 ? topics.get(3) : ""));
    }
  }

  /** The frames topic: frames and records that are none. */
  KafkaSource<Either<Frame, Rejection>> frames() {
    return source(
        config.get(JobOptions.FRAMES_TOPIC),
        new FrameDeserializer(format, config.get(JobOptions.MAX_AHEAD)));
  }

  /** The scores topic, read: scores and records that are none. */
  KafkaSource<Either<Score, Rejection>> scored() {
    return source(config.get(JobOptions.SCORES_TOPIC), new ScoreDeserializer(format));
  }

  private <T> KafkaSource<T> source(
      String topic, KafkaRecordDeserializationSchema<T> deserializer) {
    Optional<String> from = config.getOptional(RescoringJobOptions.FROM);
    KafkaSourceBuilder<T> source =
        KafkaSource.<T>builder()
            .setBootstrapServers(bootstrapServers)
            .setTopics(topic)
            .setGroupId(config.get(JobOptions.GROUP_ID))
            .setStartingOffsets(
                from.map(text -> at(RescoringJobOptions.FROM, text))
                    .orElse(startingOffsets(config.get(JobOptions.STARTING_OFFSETS))))
            // Records of a producer's aborted transaction were never sent.
            .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
            .setProperties(clientProperties())
            .setDeserializer(deserializer);
    Optional<String> to = config.getOptional(RescoringJobOptions.TO);
    if (to.isPresent()) {
      source.setBounded(at(RescoringJobOptions.TO, to.get()));
    } else if (config.get(JobOptions.STOP_AT_END)) {
      source.setBounded(OffsetsInitializer.latest());
    }
    return source.build();
  }

  private static OffsetsInitializer at(ConfigOption<String> option, String text) {
    try {
      return OffsetsInitializer.timestamp(Instant.parse(text).toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(
          option.key() + " is '" + text + "', expected a time such as 2026-01-31T10:00:00Z", e);
    }
  }

  /**
   * The control topic: releases and records that are none. It is read from its beginning, by a
   * group of its own: offsets committed by an earlier job say nothing about what this one knows.
   */
  KafkaSource<Either<Release, Rejection>> releases(ReleaseLog log) {
    KafkaSourceBuilder<Either<Release, Rejection>> source =
        KafkaSource.<Either<Release, Rejection>>builder()
            .setBootstrapServers(bootstrapServers)
            .setTopics(log.topic())
            .setGroupId(config.get(JobOptions.GROUP_ID) + "-releases")
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
            .setProperties(clientProperties())
            .setDeserializer(new ReleaseDeserializer(log.format()));
    if (config.get(JobOptions.STOP_AT_END)) {
      source.setBounded(OffsetsInitializer.latest());
    }
    return source.build();
  }

  /** Event time of the frames topic: the start of a frame. */
  WatermarkStrategy<Either<Frame, Rejection>> watermarks() {
    WatermarkStrategy<Either<Frame, Rejection>> strategy =
        SsmScoring.watermarks(config, record -> record.isLeft() ? record.left() : null);
    Duration idleness = config.get(JobOptions.IDLENESS);
    return idleness.isZero() ? strategy : strategy.withIdleness(idleness);
  }

  /** Event time of the scores topic: that of the scored sample. */
  WatermarkStrategy<Either<Score, Rejection>> scoreWatermarks() {
    WatermarkStrategy<Either<Score, Rejection>> strategy =
        SsmRescoring.watermarks(config, record -> record.isLeft() ? record.left() : null);
    Duration idleness = config.get(JobOptions.IDLENESS);
    return idleness.isZero() ? strategy : strategy.withIdleness(idleness);
  }

  /** The topic of window scores. */
  KafkaSink<WindowScore> windowScores() {
    String topic = config.get(RescoringJobOptions.WINDOW_SCORES_TOPIC);
    return sink(RecordSerializer.windowScores(topic, format), "window-scores");
  }

  /** The topic of window scores that differ from streaming. */
  KafkaSink<WindowScore> diverged() {
    String topic = config.get(RescoringJobOptions.DIVERGED_TOPIC);
    return sink(RecordSerializer.windowScores(topic, format), "diverged");
  }

  /** The topic of summaries of kernels. */
  KafkaSink<KernelSummary> kernels() {
    String topic = config.get(RescoringJobOptions.KERNELS_TOPIC);
    return sink(RecordSerializer.kernels(topic, format), "kernels");
  }

  /** The scores topic, written. */
  KafkaSink<Score> scores() {
    String topic = config.get(JobOptions.SCORES_TOPIC);
    return sink(RecordSerializer.scores(topic, format), "scores");
  }

  /** The topic of records that could not be used. */
  KafkaSink<Rejection> rejected() {
    String topic = config.get(JobOptions.REJECTED_TOPIC);
    return sink(RecordSerializer.rejections(topic, format), "rejected");
  }

  private <T> KafkaSink<T> sink(RecordSerializer<T, ?> serializer, String name) {
    DeliveryGuarantee guarantee = config.get(JobOptions.DELIVERY_GUARANTEE);
    KafkaSinkBuilder<T> sink =
        KafkaSink.<T>builder()
            .setBootstrapServers(bootstrapServers)
            .setKafkaProducerConfig(clientProperties())
            .setDeliveryGuarantee(guarantee)
            .setRecordSerializer(serializer);
    if (guarantee == DeliveryGuarantee.EXACTLY_ONCE) {
      Duration timeout = config.get(JobOptions.TRANSACTION_TIMEOUT);
      // Two sinks of one job must not share transactional ids.
      sink.setTransactionalIdPrefix(config.get(JobOptions.TRANSACTIONAL_ID_PREFIX) + "-" + name)
          .setTransactionNamingStrategy(config.get(JobOptions.TRANSACTION_NAMING))
          .setProperty(
              ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(timeout.toMillis()));
    }
    return sink.build();
  }

  private Properties clientProperties() {
    Properties properties = new Properties();
    properties.putAll(config.get(JobOptions.CLIENT_PROPERTIES));
    return properties;
  }

  // The connector asks for a type that Kafka has deprecated.
  @SuppressWarnings("deprecation")
  private static OffsetsInitializer startingOffsets(StartingOffsets offsets) {
    return switch (offsets) {
      case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> OffsetsInitializer.latest();
    };
  }
}
