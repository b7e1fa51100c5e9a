package io.flinkssm.jobs.warmstart;

import io.flinkssm.flink.SsmScoring;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.kafka.FrameDeserializer;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Either;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Past frames from the frames topic: from where the range may begin to what the topic holds now.
 * The job that starts from the savepoint must read on where the history ends, and finds that place
 * among the committed offsets of its group.
 */
final class HistoryTopic {

  private final ReadableConfig options;
  private final Bootstrap.Range range;
  private final Map<TopicPartition, Long> end;

  /**
   * Asks the broker where the topic ends now.
   *
   * @param options those of the scoring job, see {@link JobOptions}
   * @throws IOException if the broker does not answer or there is no such topic
   */
  HistoryTopic(ReadableConfig options, Bootstrap.Range range) throws IOException {
    this.options = options;
    this.range = range;
    try (Admin admin = admin()) {
      this.end = offsets(admin, OffsetSpec.latest());
    }
  }

  /** The frames, each partition in its order. */
  DataStream<Frame> frames(StreamExecutionEnvironment env) {
    KafkaSource<Either<Frame, Rejection>> source =
        KafkaSource.<Either<Frame, Rejection>>builder()
            .setTopics(options.get(JobOptions.FRAMES_TOPIC))
            .setStartingOffsets(
                range.fromMicros() == Long.MIN_VALUE
                    ? OffsetsInitializer.earliest()
                    : OffsetsInitializer.timestamp(sentMillis(range.fromMicros())))
            .setBounded(OffsetsInitializer.offsets(end))
            .setProperties(properties())
            .setProperty("isolation.level", "read_committed")
            .setDeserializer(
                new FrameDeserializer(
                    JobOptions.wireFormat(options), options.get(JobOptions.MAX_AHEAD)))
            .build();
    return env.fromSource(
            source,
            SsmScoring.watermarks(options, record -> record.isLeft() ? record.left() : null),
            "frames topic")
        .flatMap(new OnlyFrames())
        .returns(SsmTypeInfo.FRAME)
        .name("frames");
  }

  /**
   * Commits, for the group of the job to be started, the offsets at which it must go on. If the
   * range ends before the topic does, they lie before the first frame behind the range, so that
   * some that have been read are read again; the job recognises those.
   *
   * @throws IOException if the broker refuses, for instance because consumers are subscribed
   */
  void commit() throws IOException {
    try (Admin admin = admin()) {
      Map<TopicPartition, Long> next = new HashMap<>(end);
      if (range.toMicros() != Long.MAX_VALUE) {
        offsets(admin, OffsetSpec.forTimestamp(sentMillis(range.toMicros())))
            .forEach(
                (partition, offset) ->
                    next.computeIfPresent(
                        partition, (p, last) -> offset < 0 ? last : Math.min(offset, last)));
      }
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      next.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
      await(
          admin.alterConsumerGroupOffsets(options.get(JobOptions.GROUP_ID), offsets).all(),
          "cannot commit offsets for group " + options.get(JobOptions.GROUP_ID));
    }
  }

  /** Earliest Kafka timestamp of a frame that starts then: no frame is accepted further ahead. */
  private long sentMillis(long startMicros) {
    return Math.max(
        0, Math.floorDiv(startMicros, 1000L) - options.get(JobOptions.MAX_AHEAD).toMillis());
  }

  private Map<TopicPartition, Long> offsets(Admin admin, OffsetSpec which) throws IOException {
    String topic = options.get(JobOptions.FRAMES_TOPIC);
    String failure =
        "cannot read the frames topic '"
            + topic
            + "' at "
            + options.get(JobOptions.BOOTSTRAP_SERVERS);
    TopicDescription description =
        await(admin.describeTopics(List.of(topic)).allTopicNames(), failure).get(topic);
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    description
        .partitions()
        .forEach(info -> asked.put(new TopicPartition(topic, info.partition()), which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> answer :
        await(admin.listOffsets(asked).all(), failure).entrySet()) {
      offsets.put(answer.getKey(), answer.getValue().offset());
    }
    return offsets;
  }

  private Admin admin() {
    return Admin.create(properties());
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.putAll(options.get(JobOptions.CLIENT_PROPERTIES));
    properties.put("bootstrap.servers", options.get(JobOptions.BOOTSTRAP_SERVERS));
    return properties;
  }

  private static <T> T await(KafkaFuture<T> future, String failure) throws IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IOException(failure + ": " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(failure + ": interrupted", e);
    }
  }

  /** What is undecodable was rejected when it was new. */
  private static final class OnlyFrames
      implements FlatMapFunction<Either<Frame, Rejection>, Frame> {
    private static final long serialVersionUID = 1L;

    @Override
    public void flatMap(Either<Frame, Rejection> record, Collector<Frame> out) {
      if (record.isLeft()) {
        out.collect(record.left());
      }
    }
  }
}
