package io.flinkssm.jobs.demo;

import io.flinkssm.flink.RescoringOptions;
import io.flinkssm.flink.ScoringOptions;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Everything the demo needs, in this JVM: a Kafka broker, a Flink cluster, and the scoring job
 * between two topics.
 */
final class DemoStack implements AutoCloseable {

  static final String FRAMES = JobOptions.FRAMES_TOPIC.defaultValue();
  static final String SCORES = JobOptions.SCORES_TOPIC.defaultValue();
  private static final int PARTITIONS = 2;
  private static final long STOP_SECONDS = 20;

  private final EmbeddedKafka kafka;
  private final LocalCluster cluster;
  private final JobClient job;

  /** Asked for at the start: the cluster is gone by the time its job has ended. */
  private final CompletableFuture<JobExecutionResult> result;

  private DemoStack(EmbeddedKafka kafka, LocalCluster cluster, JobClient job) {
    this.kafka = kafka;
    this.cluster = cluster;
    this.job = job;
    this.result = job.getJobExecutionResult();
  }

  /**
   * Starts broker, cluster and job.
   *
   * @param exactlyOnce whether scores become visible in transactions, once a checkpoint
   */
  static DemoStack start(Path model, boolean exactlyOnce) throws Exception {
    LocalCluster cluster = LocalCluster.create();
    EmbeddedKafka kafka = EmbeddedKafka.start();
    try {
      kafka.createTopics(PARTITIONS, FRAMES, SCORES, JobOptions.REJECTED_TOPIC.defaultValue());
      ReleaseLog releases = releases(kafka);
      new ReleaseLogWriter(releases).create();
      Configuration config =
          config(
              kafka,
              model,
              exactlyOnce ? DeliveryGuarantee.EXACTLY_ONCE : DeliveryGuarantee.AT_LEAST_ONCE);
      config.set(JobOptions.RELEASES_TOPIC, releases.topic());
      config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
      // Flink's default holds a record back for up to 100 ms to fill a network buffer.
      config.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(5));
      StreamExecutionEnvironment env = cluster.environment(PARTITIONS, config);
      ScoringJob.build(env, config);
      return new DemoStack(kafka, cluster, env.executeAsync("ssm demo"));
    } catch (Exception | LinkageError e) {
      kafka.close();
      cluster.close();
      throw e;
    }
  }

  private static Configuration config(
      EmbeddedKafka kafka, Path model, DeliveryGuarantee guarantee) {
    Configuration config = new Configuration();
    config.set(JobOptions.BOOTSTRAP_SERVERS, kafka.bootstrapServers());
    config.set(JobOptions.STARTING_OFFSETS, JobOptions.StartingOffsets.EARLIEST);
    config.set(JobOptions.DELIVERY_GUARANTEE, guarantee);
    config.set(ScoringOptions.MODEL_PATH, model.toAbsolutePath().toUri().toString());
    return config;
  }

  private static ReleaseLog releases(EmbeddedKafka kafka) {
    return new ReleaseLog(
        ReleaseLog.DEFAULT_TOPIC,
        WireFormat.plain(),
        Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /** Releases a model directory to the running job, as {@code ssm publish-model} does. */
  void publish(Path model, Path copies, long activateAtMicros) throws IOException {
    ModelInfo info = ModelDirectory.read(model).info();
    new Publisher(releases(kafka))
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
    Configuration config = config(kafka, model, DeliveryGuarantee.AT_LEAST_ONCE);
    config.set(JobOptions.RELEASES_TOPIC, releases(kafka).topic());
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
   * Returns if the job has not ended.
   *
   * @throws IllegalStateException with the job's failure if it has
   */
  void checkRunning() {
    try {
      if (result.isDone()) {
        result.get();
        throw new IllegalStateException("the scoring job has ended");
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the scoring job has failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Cancels the job and stops the broker. */
  @Override
  public void close() {
    try {
      job.cancel().get(STOP_SECONDS, TimeUnit.SECONDS);
      result.get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // A cancelled job has no result, and one that does not stop ends with the JVM.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      kafka.close();
      cluster.close();
    }
  }
}
