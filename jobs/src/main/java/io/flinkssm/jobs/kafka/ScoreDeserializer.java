package io.flinkssm.jobs.kafka;

import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.jobs.registry.ConfluentSchemaCoder;
import io.flinkssm.jobs.registry.RegistryException;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejection.Reason;
import io.flinkssm.stream.Score;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.formats.avro.SchemaCoder;
import org.apache.flink.types.Either;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Turns every record of the scores topic into a score (left) or a rejection (right). A record never
 * fails the job; only a schema registry that cannot answer does, since the record may be good.
 */
public final class ScoreDeserializer
    implements KafkaRecordDeserializationSchema<Either<Score, Rejection>> {
  private final WireFormat format;
  private transient SchemaCoder header;
  private transient ByteArrayDecoder bytes;

  /** A deserializer of one wire format. */
  public ScoreDeserializer(WireFormat format) {
    this.format = format;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    // Only read from: the subject does not matter.
    header = format.hasRegistry() ? format.coder("") : null;
    bytes = new ByteArrayDecoder();
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> record, Collector<Either<Score, Rejection>> out)
      throws IOException {
    out.collect(decode(record));
  }

  private Either<Score, Rejection> decode(ConsumerRecord<byte[], byte[]> record)
      throws IOException {
    if (record.value() == null) {
      return reject(record, "the record has no value, expected a Score");
    }
    try {
      return Either.Left(AvroRecords.toScore(read(record.value())));
    } catch (RegistryException | InterruptedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return reject(
          record, "the value is no Score (" + e.getMessage() + "); check the writer's schema");
    }
  }

  private io.flinkssm.schemas.Score read(byte[] value) throws IOException {
    Schema current = io.flinkssm.schemas.Score.SCHEMA$;
    Schema writer = current;
    int offset = 0;
    if (header != null) {
      writer = header.readSchema(new ByteArrayInputStream(value));
      offset = ConfluentSchemaCoder.HEADER_LENGTH;
    }
    io.flinkssm.schemas.Score score =
        new SpecificDatumReader<io.flinkssm.schemas.Score>(writer, current)
            .read(null, bytes.reset(value, offset));
    if (bytes.remaining() > 0) {
      throw new IOException(bytes.remaining() + " bytes follow the record");
    }
    return score;
  }

  private static Either<Score, Rejection> reject(
      ConsumerRecord<byte[], byte[]> record, String message) {
    return Either.Right(RecordOrigin.reject(record, Reason.UNDECODABLE, message));
  }

  @Override
  public TypeInformation<Either<Score, Rejection>> getProducedType() {
    return new EitherTypeInfo<>(SsmTypeInfo.SCORE, SsmTypeInfo.REJECTION);
  }
}
