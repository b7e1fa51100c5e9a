package io.flinkssm.benchmarks.pipeline;

import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.kafka.AvroRecords;
import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.schemas.Score;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Time from the moment a frame was due to be sent until its score is read, at a fixed rate.
 *
 * <p>The sender keeps to its schedule whatever the job does, and a frame's time runs from the
 * schedule, not from when it was sent: a job that stalls pays for every frame that should have come
 * meanwhile (no coordinated omission). Delivery is at least once, as exactly-once output becomes
 * visible with checkpoints only; network buffers are flushed after 5 ms.
 */
public final class LatencyRun {
  private static final Duration BUFFER_TIMEOUT = Duration.ofMillis(5);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int DIGITS = 3;

  private final Pipeline pipeline;
  private final Workload workload;
  private final Histogram micros = new Histogram(DIGITS);

  private final long frames;
  private final long warmUp;
  private final double nanosPerFrame;
  private volatile long startNanos;
  private volatile long scored;

  private LatencyRun(
      Pipeline pipeline, Workload workload, double rate, Duration warmUp, Duration time) {
    this.pipeline = pipeline;
    this.workload = workload;
    this.nanosPerFrame = 1e9 / rate;
    this.warmUp = workload.keys() + Math.round(warmUp.toMillis() * rate / 1e3);
    this.frames = this.warmUp + Math.round(time.toMillis() * rate / 1e3);
  }

  /**
   * Sends frames at a rate.
   *
   * @param framesPerSecond of all keys together
   * @param warmUp before the time that counts
   * @return latencies in microseconds
   * @throws IOException if no score arrives for half a minute
   */
  public static Histogram measure(
      Pipeline pipeline, Workload workload, double framesPerSecond, Duration warmUp, Duration time)
      throws Exception {
    LatencyRun run = new LatencyRun(pipeline, workload, framesPerSecond, warmUp, time);
    run.run();
    return run.micros;
  }

  private void run() throws Exception {
    String topic = pipeline.newTopic("frames");
    Configuration options = pipeline.options(topic, Pipeline.Backend.HEAP);
    options.set(JobOptions.DELIVERY_GUARANTEE, DeliveryGuarantee.AT_LEAST_ONCE);
    options.set(ExecutionOptions.BUFFER_TIMEOUT, BUFFER_TIMEOUT);
    Meter unused = Meter.between(Long.MAX_VALUE - 1, Long.MAX_VALUE);
    Executor thread = task -> new Thread(task, "latency reader").start();
    try (Pipeline.Run job = Pipeline.start(workload.scoring(), options, unused)) {
      CompletableFuture<Void> reader = new CompletableFuture<>();
      String scores = options.get(JobOptions.SCORES_TOPIC);
      thread.execute(
          () -> {
            try {
              read(scores);
              reader.complete(null);
            } catch (IOException | RuntimeException e) {
              reader.completeExceptionally(e);
            }
          });
      send(topic, reader);
      reader.get();
      job.client().cancel().get();
    }
  }

  /** A frame of each key first; the schedule starts when they are scored, so the job is up. */
  private void send(String topic, Future<Void> reader)
      throws InterruptedException, ExecutionException {
    SignalFrameCodec codec = new SignalFrameCodec();
    List<Future<RecordMetadata>> sends = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = pipeline.producer(0)) {
      for (long i = 0; i < frames && !reader.isDone(); i++) {
        if (i == workload.keys()) {
          awaitScores(i, reader);
          startNanos = System.nanoTime();
        }
        if (i >= workload.keys()) {
          waitUntil(dueNanos(i));
        }
        sends.add(producer.send(Pipeline.record(topic, workload.frame(i), codec)));
      }
    }
    for (Future<RecordMetadata> send : sends) {
      send.get();
    }
  }

  private long dueNanos(long frame) {
    return startNanos + Math.round((frame - workload.keys()) * nanosPerFrame);
  }

  private void awaitScores(long count, Future<Void> reader) {
    while (scored < count && !reader.isDone()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void read(String topic) throws IOException {
    long lastNanos = System.nanoTime();
    long count = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = pipeline.consumer()) {
      consumer.assign(Pipeline.partitions(topic));
      while (count < frames) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Score score = AvroRecords.decode(Score.class, Score.SCHEMA$, record.value());
          lastNanos = System.nanoTime();
          long frame = workload.index(score.getKey(), score.getPosition());
          if (frame >= warmUp) {
            micros.recordValue((lastNanos - dueNanos(frame)) / 1000);
          }
          count++;
        }
        scored = count;
        if (System.nanoTime() - lastNanos > PATIENCE_NANOS) {
          throw new IOException("no score for half a minute, " + count + " of " + frames + " came");
        }
      }
    }
  }
}
