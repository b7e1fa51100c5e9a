package io.flinkssm.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Evidence;
import io.flinkssm.model.KernelSummary;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.schemas.RejectionReason;
import io.flinkssm.schemas.Task;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejection.Reason;
import io.flinkssm.stream.Score;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.flink.util.InstantiationUtil;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordSerializerTest {
  private static final Score SCORE =
      new Score(
          "pümp",
          -7,
          13,
          1_700_000_000_000_001L,
          16_000,
          "digits",
          "3",
          "classification",
          new double[] {-1.5, 2.25},
          new double[] {0.25, 0.75},
          "two",
          true);

  @Test
  void aScoreComesBackAndItsBytesAreTheSameEveryTime() throws Exception {
    var serializer = InstantiationUtil.clone(RecordSerializer.scores("scores", WireFormat.plain()));
    serializer.open(null, null);
    ProducerRecord<byte[], byte[]> record = serializer.serialize(SCORE, null, 4_102_444_800_000L);
    assertThat(record.topic()).isEqualTo("scores");
    assertThat(record.key()).isEqualTo("pümp".getBytes(StandardCharsets.UTF_8));
    assertThat(record.timestamp()).isNull();
    assertThat(record.headers().lastHeader(RecordSerializer.RECORD_ID).value())
        .isEqualTo("pümp|1700000000000001|digits|3|end".getBytes(StandardCharsets.UTF_8));
    assertThat(serializer.serialize(SCORE, null, null))
        .usingRecursiveComparison()
        .isEqualTo(record);

    var read =
        AvroRecords.decode(
            io.flinkssm.schemas.Score.class, io.flinkssm.schemas.Score.SCHEMA$, record.value());
    assertThat(AvroRecords.toScore(read)).usingRecursiveComparison().isEqualTo(SCORE);
  }

  @Test
  void whatADetectorSaysComesBack() throws Exception {
    Anomaly anomaly =
        Anomaly.of(
            0.9995,
            0.25,
            true,
            -1,
            kind ->
                switch (kind) {
                  case SPIKE -> 0.5;
                  case RANGE -> 0.0005;
                  default -> Double.NaN;
                });
    Score score = detected(anomaly);
    assertThat(AvroRecords.of(score).getAnomaly().getEvidence())
        .as("only what applies, always in the same order")
        .containsExactly(entry("spike", 0.5), entry("range", 0.0005));
    var serializer = RecordSerializer.scores("scores", WireFormat.plain());
    serializer.open(null, null);
    byte[] bytes = serializer.serialize(score, null, null).value();
    var read =
        AvroRecords.decode(
            io.flinkssm.schemas.Score.class, io.flinkssm.schemas.Score.SCHEMA$, bytes);
    assertThat(read.getTask()).isEqualTo(Task.ANOMALY);
    Score again = AvroRecords.toScore(read);
    assertThat(again.anomaly()).isEqualTo(anomaly);
    assertThat(again).usingRecursiveComparison().ignoringFields("anomaly").isEqualTo(score);
  }

  @Test
  void evidenceOfTomorrowIsLeftOut() {
    var record = AvroRecords.of(detected(Anomaly.of(0.5, 0.5, false, 0, kind -> 0.5)));
    record.getAnomaly().getEvidence().put("smell", 0.1);
    record.getAnomaly().getEvidence().remove("drift");
    Anomaly anomaly = AvroRecords.toScore(record).anomaly();
    assertThat(anomaly.pValue(Evidence.DRIFT)).isNaN();
    assertThat(anomaly.pValue(anomaly.strongest())).isEqualTo(0.5);
  }

  private static Score detected(Anomaly anomaly) {
    double[] none = {};
    return new Score(
        "pump", 0, 9, 8, 1, "detector", "1", "anomaly", none, none, "alarm", false, anomaly);
  }

  @Test
  void aTaskOfTomorrowIsUnknownAndNoLabelIsNull() {
    Score score =
        new Score("k", 0, 1, 0, 1, "m", "1", "dreaming", new double[0], new double[0], "", false);
    io.flinkssm.schemas.Score record = AvroRecords.of(score);
    assertThat(record.getTask()).isEqualTo(Task.UNKNOWN);
    assertThat(record.getLabel()).isNull();
    assertThat(AvroRecords.toScore(record).label()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonIsPartOfTheContract(Reason reason) {
    assertThat(AvroRecords.of(rejection(reason, new byte[0], 5)).getReason())
        .isNotEqualTo(RejectionReason.UNKNOWN)
        .hasToString(reason.name());
  }

  @Test
  void aRejectionKeepsOriginTimeAndPayload() throws Exception {
    var serializer =
        InstantiationUtil.clone(RecordSerializer.rejections("rejected", WireFormat.plain()));
    serializer.open(null, null);
    byte[] payload = {1, 2, 3};
    ProducerRecord<byte[], byte[]> record =
        serializer.serialize(rejection(Reason.LATE, payload, 5), null, null);
    assertThat(record.key()).as("no key, so the record goes to any partition").isNull();
    assertThat(record.headers().lastHeader(RecordSerializer.RECORD_ID).value())
        .isEqualTo("frames|3|99|LATE".getBytes(StandardCharsets.UTF_8));
    RejectedRecord read =
        AvroRecords.decode(RejectedRecord.class, RejectedRecord.SCHEMA$, record.value());
    assertThat(read.getTopic()).isEqualTo("frames");
    assertThat(read.getPartition()).isEqualTo(3);
    assertThat(read.getOffset()).isEqualTo(99);
    assertThat(read.getTime()).isEqualTo(Instant.EPOCH.plusNanos(5000));
    assertThat(read.getPayload()).isEqualTo(ByteBuffer.wrap(payload));
    assertThat(AvroRecords.of(rejection(Reason.LATE, payload, Long.MIN_VALUE)).getTime()).isNull();
  }

  @Test
  void aHugePayloadIsCutSoThatTheBrokerTakesIt() {
    RejectedRecord record =
        AvroRecords.of(rejection(Reason.OVERSIZED, new byte[AvroRecords.MAX_PAYLOAD + 1], 5));
    assertThat(record.getPayload().remaining()).isEqualTo(AvroRecords.MAX_PAYLOAD);
    assertThat(record.getMessage()).contains("cut to 524288 of 524289 bytes");
  }

  @Test
  void aKernelSummaryIsKeyedByModelVersionLayerAndRate() throws Exception {
    KernelSummary summary =
        new KernelSummary(
            "digits",
            "3",
            "block.1",
            8000,
            64,
            1e-4,
            5,
            7,
            1,
            2,
            3,
            4,
            0.5,
            600,
            6,
            10,
            11,
            12,
            new double[] {13},
            new double[] {-14, 15});
    var serializer =
        InstantiationUtil.clone(RecordSerializer.kernels("kernels", WireFormat.plain()));
    serializer.open(null, null);
    ProducerRecord<byte[], byte[]> record = serializer.serialize(summary, null, null);
    assertThat(record.key()).asString(StandardCharsets.UTF_8).isEqualTo("digits|3|block.1|8000.0");
    assertThat(record.headers().lastHeader(RecordSerializer.RECORD_ID).value())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("digits|3|block.1|8000.0|64");
    var read =
        AvroRecords.decode(
            io.flinkssm.schemas.KernelSummary.class,
            io.flinkssm.schemas.KernelSummary.SCHEMA$,
            record.value());
    // The fields of both stand in the same order.
    for (int i = 0; i < read.getSchema().getFields().size(); i++) {
      Object expected = KernelSummary.class.getRecordComponents()[i].getAccessor().invoke(summary);
      Object found = read.get(i);
      if (expected instanceof double[] values) {
        assertThat(found).isEqualTo(Arrays.stream(values).boxed().toList());
      } else {
        assertThat(found).as(read.getSchema().getFields().get(i).name()).isEqualTo(expected);
      }
    }
    assertThat(read.getSchema().getFields())
        .hasSameSizeAs(KernelSummary.class.getRecordComponents());
  }

  @Test
  void theTopicIsExposedForAbortingTransactions() {
    assertThat(RecordSerializer.scores("scores", WireFormat.plain()).getKafkaDatasetFacet())
        .hasValueSatisfying(
            facet -> assertThat(facet.getTopicIdentifier().getTopics()).containsExactly("scores"));
  }

  private static Rejection rejection(Reason reason, byte[] payload, long timeMicros) {
    return new Rejection(
        reason, "message", "", new Frame.Origin("frames", 3, 99), timeMicros, payload);
  }
}
