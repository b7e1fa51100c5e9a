package io.flinkssm.benchmarks.pipeline;

import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.ScoringJob;
import io.flinkssm.jobs.kafka.EmbeddedKafka;
import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.jobs.local.LocalCluster;
import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker in this JVM, topics of frames, and runs of the job over them. */
public final class Pipeline implements AutoCloseable {
  /** Partitions of every topic and parallelism of every run: as many as there are cores. */
  public static final int PARALLELISM = 2;

  private final EmbeddedKafka kafka = EmbeddedKafka.start();
  private final Path folder;
  private int topics;

  /** Where the state of a run lives. */
  public enum Backend {
    HEAP("hashmap"),
    ROCKSDB("rocksdb");

    private final String option;

    Backend(String option) {
      this.option = option;
    }

    /** As Flink's configuration names it. */
    String option() {
      return option;
    }
  }

  /** A running job. */
  record Run(LocalCluster cluster, JobClient client) implements AutoCloseable {
    /** Waits for the end of its input. */
    void await() throws Exception {
      client.getJobExecutionResult().get();
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  /** Starts a broker; state and checkpoints go below a folder. */
  public Pipeline(Path folder) {
    this.folder = folder;
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** A new topic. */
  String newTopic(String name) {
    String topic = name + "-" + topics++;
    kafka.createTopic(topic, PARALLELISM);
    return topic;
  }

  /** A new topic that holds the first frames of a workload. */
  public String fill(Workload workload, long frames)
      throws InterruptedException, ExecutionException {
    String topic = newTopic("frames");
    SignalFrameCodec codec = new SignalFrameCodec();
    List<Future<RecordMetadata>> sends = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(50)) {
      for (long i = 0; i < frames; i++) {
        sends.add(producer.send(record(topic, workload.frame(i), codec)));
      }
    }
    for (Future<RecordMetadata> send : sends) {
      send.get();
    }
    return topic;
  }

  KafkaProducer<byte[], byte[]> producer(int lingerMillis) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            ProducerConfig.LINGER_MS_CONFIG,
            lingerMillis),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  static ProducerRecord<byte[], byte[]> record(String topic, Frame frame, SignalFrameCodec codec) {
    byte[] key = frame.key().getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, key, codec.encode(frame));
  }

  /** Options of a run from one topic to new ones. */
  public Configuration options(String framesTopic, Backend backend) {
    String scores = newTopic("scores");
    Configuration config = new Configuration();
    config.set(JobOptions.BOOTSTRAP_SERVERS, bootstrapServers());
    config.set(JobOptions.FRAMES_TOPIC, framesTopic);
    config.set(JobOptions.SCORES_TOPIC, scores);
    config.set(JobOptions.REJECTED_TOPIC, newTopic("rejected"));
    config.set(JobOptions.GROUP_ID, scores);
    config.set(JobOptions.TRANSACTIONAL_ID_PREFIX, scores);
    config.set(JobOptions.STARTING_OFFSETS, JobOptions.StartingOffsets.EARLIEST);
    config.set(ScoringOptions.MODEL_PATH, "memory:benchmark");
    config.set(StateBackendOptions.STATE_BACKEND, backend.option());
    config.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    config.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    config.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    // The size that a task manager of Flink's default 1728 MB gives its slots together.
    config.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
    return config;
  }

  static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, PARALLELISM).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }

  /** Mean size of the first records of a topic: key, value and headers. */
  public double meanRecordBytes(String topic) {
    long bytes = 0;
    int records = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(partitions(topic));
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(10))) {
        bytes += record.serializedKeySize() + record.serializedValueSize();
        for (Header header : record.headers()) {
          bytes += header.key().length() + header.value().length;
        }
        records++;
      }
    }
    return (double) bytes / records;
  }

  KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Starts a job. */
  static Run start(
      BiFunction<DataStream<Frame>, ReadableConfig, ScoredStreams> scoring,
      Configuration config,
      Meter meter)
      throws Exception {
    LocalCluster cluster = LocalCluster.create();
    try {
      StreamExecutionEnvironment env = cluster.environment(PARALLELISM, config);
      ScoringJob.build(env, config, (frames, options) -> meter.on(scoring.apply(frames, options)));
      return new Run(cluster, env.executeAsync("benchmark"));
    } catch (Exception | LinkageError e) {
      cluster.close();
      throw e;
    }
  }

  /** Runs a job to the end of a topic; what it took after a number of warm-up frames. */
  public static Meter.Reading measure(
      BiFunction<DataStream<Frame>, ReadableConfig, ScoredStreams> scoring,
      Configuration config,
      long warmUp,
      long frames)
      throws Exception {
    Meter meter = Meter.between(warmUp, frames - 1);
    config.set(JobOptions.STOP_AT_END, true);
    try (Run run = start(scoring, config, meter)) {
      run.await();
    }
    return meter.reading();
  }

  @Override
  public void close() throws IOException {
    kafka.close();
  }
}
