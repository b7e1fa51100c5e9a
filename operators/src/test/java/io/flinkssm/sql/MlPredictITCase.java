package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ModelCache;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.Frames;
import io.flinkssm.testing.BidirectionalModel;
import io.flinkssm.testing.Forecasters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code CREATE MODEL} and {@code ML_PREDICT} through Flink's planner, streaming and batch. */
class MlPredictITCase {
  private static final Path DIGITS = Path.of("..", "models", "spoken-digits-s4d").toAbsolutePath();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final TypeInformation<?> FLOATS = Types.OBJECT_ARRAY(Types.FLOAT);

  /** One environment of each kind; planning is slow the first time. */
  private static final Map<RuntimeExecutionMode, StreamExecutionEnvironment> ENVIRONMENTS =
      new EnumMap<>(RuntimeExecutionMode.class);

  private static final Map<RuntimeExecutionMode, StreamTableEnvironment> TABLES =
      new EnumMap<>(RuntimeExecutionMode.class);

  @TempDir static Path folder;
  private static SequenceModel digits;
  private static SequenceModel both;

  @BeforeAll
  static void create() throws IOException {
    digits = ModelDirectory.read(DIGITS);
    both = BidirectionalModel.read(11);
    BidirectionalModel.write(folder.resolve("both"), 11);
    for (RuntimeExecutionMode mode :
        List.of(RuntimeExecutionMode.STREAMING, RuntimeExecutionMode.BATCH)) {
      StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
      environment.setRuntimeMode(mode);
      environment.setParallelism(2);
      ENVIRONMENTS.put(mode, environment);
      TABLES.put(mode, StreamTableEnvironment.create(environment));
    }
  }

  @SuppressWarnings("try") // Its close may be interrupted, as any test.
  private static List<Row> query(StreamTableEnvironment tables, String query) throws Exception {
    try (CloseableIterator<Row> rows = tables.executeSql(query).collect()) {
      List<Row> all = new ArrayList<>();
      rows.forEachRemaining(all::add);
      all.sort(Comparator.comparing(row -> row.<Integer>getFieldAs("id")));
      return all;
    }
  }

  private static void view(
      RuntimeExecutionMode mode,
      String name,
      List<String> columns,
      List<TypeInformation<?>> types,
      Row... rows) {
    TypeInformation<Row> type =
        Types.ROW_NAMED(columns.toArray(new String[0]), types.toArray(new TypeInformation<?>[0]));
    TABLES.get(mode).createTemporaryView(name, ENVIRONMENTS.get(mode).fromData(type, rows));
  }

  private static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  private static <A> Double[] convolved(
      SequenceModel model, Kernels<A> kernels, double hz, float[] u) {
    A input = kernels.allocate(u.length);
    kernels.fromFloat(u, 0, input, 0, u.length);
    int size = model.info().outputSize();
    A output = kernels.allocate(size);
    model.discretize(hz, kernels).convolve(null, input, u.length, output, 1);
    Double[] outputs = new Double[size];
    for (int i = 0; i < size; i++) {
      outputs[i] = kernels.get(output, i);
    }
    return outputs;
  }

