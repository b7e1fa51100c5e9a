package io.flinkssm.jobs.sql;

import static io.flinkssm.jobs.sql.SqlTesting.BOUNDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.jobs.kafka.AvroRecords;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.kafka.RecordSerializer;
import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.jobs.kafka.WireFormat;
import io.flinkssm.model.KernelSummary;
import io.flinkssm.schemas.ModelRelease;
import io.flinkssm.schemas.StatePolicy;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.WindowScore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.flink.formats.avro.AvroSerializationSchema;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SQL reads what the jobs write, and writes what the jobs read, against a real broker. */
class TopicTableITCase {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlTesting.cluster();

  private static final long MICROS = 1_700_000_000_000_001L;
  private static final double[] NONE = {};

  private static KafkaTesting kafka;
  private static TableEnvironment tables;

  @BeforeAll
  static void environment() {
    kafka = KafkaTesting.shared();
    tables = SqlTesting.environment();
  }

  @Test
  void framesAreReadAndWrittenToTheByte() throws Exception {
    List<Frame> frames =
        List.of(
            frame("pümp 泵", MICROS, new float[] {0.1f, -2.5f, Float.NaN, Float.MIN_VALUE}, false),
            frame("", -1, new float[0], true),
            frame("far", Long.MAX_VALUE, new float[] {Float.NEGATIVE_INFINITY, -0.0f}, false));
    SignalFrameCodec codec = new SignalFrameCodec();
    String topic = kafka.createTopic("sql-frames", 1);
    kafka.send(
        frames.stream()
            .map(
                frame ->
                    new ProducerRecord<>(
                        topic,
                        frame.key().isEmpty() ? null : utf8(frame.key()),
                        codec.encode(frame)))
            .toList());

    List<Row> rows = copied(TopicTable.FRAMES, topic);

    assertThat(rows.get(0).getField("key")).isEqualTo("pümp 泵");
    assertThat(rows.get(0).getField("start_time")).isEqualTo(MICROS);
    assertThat((Float[]) rows.get(0).getField("samples"))
        .containsExactly(0.1f, -2.5f, Float.NaN, Float.MIN_VALUE);
    assertThat(rows)
        .extracting(row -> row.getField("ts"))
        .as("event time, in milliseconds; of an absurd one, 1970")
        .containsExactly(Instant.parse("2023-11-14T22:13:20Z"), Instant.EPOCH, Instant.EPOCH);
  }

  @Test
  void framesThatSqlMakesAreFramesToTheJobs() throws Exception {
    String topic = kafka.createTopic("sql-inserted", 1);
    tables.executeSql(TopicTable.FRAMES.ddl("inserted", topic, kafka.bootstrapServers(), Map.of()));
    tables
        .executeSql(
            """
            INSERT INTO inserted
            SELECT device, UNIX_TIMESTAMP('2026-01-01 00:00:00') * 1000000 + 7, 50.0, 1,
              ARRAY[CAST(v AS FLOAT), CAST(0.25 AS FLOAT)], FALSE
            FROM (VALUES ('pümp', 1.5), ('fan', -3)) AS t (device, v)
            """)
        .await();
    SignalFrameCodec codec = new SignalFrameCodec();
    List<ConsumerRecord<byte[], byte[]>> records = kafka.readCommitted(topic);
    assertThat(records).hasSize(2);
    Frame frame = codec.decode(records.get(0).value(), Frame.Origin.UNKNOWN);
    assertThat(frame)
        .usingRecursiveComparison()
        .isEqualTo(
            new Frame(
                "pümp",
                Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000 + 7,
                50,
                1,
                new float[] {1.5f, 0.25f},
                false,
                Frame.Origin.UNKNOWN));
    assertThat(records.get(0).key()).isEqualTo(utf8("pümp"));
  }

