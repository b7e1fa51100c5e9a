package io.flinkssm.jobs.demo;

import io.flinkssm.flink.RescoringOptions;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.DetectJob;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.RescoringJob;
import io.flinkssm.jobs.RescoringJobOptions;
import io.flinkssm.jobs.ScoringJob;
import io.flinkssm.jobs.kafka.EmbeddedKafka;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.kafka.ReleaseLogWriter;
import io.flinkssm.jobs.kafka.WireFormat;
import io.flinkssm.jobs.local.LocalCluster;
import io.flinkssm.jobs.release.ModelUpload;
import io.flinkssm.jobs.release.Publisher;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.schemas.WindowScore;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.stream.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Everything the demo needs, in this JVM: a Kafka broker, a Flink cluster, and the jobs that run
 * while it plays: scoring, and detection, each between two topics of its own.
 */
final class DemoStack implements AutoCloseable {

  static final String FRAMES = JobOptions.FRAMES_TOPIC.defaultValue();
  static final String SCORES = JobOptions.SCORES_TOPIC.defaultValue();
  static final String ECG_FRAMES = "ecg-frames";
  static final String ECG_SCORES = "ecg-scores";
  private static final int PARTITIONS = 2;

  private final LocalCluster cluster;
  private final EmbeddedKafka kafka;
  private final DeliveryGuarantee guarantee;
  private final List<RunningJob> jobs = new ArrayList<>();

  private DemoStack(LocalCluster cluster, EmbeddedKafka kafka, DeliveryGuarantee guarantee) {
    this.cluster = cluster;
    this.kafka = kafka;
    this.guarantee = guarantee;
  }

  /**
   * Starts broker, cluster and jobs.
   *
   * @param exactlyOnce whether scores become visible in transactions, once a checkpoint
   */
  static DemoStack start(Path model, boolean exactlyOnce) throws Exception {
    DemoStack stack =
        new DemoStack(
            LocalCluster.create(),
            EmbeddedKafka.start(),
            exactlyOnce ? DeliveryGuarantee.EXACTLY_ONCE : DeliveryGuarantee.AT_LEAST_ONCE);
    try {
      stack.kafka.createTopics(
          PARTITIONS, FRAMES, SCORES, JobOptions.REJECTED_TOPIC.defaultValue());
      stack.kafka.createTopics(1, ECG_FRAMES, ECG_SCORES);
      stack.startScoring(model);
      stack.startDetection();
      return stack;
    } catch (Exception | LinkageError e) {
      stack.close();
      throw e;
    }
  }

  private void startScoring(Path model) throws Exception {
    ReleaseLog releases = releases();
    new ReleaseLogWriter(releases).create();
    Configuration config = live();
    config.set(ScoringOptions.MODEL_PATH, model.toAbsolutePath().toUri().toString());
    config.set(JobOptions.RELEASES_TOPIC, releases.topic());
    StreamExecutionEnvironment env = cluster.environment(PARTITIONS, config);
    ScoringJob.build(env, config);
    jobs.add(RunningJob.start(env, "ssm demo scoring"));
  }

  private void startDetection() throws Exception {
    Configuration config = live();
    config.set(JobOptions.FRAMES_TOPIC, ECG_FRAMES);
    config.set(JobOptions.SCORES_TOPIC, ECG_SCORES);
    StreamExecutionEnvironment env = cluster.environment(1, config);
    DetectJob.build(env, config);
    jobs.add(RunningJob.start(env, "ssm demo detection"));
  }

  /** Options of a job that runs while the demo plays. */
  private Configuration live() {
    Configuration config = config(guarantee);
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
    // Flink's default holds a record back for up to 100 ms to fill a network buffer.
    config.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(5));
    return config;
  }

  private Configuration config(DeliveryGuarantee delivery) {
    Configuration config = new Configuration();
    config.set(JobOptions.BOOTSTRAP_SERVERS, kafka.bootstrapServers());
    config.set(JobOptions.STARTING_OFFSETS, JobOptions.StartingOffsets.EARLIEST);
    config.set(JobOptions.DELIVERY_GUARANTEE, delivery);
    return config;
  }

  private ReleaseLog releases() {
    return new ReleaseLog(
        ReleaseLog.DEFAULT_TOPIC,
        WireFormat.plain(),
        Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /** Releases a model directory to the running job, as {@code ssm publish-model} does. */
  void publish(Path model, Path copies, long activateAtMicros) throws IOException {
    ModelInfo info = ModelDirectory.read(model).info();
    new Publisher(releases())
        .publish(
            model.toUri().toString(),
            new Release(
                info.name(),
                info.version(),
                ModelUpload.directory(copies.toUri().toString(), info),
                info.sha256(),
                activateAtMicros,
                Release.StatePolicy.KEEP,
                0));
  }

  /** Runs the rescoring job in batch mode over all frames and scores. */
  List<WindowScore> rescore(Path model) throws Exception {
    String topic = RescoringJobOptions.WINDOW_SCORES_TOPIC.defaultValue();
    kafka.createTopics(
        1,
        topic,
        RescoringJobOptions.DIVERGED_TOPIC.defaultValue(),
        RescoringJobOptions.KERNELS_TOPIC.defaultValue());
    Configuration config = config(DeliveryGuarantee.AT_LEAST_ONCE);
    config.set(ScoringOptions.MODEL_PATH, model.toAbsolutePath().toUri().toString());
    config.set(JobOptions.RELEASES_TOPIC, releases().topic());
    config.set(JobOptions.STOP_AT_END, true);
    // Independent of the recurrence, which streaming has used.
    config.set(RescoringOptions.METHOD, ConvolutionMethod.FFT);
    config.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    StreamExecutionEnvironment env = cluster.environment(PARTITIONS, config);
    RescoringJob.build(env, config);
    env.execute("ssm demo rescoring");
    return WindowScoreReader.read(bootstrapServers(), topic);
  }

  /** The broker's address. */
  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /**
   * Returns if no job has ended.
   *
   * @throws IllegalStateException with the job's failure if one has
   */
  void checkRunning() {
    jobs.forEach(RunningJob::check);
  }

  /** Cancels the jobs and stops the broker. */
  @Override
  public void close() {
    jobs.forEach(RunningJob::close);
    kafka.close();
    cluster.close();
  }
}
