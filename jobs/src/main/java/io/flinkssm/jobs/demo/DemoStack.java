package io.flinkssm.jobs.demo;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.ScoringJob;
import io.flinkssm.jobs.kafka.EmbeddedKafka;
import io.flinkssm.jobs.local.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
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
      Configuration config = new Configuration();
      config.set(JobOptions.BOOTSTRAP_SERVERS, kafka.bootstrapServers());
      config.set(JobOptions.STARTING_OFFSETS, JobOptions.StartingOffsets.EARLIEST);
      config.set(
          JobOptions.DELIVERY_GUARANTEE,
          exactlyOnce ? DeliveryGuarantee.EXACTLY_ONCE : DeliveryGuarantee.AT_LEAST_ONCE);
      config.set(ScoringOptions.MODEL_PATH, model.toAbsolutePath().toUri().toString());
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
