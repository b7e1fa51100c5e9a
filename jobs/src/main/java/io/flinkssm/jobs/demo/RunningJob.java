package io.flinkssm.jobs.demo;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A streaming job of the demo, from its start to its being cancelled. */
final class RunningJob implements AutoCloseable {

  private static final long STOP_SECONDS = 20;

  private final String name;
  private final JobClient job;

  /** Asked for at the start: the cluster is gone by the time its job has ended. */
  private final CompletableFuture<JobExecutionResult> result;

  private RunningJob(String name, JobClient job) {
    this.name = name;
    this.job = job;
    this.result = job.getJobExecutionResult();
  }

  /** Starts what has been built in an environment. */
  static RunningJob start(StreamExecutionEnvironment env, String name) throws Exception {
    return new RunningJob(name, env.executeAsync(name));
  }

  /**
   * Returns if the job has not ended.
   *
   * @throws IllegalStateException with the job's failure if it has
   */
  void check() {
    try {
      if (result.isDone()) {
        result.get();
        throw new IllegalStateException(name + " has ended");
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(name + " has failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Cancels the job. */
  @Override
  public void close() {
    try {
      job.cancel().get(STOP_SECONDS, TimeUnit.SECONDS);
      result.get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // A cancelled job has no result, and one that does not stop ends with the JVM.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
