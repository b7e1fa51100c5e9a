package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.stream.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends frames to Kafka when a microphone would: at the event time of their last sample, at a
 * multiple of real time.
 */
final class Player implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final SentFrames sent;
  private final SignalFrameCodec codec = new SignalFrameCodec();

  /** A frame with the position of its last sample in its segment. */
  private record Due(Frame frame, long endMicros, long position) {}

  Player(String bootstrapServers, String topic, SentFrames sent) {
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG,
                0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.topic = topic;
    this.sent = sent;
  }

  /**
   * Plays frames of any number of keys to their end; those of one key are in order.
   *
   * @param speed multiple of real time, positive
   * @param progress told the number of frames sent so far
   */
  void play(List<Frame> frames, double speed, IntConsumer progress) {
    List<Due> schedule = schedule(frames);
    List<Future<RecordMetadata>> sends = new ArrayList<>(schedule.size());
    long eventStart = schedule.get(0).endMicros();
    long start = System.nanoTime();
    for (int i = 0; i < schedule.size(); i++) {
      Due due = schedule.get(i);
      waitUntil(start + (long) ((due.endMicros() - eventStart) * 1000 / speed));
      Frame frame = due.frame();
      byte[] value = codec.encode(frame);
      sent.sent(frame.key(), due.position());
      byte[] key = frame.key().getBytes(StandardCharsets.UTF_8);
      sends.add(producer.send(new ProducerRecord<>(topic, key, value)));
      progress.accept(i + 1);
    }
    producer.flush();
    sends.forEach(Player::checkSent);
  }

  private static void checkSent(Future<RecordMetadata> send) {
    try {
      send.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka refused a frame", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static List<Due> schedule(List<Frame> frames) {
    List<Due> schedule = new ArrayList<>();
    Map<String, Long> positions = new HashMap<>();
    for (Frame frame : frames) {
      long position = positions.merge(frame.key(), (long) frame.length(), Long::sum);
      long end = frame.startMicros() + Math.round(frame.length() * 1e6 / frame.sampleRateHz());
      schedule.add(new Due(frame, end, position));
    }
    schedule.sort(Comparator.comparingLong(Due::endMicros));
    return schedule;
  }

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
