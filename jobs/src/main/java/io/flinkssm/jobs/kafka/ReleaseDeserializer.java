package io.flinkssm.jobs.kafka;

import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import java.io.IOException;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.types.Either;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Turns every record of the control topic into a release (left) or a rejection (right). A record
 * never fails the job; only a schema registry that cannot answer does, since the record may be
 * good.
 */
public final class ReleaseDeserializer
    implements KafkaRecordDeserializationSchema<Either<Release, Rejection>> {
  private final WireFormat format;
  private transient ReleaseDecoder decoder;

  /** A deserializer of one wire format. */
  public ReleaseDeserializer(WireFormat format) {
    this.format = format;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    decoder = new ReleaseDecoder(format);
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> record, Collector<Either<Release, Rejection>> out)
      throws IOException {
    out.collect(decoder.decode(record));
  }

  @Override
  public TypeInformation<Either<Release, Rejection>> getProducedType() {
    return new EitherTypeInfo<>(SsmTypeInfo.RELEASE, SsmTypeInfo.REJECTION);
  }
}
