package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.kafka.AvroRecords;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the scores back from Kafka, as any downstream application would. */
final class Collector implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);
  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final SentFrames sent;
  private final Map<String, List<Score>> scores = new LinkedHashMap<>();
  private final Set<String> finished = new HashSet<>();
  private final Histogram latencyMicros = new Histogram(3);
  private long lastScoreNanos;

  Collector(String bootstrapServers, String topic, SentFrames sent) {
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.GROUP_ID_CONFIG,
                "ssm-demo-collector-" + topic,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.sent = sent;
    consumer.subscribe(List.of(topic));
  }

  /** Throws if no score can be expected any more. */
  interface Alive {
    void check() throws Exception;
  }

  /**
   * Collects until every one of {@code keys} has its last score.
   *
   * @param alive asked between polls
   * @param progress told the number of finished keys
   * @throws IOException if no score arrives for a minute, naming a key that is missing
   */
  void awaitEndOf(Set<String> keys, Alive alive, Consumer<Integer> progress) throws Exception {
    long lastArrival = System.nanoTime();
    while (!finished.containsAll(keys)) {
      boolean any = false;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        collect(
            AvroRecords.toScore(
                AvroRecords.decode(
                    io.flinkssm.schemas.Score.class,
                    io.flinkssm.schemas.Score.SCHEMA$,
                    record.value())));
        any = true;
      }
      if (any) {
        lastArrival = System.nanoTime();
        progress.accept(finished.size());
      } else {
        alive.check();
        if (System.nanoTime() - lastArrival > PATIENCE_NANOS) {
          String missing = keys.stream().filter(k -> !finished.contains(k)).findFirst().orElse("");
          throw new IOException(
              "no score for a minute; " + finished.size() + " keys finished, missing " + missing);
        }
      }
    }
  }

  private void collect(Score score) {
    lastScoreNanos = System.nanoTime();
    long age = sent.ageNanos(score.key(), score.position());
    if (age >= 0) {
      latencyMicros.recordValue(age / 1000);
    }
    scores.computeIfAbsent(score.key(), k -> new ArrayList<>()).add(score);
    if (score.endOfSegment()) {
      finished.add(score.key());
    }
  }

  /** Forgets what has been collected, so that a warm-up does not count. */
  void forget() {
    scores.clear();
    finished.clear();
    latencyMicros.reset();
  }

  /** All scores of each key, in order. */
  Map<String, List<Score>> scores() {
    return scores;
  }

  /** Microseconds from handing a frame to the producer to reading the score of its last sample. */
  Histogram latencyMicros() {
    return latencyMicros;
  }

  /** {@link System#nanoTime()} of the last score. */
  long lastScoreNanos() {
    return lastScoreNanos;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