  @Test
  void scoresAreReadAndWrittenToTheByte() throws Exception {
    Score digit =
        new Score(
            "pümp",
            -7,
            13,
            MICROS,
            16_000,
            "digits",
            "3",
            "classification",
            new double[] {-1.5, Double.NaN},
            new double[] {0.25, 0.75},
            "two",
            true);
    // One kind of evidence: the order of a map's entries is not part of Avro.
    Anomaly anomaly =
        Anomaly.of(0.9995, 0.25, true, -1, kind -> "spike".equals(kind.id()) ? 0.0005 : Double.NaN);
    Score odd =
        new Score("fan", 0, 9, 8, 1, "detector", "1", "anomaly", NONE, NONE, "", false, anomaly);
    String topic = kafka.createTopic("sql-scores", 1);
    var serializer = RecordSerializer.scores(topic, WireFormat.plain());
    serializer.open(null, null);
    kafka.send(
        List.of(serializer.serialize(digit, null, null), serializer.serialize(odd, null, null)));

    List<Row> rows = copied(TopicTable.SCORES, topic);

    Row first = rows.get(0);
    assertThat(first.getField("task")).isEqualTo("CLASSIFICATION");
    assertThat(first.getField("label")).isEqualTo("two");
    assertThat(first.getField("time")).isEqualTo(MICROS);
    assertThat((Double[]) first.getField("outputs")).containsExactly(-1.5, Double.NaN);
    assertThat(first.getField("anomaly")).isNull();
    assertThat(first.getField("end_of_segment")).isEqualTo(true);
    Row second = rows.get(1);
    assertThat(second.getField("task")).isEqualTo("ANOMALY");
    assertThat(second.getField("label")).isNull();
    assertThat((Double[]) second.getField("outputs")).isEmpty();
    assertThat(second.getField("anomaly"))
        .isEqualTo(Row.of(0.9995, 0.25, true, -1, Map.of("spike", 0.0005)));
    assertThat(
            SqlTesting.rows(
                tables,
                "SELECT anomaly.evidence['spike'], label FROM read_scores"
                    + BOUNDED
                    + "WHERE anomaly.alarm"))
        .as("a few columns, and into the row")
        .containsExactly(Row.of(0.0005, null));
  }

  @Test
  void rejectedRecordsAreReadAndWrittenToTheByte() throws Exception {
    String topic = kafka.createTopic("sql-rejected", 1);
    var serializer = RecordSerializer.rejections(topic, WireFormat.plain());
    serializer.open(null, null);
    Frame.Origin origin = new Frame.Origin("frames", 3, 99);
    byte[] payload = {1, -2, 3};
    kafka.send(
        List.of(
            serializer.serialize(
                new Rejection(
                    Rejection.Reason.UNDECODABLE, "no frame", "", origin, Long.MIN_VALUE, payload),
                null,
                null),
            serializer.serialize(
                new Rejection(Rejection.Reason.LATE, "zu spät", "k", origin, MICROS, new byte[0]),
                null,
                null)));

    List<Row> rows = copied(TopicTable.REJECTED, topic);

    assertThat(rows)
        .extracting(row -> row.getField("reason"))
        .containsExactly("UNDECODABLE", "LATE");
    assertThat(rows).extracting(row -> row.getField("key")).containsExactly("", "k");
    assertThat(rows).extracting(row -> row.getField("time")).containsExactly(null, MICROS);
    assertThat(rows.get(0).getField("payload")).isEqualTo(payload);
    assertThat(rows.get(0).getField("offset")).isEqualTo(99L);
  }

  @Test
  void scoresOfWindowsAreReadAndWrittenToTheByte() throws Exception {
    String topic = kafka.createTopic("sql-windows", 1);
    var serializer = RecordSerializer.windowScores(topic, WireFormat.plain());
    serializer.open(null, null);
    double[] outputs = {1, 2};
    WindowScore.Streaming streaming = new WindowScore.Streaming(8, outputs, "two", "3");
    kafka.send(
        List.of(
            serializer.serialize(window(streaming, 4), null, null),
            serializer.serialize(window(null, 0), null, null)));

    List<Row> rows = copied(TopicTable.WINDOW_SCORES, topic);

    assertThat(rows).extracting(row -> row.getField("task")).containsOnly("CLASSIFICATION");
    assertThat(rows).extracting(row -> row.getField("divergence")).containsExactly(1e-6, null);
    assertThat(((Row) rows.get(0).getField("streaming")).getField("label")).isEqualTo("two");
    assertThat(rows.get(1).getField("streaming")).isNull();
  }

