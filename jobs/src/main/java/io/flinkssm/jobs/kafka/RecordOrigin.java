package io.flinkssm.jobs.kafka;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is known of a Kafka record whatever its value holds. */
final class RecordOrigin {

  private RecordOrigin() {}

  /** Topic, partition and offset. */
  static Frame.Origin of(ConsumerRecord<byte[], byte[]> record) {
    return new Frame.Origin(record.topic(), record.partition(), record.offset());
  }

  /** The record's key as text, shortened to {@link FrameDeserializer#MAX_KEY_LENGTH}. */
  static String key(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return "";
    }
    int length = Math.min(record.key().length, FrameDeserializer.MAX_KEY_LENGTH);
    return new String(record.key(), 0, length, StandardCharsets.UTF_8);
  }

  /** A rejection that keeps the record's bytes. */
  static Rejection reject(
      ConsumerRecord<byte[], byte[]> record, Rejection.Reason reason, String message) {
    byte[] payload = record.value() == null ? new byte[0] : record.value();
    return new Rejection(reason, message, key(record), of(record), Long.MIN_VALUE, payload);
  }
}
