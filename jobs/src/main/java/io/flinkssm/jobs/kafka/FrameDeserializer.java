package io.flinkssm.jobs.kafka;

import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.jobs.registry.ConfluentSchemaCoder;
import io.flinkssm.jobs.registry.RegistryException;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejection.Reason;
import io.flinkssm.stream.Rejections;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.formats.avro.SchemaCoder;
import org.apache.flink.types.Either;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Turns every Kafka record into a frame (left) or a rejection (right). A record never fails the
 * job; only a schema registry that cannot answer does, since the record may be good.
 */
public final class FrameDeserializer
    implements KafkaRecordDeserializationSchema<Either<Frame, Rejection>> {
  /** Longest key accepted, in characters: it is repeated in every score. */
  public static final int MAX_KEY_LENGTH = 1024;

  private final WireFormat format;
  private final Duration maxAhead;
  private transient SignalFrameCodec codec;
  private transient SchemaCoder header;

  /**
   * A deserializer of one wire format.
   *
   * @param maxAhead how far a frame may start ahead of its record's Kafka timestamp. The timestamp
   *     is part of the record, so the answer is the same at every replay
   */
  public FrameDeserializer(WireFormat format, Duration maxAhead) {
    this.format = format;
    this.maxAhead = maxAhead;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    codec = new SignalFrameCodec();
    // Only read from: the subject does not matter.
    header = format.hasRegistry() ? format.coder("") : null;
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> record, Collector<Either<Frame, Rejection>> out)
      throws IOException {
    out.collect(deserialize(record));
  }

  private Either<Frame, Rejection> deserialize(ConsumerRecord<byte[], byte[]> record)
      throws IOException {
    if (record.value() == null) {
      return reject(record, Reason.UNDECODABLE, "the record has no value, expected a SignalFrame");
    }
    Frame frame;
    try {
      frame = decode(record);
    } catch (RegistryException | InterruptedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return reject(
          record,
          Reason.UNDECODABLE,
          "the value is no SignalFrame (" + e.getMessage() + "); check the writer's schema");
    }
    if (frame.key().isEmpty()) {
      return reject(
          record, frame, Reason.MISSING_KEY, "the field key is empty; set it to the signal's name");
    }
    if (frame.key().length() > MAX_KEY_LENGTH) {
      return reject(
          record,
          frame,
          Reason.OVERSIZED,
          "the field key has %d characters, at most %d are allowed"
              .formatted(frame.key().length(), MAX_KEY_LENGTH));
    }
    long sentMillis = record.timestamp();
    if (sentMillis >= 0
        && Math.floorDiv(frame.startMicros(), 1000L) - sentMillis > maxAhead.toMillis()) {
      return reject(
          record,
          frame,
          Reason.BAD_TIME,
          "the frame starts at %d µs, but was sent at %d ms, and kafka.max-ahead is %s; check the clock of the device"
              .formatted(frame.startMicros(), sentMillis, maxAhead));
    }
    return Either.Left(frame);
  }

  private Frame decode(ConsumerRecord<byte[], byte[]> record) throws IOException {
    Frame.Origin origin = RecordOrigin.of(record);
    if (header == null) {
      return codec.decode(record.value(), origin);
    }
    Schema writer = header.readSchema(new ByteArrayInputStream(record.value()));
    return codec.decode(writer, record.value(), ConfluentSchemaCoder.HEADER_LENGTH, origin);
  }

  private static Either<Frame, Rejection> reject(
      ConsumerRecord<byte[], byte[]> record, Reason reason, String message) {
    return Either.Right(RecordOrigin.reject(record, reason, message));
  }

  /** Rejects a record that is a frame; the record's key stands in for one that cannot be used. */
  private static Either<Frame, Rejection> reject(
      ConsumerRecord<byte[], byte[]> record, Frame frame, Reason reason, String message) {
    return Either.Right(
        new Rejection(
            reason,
            message,
            RecordOrigin.key(record),
            frame.origin(),
            frame.startMicros(),
            Rejections.samples(frame)));
  }

  @Override
  public TypeInformation<Either<Frame, Rejection>> getProducedType() {
    return new EitherTypeInfo<>(SsmTypeInfo.FRAME, SsmTypeInfo.REJECTION);
  }
}
