package io.flinkssm.jobs.kafka;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.WindowScore;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Writes scores, rejections and kernel summaries to their topics. The same element always gives the
 * same key, value and record id, so that consumers can drop what at-least-once delivery sends
 * twice.
 *
 * @param <T> the stream's element
 * @param <R> its Avro record
 */
public final class RecordSerializer<T, R extends SpecificRecord>
    implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {
  /** Header with the record id, UTF-8. */
  public static final String RECORD_ID = "ssm-record-id";

  private final String topic;
  private final SerializationSchema<R> values;
  private final Text<T> key;
  private final Text<T> recordId;
  private final ToRecord<T, R> toRecord;

  private interface Text<T> extends Function<T, String>, Serializable {}

  private interface ToRecord<T, R> extends Function<T, R>, Serializable {}

  private RecordSerializer(
      String topic,
      SerializationSchema<R> values,
      Text<T> key,
      Text<T> recordId,
      ToRecord<T, R> toRecord) {
    this.topic = topic;
    this.values = values;
    this.key = key;
    this.recordId = recordId;
    this.toRecord = toRecord;
  }

  /**
   * Writes scores. The record id is {@code key|time|model|version}, the time in microseconds since
   * the epoch, and {@code |end} behind it for the final score of a segment: it may stand at the
   * same sample as the one before.
   */
  public static RecordSerializer<Score, io.flinkssm.schemas.Score> scores(
      String topic, WireFormat format) {
    return new RecordSerializer<>(
        topic,
        format.serializer(io.flinkssm.schemas.Score.class, topic),
        Score::key,
        s ->
            String.join("|", s.key(), "" + s.timeMicros(), s.model(), s.modelVersion())
                + (s.endOfSegment() ? "|end" : ""),
        AvroRecords::of);
  }

  /**
   * Writes scores of windows. The record id is {@code key|segment|start|end|model|version}: the
   * start of the segment in microseconds since the epoch, and the positions of the window.
   */
  public static RecordSerializer<WindowScore, io.flinkssm.schemas.WindowScore> windowScores(
      String topic, WireFormat format) {
    return new RecordSerializer<>(
        topic,
        format.serializer(io.flinkssm.schemas.WindowScore.class, topic),
        WindowScore::key,
        w ->
            String.join(
                "|",
                w.key(),
                "" + w.segmentStartMicros(),
                "" + w.startPosition(),
                "" + w.endPosition(),
                w.model(),
                w.modelVersion()),
        AvroRecords::of);
  }

  /** Writes rejections. The record id is {@code topic|partition|offset|reason} of the origin. */
  public static RecordSerializer<Rejection, RejectedRecord> rejections(
      String topic, WireFormat format) {
    return new RecordSerializer<>(
        topic,
        format.serializer(RejectedRecord.class, topic),
        Rejection::key,
        r ->
            String.join(
                "|",
                r.origin().topic(),
                "" + r.origin().partition(),
                "" + r.origin().offset(),
                r.reason().name()),
        AvroRecords::of);
  }

  /**
   * Writes summaries of kernels. The key is {@code model|version|layer|rate in Hz}, so that a
   * compacted topic keeps the current one; the record id has the number of taps behind it.
   */
  public static RecordSerializer<KernelSummary, io.flinkssm.schemas.KernelSummary> kernels(
      String topic, WireFormat format) {
    return new RecordSerializer<>(
        topic,
        format.serializer(io.flinkssm.schemas.KernelSummary.class, topic),
        RecordSerializer::kernelKey,
        k -> kernelKey(k) + "|" + k.taps(),
        AvroRecords::of);
  }

  private static String kernelKey(KernelSummary k) {
    return String.join("|", k.model(), k.modelVersion(), k.layer(), "" + k.sampleRateHz());
  }

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext)
      throws Exception {
    values.open(context);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The record's Kafka timestamp is left to the producer: the broker refuses timestamps far in
   * the future and drops old ones by retention, and the event time stands in the value.
   */
  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T element, KafkaSinkContext context, Long timestamp) {
    String keyText = key.apply(element);
    byte[] keyBytes = keyText.isEmpty() ? null : keyText.getBytes(StandardCharsets.UTF_8);
    byte[] value = values.serialize(toRecord.apply(element));
    Header id =
        new RecordHeader(RECORD_ID, recordId.apply(element).getBytes(StandardCharsets.UTF_8));
    return new ProducerRecord<>(topic, null, null, keyBytes, value, List.of(id));
  }

  /** Names the topic to the sink, which needs it to find transactions that were left open. */
  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(
        new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
  }
}