  /** A spoken digit at the model's rate: every second sample of 16-bit PCM at 8 kHz. */
  private static float[] spoken(int digit) throws IOException {
    ShortBuffer pcm =
        ByteBuffer.wrap(Files.readAllBytes(Path.of("..", "samples", "digits", digit + ".wav")))
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(44)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asShortBuffer();
    float[] samples = new float[(pcm.remaining() + 1) / 2];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = pcm.get(2 * i);
    }
    return samples;
  }

  @ParameterizedTest
  @EnumSource(
      value = RuntimeExecutionMode.class,
      names = {"STREAMING", "BATCH"})
  void clipsAreClassifiedByTheBitsOfConvolve(RuntimeExecutionMode mode) throws Exception {
    StreamTableEnvironment tables = TABLES.get(mode);
    List<Row> windows = new ArrayList<>();
    List<float[]> signals = new ArrayList<>();
    for (int id = 0; id < 10; id++) {
      float[] u = spoken(id);
      signals.add(u);
      windows.add(Row.of(id, boxed(u)));
    }
    view(
        mode,
        "clips",
        List.of("id", "samples"),
        List.of(Types.INT, FLOATS),
        windows.toArray(new Row[0]));
    tables.executeSql(
        "CREATE TEMPORARY MODEL digits INPUT (samples ARRAY<FLOAT>) OUTPUT (label STRING,"
            + " probability DOUBLE, probabilities ARRAY<DOUBLE>, outputs ARRAY<DOUBLE>, `model`"
            + " STRING, model_version STRING) WITH ('provider' = 'ssm', 'path' = '"
            + DIGITS.toUri()
            + "')");
    List<Row> rows =
        query(tables, "SELECT * FROM ML_PREDICT(TABLE clips, MODEL digits, DESCRIPTOR(samples))");
    assertThat(rows).hasSize(10);
    for (int id = 0; id < 10; id++) {
      Row row = rows.get(id);
      Double[] expected =
          convolved(digits, Kernels.float32(), digits.info().sampleRateHz(), signals.get(id));
      assertThat((Double[]) row.getField("outputs")).isEqualTo(expected);
      assertThat(row.getField("label")).isEqualTo(digits.info().labels().get(id));
      Double[] probabilities = row.getFieldAs("probabilities");
      assertThat(row.getField("probability")).isEqualTo(probabilities[id]);
      assertThat(row.getField("model")).isEqualTo("spoken-digits-s4d");
      assertThat(row.getField("model_version")).isEqualTo("1");
    }
  }

  /**
   * Samples and rates of other types than declared, which Flink passes without a cast, into a model
   * that needs whole windows.
   */
  @ParameterizedTest
  @EnumSource(
      value = RuntimeExecutionMode.class,
      names = {"STREAMING", "BATCH"})
  void whatCannotBeScoredLeavesWithItsReason(RuntimeExecutionMode mode) throws Exception {
    StreamTableEnvironment tables = TABLES.get(mode);
    float[] u = Frames.signal(3, 300, 1);
    Float[] broken = boxed(u);
    broken[7] = Float.NaN;
    Float[] missing = boxed(u);
    missing[299] = null;
    view(
        mode,
        "windows",
        List.of("id", "x", "hz"),
        List.of(Types.INT, FLOATS, Types.INT),
        Row.of(0, boxed(u), 100),
        Row.of(1, boxed(u), 50),
        Row.of(2, null, 100),
        Row.of(3, new Float[0], 100),
        Row.of(4, broken, 100),
        Row.of(5, missing, 100),
        Row.of(6, boxed(u), null),
        Row.of(7, boxed(u), 0),
        Row.of(8, boxed(Frames.signal(1, 301, 1)), 100),
        Row.of(9, boxed(u), 100));
    tables.executeSql(
        "CREATE TEMPORARY MODEL both_ways INPUT (samples ARRAY<DOUBLE>, rate DOUBLE) OUTPUT"
            + " (outputs ARRAY<DOUBLE>, status STRING, message STRING) WITH ('provider' = 'ssm',"
            + " 'max-samples' = '300', 'precision' = 'float64', 'path' = '"
            + folder.resolve("both").toUri()
            + "')");
    List<Row> rows =
        query(
            tables,
            "SELECT id, outputs, status, message FROM ML_PREDICT(TABLE windows, MODEL both_ways,"
                + " DESCRIPTOR(x, hz))");
    assertThat(rows)
        .extracting(row -> row.getField("status"))
        .containsExactly(
            "SCORED",
            "SCORED",
            "EMPTY",
            "EMPTY",
            "NON_FINITE",
            "NON_FINITE",
            "BAD_RATE",
            "BAD_RATE",
            "OVERSIZED",
            "SCORED");
    assertThat(rows)
        .allMatch(
            row ->
                (row.getField("outputs") == null) == (row.getField("message") != null)
                    && (row.getField("message") == null)
                        == "SCORED".equals(row.getField("status")));
    Double[] expected = convolved(both, Kernels.float64(), 100, u);
    assertThat((Double[]) rows.get(0).getField("outputs")).isEqualTo(expected);
    assertThat((Double[]) rows.get(9).getField("outputs")).isEqualTo(expected);
    assertThat((Double[]) rows.get(1).getField("outputs"))
        .isEqualTo(convolved(both, Kernels.float64(), 50, u));
    assertThat(rows.get(8).<String>getFieldAs("message")).contains("301 samples, the limit is 300");
    assertThat(ModelCache.shared().size()).as("models leased after the job").isZero();
  }

  @Test
  void whatCannotBeScoredEndsAQueryThatHasNoColumnForIt() throws Exception {
    StreamTableEnvironment tables = TABLES.get(RuntimeExecutionMode.BATCH);
    view(
        RuntimeExecutionMode.BATCH,
        "holes",
        List.of("id", "samples"),
        List.of(Types.INT, Types.OBJECT_ARRAY(Types.DOUBLE)),
        Row.of(0, null));
    tables.executeSql(
        "CREATE TEMPORARY MODEL forecaster INPUT (samples ARRAY<DOUBLE>) OUTPUT (score FLOAT) WITH"
            + " ('provider' = 'ssm', 'path' = '"
            + Forecasters.write(folder.resolve("forecaster")).toUri()
            + "')");
    assertThatThrownBy(
            () ->
                query(
                    tables,
                    "SELECT * FROM ML_PREDICT(TABLE holes, MODEL forecaster,"
                        + " DESCRIPTOR(samples))"))
        .rootCause()
        .hasMessageContaining("cannot be scored by model oscillation: EMPTY: samples is NULL")
        .hasMessageContaining("declare status STRING and message STRING");
  }

  /** As in docs/sql-models.md: the windows of a stream are only ever added. */
  @ParameterizedTest
  @EnumSource(
      value = RuntimeExecutionMode.class,
      names = {"STREAMING", "BATCH"})
  void theWindowsOfReadingsArePlanned(RuntimeExecutionMode mode) {
    StreamTableEnvironment tables = TABLES.get(mode);
    tables.executeSql(
        "CREATE TEMPORARY TABLE readings (device STRING, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts"
            + " AS ts) WITH ('connector' = 'datagen', 'number-of-rows' = '10')");
    tables.executeSql(
        "CREATE TEMPORARY VIEW minutes AS SELECT device, window_start, ARRAY_AGG(v) AS samples FROM"
            + " TUMBLE(DATA => TABLE readings, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '1'"
            + " MINUTE) GROUP BY device, window_start, window_end");
    tables.executeSql(
        "CREATE TEMPORARY MODEL pump INPUT (samples ARRAY<DOUBLE>) OUTPUT (label STRING) WITH"
            + " ('provider' = 'ssm', 'path' = '"
            + folder.resolve("both").toUri()
            + "')");
    assertThat(
            tables.explainSql(
                "SELECT device, window_start, label FROM ML_PREDICT(TABLE minutes, MODEL pump,"
                    + " DESCRIPTOR(samples))"))
        .contains("MLPredictTableFunction");
  }

  /**
   * Flink 2.3 takes two models for one where their INPUT is the same, names included, and so is
   * their OUTPUT: then one of them scores for both. docs/sql-models.md tells users how to prevent
   * it; where this fails, Flink has been repaired and that can go.
   */
  @Test
  void twoModelsInOneQueryNeedInputColumnsOfTheirOwn() throws IOException {
    StreamTableEnvironment tables = TABLES.get(RuntimeExecutionMode.BATCH);
    BidirectionalModel.write(folder.resolve("both-2"), 12);
    view(
        RuntimeExecutionMode.BATCH,
        "pairs",
        List.of("id", "samples"),
        List.of(Types.INT, FLOATS),
        Row.of(1, new Float[] {1f}));
    twin(tables, "version_1", "both", "x");
    twin(tables, "version_2", "both-2", "x");
    twin(tables, "version_3", "both-2", "y");
    assertThat(scoredWith(tables, "version_1", "version_2")).hasSize(1);
    assertThat(scoredWith(tables, "version_1", "version_3"))
        .containsExactlyInAnyOrder("version_1", "version_3");
  }

  private static void twin(
      StreamTableEnvironment tables, String name, String directory, String column) {
    tables.executeSql(
        "CREATE TEMPORARY MODEL %s INPUT (%s ARRAY<FLOAT>) OUTPUT (label STRING) WITH ('provider' = 'ssm', 'path' = '%s')"
            .formatted(name, column, folder.resolve(directory).toUri()));
  }

  /** The models that the plan of a join of two predictions really asks. */
  private static Set<String> scoredWith(StreamTableEnvironment tables, String one, String other) {
    String plan =
        tables.explainSql(
            "SELECT a.id, a.label, b.label FROM ML_PREDICT(TABLE pairs, MODEL %s, DESCRIPTOR(samples)) a JOIN ML_PREDICT(TABLE pairs, MODEL %s, DESCRIPTOR(samples)) b ON a.id = b.id"
                .formatted(one, other));
    String optimized = plan.substring(plan.indexOf("== Optimized Execution Plan =="));
    Set<String> models = new HashSet<>();
    Matcher matcher = Pattern.compile("version_\\d").matcher(optimized);
    while (matcher.find()) {
      models.add(matcher.group());
    }
    return models;
  }

  /** Flink asks for the provider when the query is planned, before any job. */
  @Test
  void aWrongPathIsAnErrorOfTheStatement() {
    StreamTableEnvironment tables = TABLES.get(RuntimeExecutionMode.STREAMING);
    String path = folder.resolve("nowhere").toUri().toString();
    tables.executeSql(
        "CREATE TEMPORARY MODEL lost INPUT (x ARRAY<FLOAT>) OUTPUT (label STRING) WITH ('provider'"
            + " = 'ssm', 'path' = '"
            + path
            + "')");
    view(
        RuntimeExecutionMode.STREAMING,
        "anything",
        List.of("x"),
        List.of(FLOATS),
        Row.of((Object) new Float[] {1f}));
    assertThatThrownBy(
            () ->
                tables.explainSql(
                    "SELECT * FROM ML_PREDICT(TABLE anything, MODEL lost, DESCRIPTOR(x))"))
        .rootCause()
        .hasMessageContaining("cannot read the model at " + path)
        .hasMessageContaining("'check-at-planning' = 'false'");
  }
}
