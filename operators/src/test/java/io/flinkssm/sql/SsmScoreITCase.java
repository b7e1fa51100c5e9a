package io.flinkssm.sql;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.at;
import static io.flinkssm.stream.Frames.frame;
import static io.flinkssm.stream.Frames.last;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.flinkssm.detect.Evidence;
import io.flinkssm.flink.GatedFrames;
import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.SsmDetection;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.Signals;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SsmScore and SsmDetect in a real, small cluster, beside the DataStream operator. */
class SsmScoreITCase {
  private static final String ARGUMENTS =
      "input => TABLE %s PARTITION BY k, on_time => DESCRIPTOR(ts), samples =>"
          + " DESCRIPTOR(samples), rate_column => DESCRIPTOR(rate_hz), start_time =>"
          + " DESCRIPTOR(start_time), end_of_segment => DESCRIPTOR(is_last), uid => 'u'";

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static SqlTables sql;

  @BeforeAll
  static void tables() {
    sql = new SqlTables(new Configuration());
    sql.create("frames", List.of(frame("k", T0, 4000, 1)), 0);
    sql.tables.executeSql(
        "CREATE TEMPORARY VIEW clips AS SELECT k, samples, samples[1] AS v, samples[1] AS w, ts FROM"
            + " frames");
  }

  /** Frames with all that can be wrong with them, in an order that is not quite that of time. */
  private static List<Frame> frames(int outOfOrder) {
    List<Frame> frames = new ArrayList<>();
    for (int key = 0; key < 5; key++) {
      List<Frame> own = Frames.splitAnywhere("key-" + key, signal(key, 2000, 1), 4000, key);
      own.set(2, at(own.get(2), own.get(2).startMicros() + 30_000));
      own.add(5, own.get(4));
      own.add(frame("key-" + key, T0 + 20_000_000, 4000, 1, Float.NaN));
      own.add(frame("key-" + key, T0 + 21_000_000, -4000, 1));
      own.add(last(Frames.cut("key-" + key, signal(key, 120_000, 1), 100_000, 100_300, 4000)));
      own.add(frame("key-" + key, T0 + 30_000_000, 8000, signal(7, 100, 1)));
      own.add(frame("key-" + key, T0 + 3_000_000, 4000, 1));
      frames.addAll(own);
    }
    frames.sort(Comparator.comparing(Frame::startMicros));
    Random random = new Random(1);
    for (int i = 0; i + outOfOrder < frames.size(); i += 1 + random.nextInt(4)) {
      Collections.swap(frames, i, i + random.nextInt(outOfOrder + 1));
    }
    return frames;
  }