  @Test
  void kernelsAreRead() throws Exception {
    String topic = kafka.createTopic("sql-kernels", 1);
    var serializer = RecordSerializer.kernels(topic, WireFormat.plain());
    serializer.open(null, null);
    double[] rms = {0.5, 0.25};
    KernelSummary summary =
        new KernelSummary(
            "digits",
            "3",
            "layers.0",
            8000,
            1024,
            1.25e-4,
            64,
            32,
            1,
            2,
            0.5,
            0.4,
            0.001,
            3000,
            0,
            1.5,
            7,
            0.01,
            rms,
            NONE);
    kafka.send(List.of(serializer.serialize(summary, null, null)));

    List<Row> rows = copied(TopicTable.KERNELS, topic);

    assertThat((Double[]) rows.get(0).getField("rms")).containsExactly(0.5, 0.25);
    assertThat(rows.get(0).getField("condition")).isEqualTo(1.5);
  }

  @Test
  void releasesAreReadAndWrittenToTheByte() throws Exception {
    String topic = kafka.createTopic("sql-releases", 1);
    ModelRelease release =
        new ModelRelease(
            "digits",
            "4",
            "file:///models/digits-4",
            "ab".repeat(32),
            Instant.EPOCH.plusNanos(MICROS * 1000),
            StatePolicy.WARM_START,
            "");
    byte[] value = AvroSerializationSchema.forSpecific(ModelRelease.class).serialize(release);
    kafka.send(List.of(new ProducerRecord<>(topic, utf8("digits"), value)));

    List<Row> rows = copied(TopicTable.RELEASES, topic);

    assertThat(rows.get(0).getField("state_policy")).isEqualTo("WARM_START");
    assertThat(rows.get(0).getField("activate_at")).isEqualTo(MICROS);
    byte[] written = kafka.readCommitted(topic).get(0).value();
    assertThat(AvroRecords.decode(ModelRelease.class, ModelRelease.SCHEMA$, written))
        .isEqualTo(release);
  }

  /**
   * Reads a topic with SQL, writes all of it with SQL to another one, and checks that keys and
   * values are the same bytes.
   *
   * @return what was read, with the computed columns
   */
  private static List<Row> copied(TopicTable type, String topic) throws Exception {
    String read = "read_" + type.table();
    String written = "written_" + type.table();
    String copy = kafka.createTopic("sql-copy", 1);
    tables.executeSql(type.ddl(read, topic, kafka.bootstrapServers(), Map.of()));
    tables.executeSql(type.ddl(written, copy, kafka.bootstrapServers(), Map.of()));
    String columns =
        type.schema().getFields().stream()
            .map(TopicTableITCase::physical)
            .collect(Collectors.joining(", "));
    tables
        .executeSql("INSERT INTO " + written + " SELECT " + columns + " FROM " + read + BOUNDED)
        .await();
    List<ConsumerRecord<byte[], byte[]>> from = kafka.readCommitted(topic);
    List<ConsumerRecord<byte[], byte[]>> to = kafka.readCommitted(copy);
    assertThat(to).hasSameSizeAs(from);
    for (int i = 0; i < to.size(); i++) {
      assertThat(to.get(i).value()).as("value %d", i).isEqualTo(from.get(i).value());
      if (type != TopicTable.KERNELS) {
        assertThat(text(to.get(i).key())).as("key %d", i).isEqualTo(text(from.get(i).key()));
      }
    }
    return SqlTesting.rows(tables, "SELECT * FROM " + read + BOUNDED);
  }

  private static String physical(Schema.Field field) {
    return "`" + field.name() + (field.schema().getType() == Schema.Type.ENUM ? "_index`" : "`");
  }

  /** A key as text; the jobs write none where SQL writes an empty one, and read both alike. */
  private static String text(byte[] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  private static Frame frame(String key, long startMicros, float[] samples, boolean end) {
    return new Frame(key, startMicros, 44_100.5, 1, samples, end, Frame.Origin.UNKNOWN);
  }

  private static WindowScore window(WindowScore.Streaming streaming, long compared) {
    double[] outputs = {1, 2.5};
    return new WindowScore(
        "k",
        MICROS,
        0,
        9,
        MICROS,
        MICROS + 1,
        8000,
        "digits",
        "3",
        "ab".repeat(32),
        "classification",
        "fft",
        "float32",
        true,
        outputs,
        outputs,
        "two",
        false,
        streaming,
        compared,
        1e-6);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