  private static Configuration options(String... namesAndValues) {
    Configuration options = new Configuration();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.setString(namesAndValues[i], namesAndValues[i + 1]);
    }
    return options;
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(2);
    return env;
  }

  /** What the operator says, scores to the last bit, in an order of its own. */
  private static List<String> streamed(ScoredStreams scored) throws Exception {
    return sorted(
        scored
            .scores()
            .map(SsmScoreITCase::text)
            .returns(Types.STRING)
            .union(scored.rejected().map(SsmScoreITCase::text).returns(Types.STRING))
            .executeAndCollect(100_000));
  }

  private static String text(Score score) {
    return Arrays.asList(
            score.key(),
            score.timeMicros(),
            score.position(),
            "SCORED",
            score.endOfSegment(),
            score.modelVersion(),
            score.label(),
            Arrays.toString(score.outputs()),
            Arrays.toString(score.probabilities()),
            score.sampleRateHz(),
            score.segmentStartMicros())
        .toString();
  }

  private static String text(Rejection rejection) {
    return Arrays.asList(
            rejection.key(), rejection.timeMicros(), rejection.reason(), rejection.message())
        .toString();
  }

  private static String text(Row row) {
    List<Object> said = new ArrayList<>();
    said.add(row.getField("k"));
    said.add(micros(row, "sample_time"));
    if (!"SCORED".equals(row.getField("status"))) {
      said.add(row.getField("status"));
      said.add(row.getField("message"));
      return said.toString();
    }
    said.add(row.getField("sample_position"));
    said.add(row.getField("status"));
    said.add(row.getField("end_of_segment"));
    said.add(row.getField("model_version"));
    said.add(row.getField("label"));
    said.add(Arrays.toString((Object[]) row.getField("outputs")));
    said.add(Arrays.toString((Object[]) row.getField("probabilities")));
    said.add(row.getField("sample_rate_hz"));
    said.add(micros(row, "segment_start"));
    return said.toString();
  }

  private static long micros(Row row, String column) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, row.<Instant>getFieldAs(column));
  }

  private static List<String> sorted(List<String> texts) {
    return texts.stream().sorted().toList();
  }

  private static List<String> scored(String table, String more) {
    return scored(sql, table, more);
  }

  private static List<String> scored(SqlTables from, String table, String more) {
    return call(from, ARGUMENTS.formatted(table) + more);
  }

  private static List<String> call(SqlTables from, String arguments) {
    return sorted(
        from
            .query("SELECT * FROM SsmScore(" + arguments + ", model => '" + SqlTables.MODEL + "')")
            .stream()
            .map(SsmScoreITCase::text)
            .toList());
  }

  @Test
  void saysWhatTheOperatorSays() throws Exception {
    List<Frame> frames = frames(4);
    sql.create("disorder", frames, 60);
    Configuration options =
        options(
            "ssm.model.path",
            SqlTables.MODEL,
            "ssm.emit.policy",
            "samples",
            "ssm.emit.every",
            "100");
    List<String> streamed =
        streamed(
            SsmScoring.score(
                environment()
                    .fromData(frames, SsmTypeInfo.FRAME)
                    .setParallelism(1)
                    .assignTimestampsAndWatermarks(
                        SsmScoring.watermarks(options("ssm.max-out-of-orderness", "1 min"))),
                options));
    assertThat(streamed).hasSizeGreaterThan(100);
    for (Rejection.Reason reason :
        List.of(Rejection.Reason.LATE, Rejection.Reason.NON_FINITE, Rejection.Reason.BAD_RATE)) {
      assertThat(streamed).anyMatch(text -> text.contains(", " + reason + ", "));
    }
    String every = ", options => MAP['ssm.emit.policy', 'samples', 'ssm.emit.every', '100']";
    assertThat(scored("disorder", every)).isEqualTo(streamed);
    sql.tables.getConfig().set("pipeline.object-reuse", "true");
    try {
      assertThat(scored("disorder", every)).isEqualTo(streamed);
    } finally {
      sql.tables.getConfig().set("pipeline.object-reuse", "false");
    }
  }

  @Test
  void sortedRowsAreThoseOfSortedInput() throws Exception {
    List<Frame> frames = frames(12);
    sql.create("disordered", frames, 60);
    List<Frame> inOrder = new ArrayList<>(frames);
    inOrder.sort(Comparator.comparing(Frame::startMicros));
    sql.create("in_order", inOrder, 60);
    String option = ", options => MAP['ssm.ordering', 'sorted']";
    List<String> expected = scored("in_order", option);
    assertThat(expected).hasSizeGreaterThan(100);
    assertThat(scored("disordered", option)).isEqualTo(expected);
  }

  @Test
  void orderBySortsToo() {
    List<Frame> frames = Frames.split("k", signal(1, 500, 1), 20, 4000);
    sql.create("shuffled", shuffled(frames), 60);
    sql.create("straight", frames, 60);
    assertThat(
            call(
                sql,
                ARGUMENTS
                    .formatted("shuffled")
                    .replace(" BY k", " BY k ORDER BY (ts, start_time)")))
        .hasSize(26)
        .isEqualTo(scored("straight", ""));
  }

  private static List<Frame> shuffled(List<Frame> frames) {
    List<Frame> shuffled = new ArrayList<>(frames);
    Collections.shuffle(shuffled, new Random(2));
    return shuffled;
  }

  @ParameterizedTest
  @ValueSource(strings = {"hashmap", "rocksdb"})
  void continuesAfterAFailure(String backend) throws Exception {
    List<Frame> frames = new ArrayList<>();
    for (int key = 0; key < 5; key++) {
      frames.addAll(Frames.split("key-" + key, signal(key, 1000, 1), 40 + key, 4000));
    }
    frames.sort(Comparator.comparing(Frame::startMicros));
    sql.create("whole_" + backend, frames, 60);
    List<String> expected = scored("whole_" + backend, "");

    Configuration options =
        options(
            "state.backend.type", backend,
            "restart-strategy.type", "fixed-delay",
            "restart-strategy.fixed-delay.attempts", "1",
            "restart-strategy.fixed-delay.delay", "1 ms",
            "execution.checkpointing.interval", "20 ms");
    SqlTables failing = new SqlTables(options);
    GatedFrames.frames = frames;
    GatedFrames.gate = frames.size() / 2;
    GatedFrames.condition = () -> true;
    GatedFrames.FAIL.set(true);
    failing.create("whole", GatedFrames.stream(failing.env, new Configuration()), 60);
    assertThat(scored(failing, "whole", "")).isEqualTo(expected);
    assertThat(GatedFrames.FAIL).isFalse();
  }

  @Test
  void aChangedQueryGoesOnFromTheSavepointOfTheOldOne(@TempDir Path savepoints) throws Exception {
    List<Frame> frames = Frames.split("k", signal(5, 2000, 1), 100, 4000);
    sql.create("whole", frames, 60);
    List<String> expected = scored("whole", "");
    GatedFrames.frames = frames;
    GatedFrames.gate = 7;
    GatedFrames.FAIL.set(false);
    GatedFrames.condition = () -> false;
    TEXTS.clear();
    JobClient job = start(new Configuration(), "");
    while (TEXTS.size() < 7) {
      Thread.onSpinWait();
    }
    String savepoint =
        job.stopWithSavepoint(false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
            .get();
    GatedFrames.condition = () -> true;
    GatedFrames.gate = -1;
    start(options("execution.state-recovery.path", savepoint), " WHERE sample_position > 0")
        .getJobExecutionResult()
        .get();
    assertThat(TEXTS.stream().distinct().sorted().toList()).isEqualTo(expected);
  }

  private static JobClient start(Configuration options, String more) throws Exception {
    SqlTables made = new SqlTables(options);
    made.create("gated", GatedFrames.stream(made.env, new Configuration()), 60);
    made.tables
        .toDataStream(
            made.tables.sqlQuery(
                "SELECT * FROM SsmScore("
                    + ARGUMENTS.formatted("gated")
                    + ", model => '"
                    + SqlTables.MODEL
                    + "')"
                    + more))
        .map(SsmScoreITCase::text)
        .returns(Types.STRING)
        .sinkTo(new Texts());
    return made.env.executeAsync();
  }

  private static final Queue<String> TEXTS = new ConcurrentLinkedQueue<>();

  /** Gathers texts in this JVM. */
  private static final class Texts implements Sink<String> {
    private static final long serialVersionUID = 1;

    @Override
    public SinkWriter<String> createWriter(WriterInitContext context) {
      return new SinkWriter<>() {
        @Override
        public void write(String text, Context c) {
          TEXTS.add(text);
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void oneSampleARowIsAFrameOfOne() {
    List<Frame> frames = Frames.split("k", signal(3, 300, 1), 1, 4000);
    sql.create("single", frames, 60);
    sql.tables.executeSql(
        "CREATE TEMPORARY VIEW readings AS SELECT k, samples[1] AS v, CAST(samples[1] AS DECIMAL(20,"
            + " 12)) AS d, start_time, ts FROM single");
    String query =
        "SELECT * FROM SsmScore(input => TABLE readings PARTITION BY k, on_time => DESCRIPTOR(ts),"
            + " model => '"
            + SqlTables.MODEL
            + "', samples => DESCRIPTOR(v), start_time => DESCRIPTOR(start_time), rate => 4000)";
    List<String> stated = sorted(sql.query(query).stream().map(SsmScoreITCase::text).toList());
    assertThat(stated).hasSize(301).isEqualTo(scored("single", ""));
    // The rate of regular samples can be had from their times: it is known from the second one on.
    List<Row> derived = sql.query(query.replace(", rate => 4000", ""));
    assertThat(derived).hasSizeGreaterThan(290);
    assertThat(derived.get(derived.size() - 1).<Double>getFieldAs("sample_rate_hz"))
        .isCloseTo(4000, within(1.0));
  }

  @Test
  void whatIsMissingIsRejectedAsARow() {
    sql.create("clean", Frames.split("k", signal(3, 20, 1), 1, 4000), 60);
    sql.tables.executeSql(
        "CREATE TEMPORARY VIEW holes AS SELECT IF(MOD(start_time, 1000) = 500, CAST(NULL AS"
            + " STRING), k) AS k, IF(MOD(start_time, 1000) = 250, CAST(NULL AS FLOAT), samples[1])"
            + " AS v, IF(MOD(start_time, 1000) = 750, CAST(NULL AS BIGINT), start_time) AS"
            + " start_time, ts FROM clean");
    List<Row> rows =
        sql.query(
            "SELECT k, status, message, payload FROM SsmScore(input => TABLE holes PARTITION BY k, on_time =>"
                + " DESCRIPTOR(ts), model => '"
                + SqlTables.MODEL
                + "', samples => DESCRIPTOR(v), start_time => DESCRIPTOR(start_time), rate =>"
                + " 4000)");
    Map<Object, Long> counts =
        rows.stream().collect(Collectors.groupingBy(row -> row.getField(1), Collectors.counting()));
    assertThat(counts)
        .containsEntry("NON_FINITE", 5L)
        .containsEntry("MISSING_KEY", 5L)
        .containsEntry("BAD_TIME", 5L)
        .containsEntry("SCORED", 6L);
    assertThat(rows)
        .filteredOn(row -> "MISSING_KEY".equals(row.getField(1)))
        .allMatch(row -> row.getField(0) == null && row.getField(2) != null)
        .allMatch(row -> row.<byte[]>getFieldAs(3).length == Float.BYTES);
  }

  @Test
  void detectsWhatTheOperatorDetects() throws Exception {
    List<Frame> frames = new ArrayList<>();
    for (int key = 0; key < 3; key++) {
      frames.addAll(Signals.readings("key-" + key, Signals.spiked(key, 600), key));
    }
    frames.sort(Comparator.comparing(Frame::startMicros));
    sql.create("measured", frames, 60);
    List<String> expected =
        sorted(
            SsmDetection.detect(
                    environment()
                        .fromData(frames, SsmTypeInfo.FRAME)
                        .setParallelism(1)
                        .assignTimestampsAndWatermarks(SsmScoring.watermarks(new Configuration())),
                    new Configuration())
                .scores()
                .filter(score -> !score.endOfSegment())
                .map(
                    score ->
                        Arrays.asList(
                                score.key(),
                                score.timeMicros(),
                                score.anomaly().score(),
                                score.anomaly().alert(),
                                score.anomaly().alarm(),
                                score.anomaly().channel(),
                                score.anomaly().pValue(Evidence.SPIKE),
                                score.position())
                            .toString())
                .returns(Types.STRING)
                .executeAndCollect(10_000));
    sql.tables.executeSql(
        "CREATE TEMPORARY VIEW values_measured AS SELECT k, samples[1] AS v, start_time, ts FROM"
            + " measured");
    List<Row> rows =
        sql.query(
            "SELECT *, evidence['spike'] AS spike FROM SsmDetect(input => TABLE values_measured"
                + " PARTITION BY k, on_time => DESCRIPTOR(ts), samples => DESCRIPTOR(v), start_time"
                + " => DESCRIPTOR(start_time))");
    assertThat(rows).allMatch(row -> "SCORED".equals(row.getField("status")));
    assertThat(rows).anyMatch(row -> row.<Boolean>getFieldAs("alarm"));
    assertThat(
            rows.stream()
                .map(
                    row ->
                        Arrays.asList(
                                row.getField("k"),
                                micros(row, "sample_time"),
                                row.getField("score"),
                                row.getField("alert"),
                                row.getField("alarm"),
                                row.getField("channel"),
                                row.getField("spike") == null ? Double.NaN : row.getField("spike"),
                                row.getField("sample_position"))
                            .toString())
                .sorted()
                .toList())
        .containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreSaidAtPlanning(String call, List<String> said) {
    assertThatThrownBy(() -> sql.tables.explainSql("SELECT * FROM " + call))
        .isInstanceOf(ValidationException.class)
        .rootCause()
        .satisfies(
            cause -> {
              for (String part : said) {
                assertThat(cause).hasMessageContaining(part);
              }
            });
  }

  static Stream<Arguments> mistakes() {
    String model = "model => '" + SqlTables.MODEL + "'";
    String input = "input => TABLE clips PARTITION BY k, on_time => DESCRIPTOR(ts)";
    String samples = "samples => DESCRIPTOR(samples)";
    return Stream.of(
        arguments(
            "SsmScore(" + input + ", model => 'file:///no/such/model', " + samples + ")",
            List.of("file:///no/such/model", "model directory", "ssm.sql.check-model")),
        arguments(
            "SsmScore(" + input + ", " + model + ", samples => DESCRIPTOR(v, w))",
            List.of("2 columns", "takes 1 channel", "DESCRIPTOR(x, y, z)")),
        arguments(
            "SsmScore(" + input + ", " + model + ", samples => DESCRIPTOR(k))",
            List.of("STRING", "ARRAY<FLOAT>", "temperature DOUBLE")),
        arguments(
            "SsmScore(" + input + ", " + model + ", samples => DESCRIPTOR(nothing))",
            List.of("no column nothing", "k, samples, v, w")),
        arguments(
            "SsmScore(" + input + ", " + model + ", samples => DESCRIPTOR(samples, v))",
            List.of("ARRAY<FLOAT>", "among others", "innermost")),
        arguments(
            "SsmScore(input => TABLE clips PARTITION BY k, "
                + model
                + ", samples => DESCRIPTOR(samples))",
            List.of("on_time is missing", "WATERMARK FOR ts")),
        arguments(
            "SsmScore("
                + input
                + ", "
                + model
                + ", "
                + samples
                + ", rate => 3, rate_column => DESCRIPTOR(v))",
            List.of("rate and rate_column are both given")),
        arguments(
            "SsmScore(" + input + ", " + model + ", " + samples + ", rate_column => DESCRIPTOR(k))",
            List.of("rate_column => DESCRIPTOR(k)", "STRING", "sample_rate_hz DOUBLE")),
        arguments(
            "SsmScore("
                + input
                + ", "
                + model
                + ", "
                + samples
                + ", end_of_segment => DESCRIPTOR(v))",
            List.of("end_of_segment => DESCRIPTOR(v)", "FLOAT", "BOOLEAN")),
        arguments(
            "SsmScore("
                + input
                + ", "
                + model
                + ", "
                + samples
                + ", options => MAP['ssm.gap.maximum', '1 s'])",
            List.of("'ssm.gap.maximum'", "ssm.gap.max,", "options => MAP[")),
        arguments(
            "SsmScore("
                + input
                + ", "
                + model
                + ", "
                + samples
                + ", options => MAP['ssm.gap.max', 'soon'])",
            List.of("'ssm.gap.max' = 'soon'")),
        arguments(
            "SsmScore("
                + input
                + ", "
                + model
                + ", "
                + samples
                + ", options => MAP['ssm.model.path', 'x'])",
            List.of("the argument is model => ")),
        arguments(
            "SsmScore(input => TABLE clips PARTITION BY k ORDER BY ts, on_time => DESCRIPTOR(ts), "
                + model
                + ", "
                + samples
                + ", options => MAP['ssm.ordering', 'sorted'])",
            List.of("sorted twice")),
        arguments(
            "SsmDetect("
                + input
                + ", samples => DESCRIPTOR(v, w), options => MAP['ssm.detect.channels', '3'])",
            List.of("2 columns", "ssm.detect.channels is 3", "leave the option out")),
        arguments(
            "SsmDetect(" + input + ", " + samples + ")",
            List.of("how far its samples are apart", "rate => 100.0")),
        arguments(
            "SsmDetect("
                + input
                + ", samples => DESCRIPTOR(v), options => MAP['ssm.precision', 'float32'])",
            List.of("float32", "float64")));
  }
}
