package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flinkssm.model.LayerKernels;
import io.flinkssm.model.LayerMode;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.ssm.RateMethod;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.internal.TableResultInternal;
import org.apache.flink.table.utils.print.PrintStyle;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every function of the module in queries, streaming and in batch. */
class SqlFunctionsITCase {

  private static final Path MODEL = Path.of("..", "models", "spoken-digits-s4d");
  private static final Path PAGE = Path.of("..", "docs", "sql-functions.md");
  private static final TableEnvironment STREAMING =
      TableEnvironment.create(EnvironmentSettings.inStreamingMode());
  private static final TableEnvironment BATCH =
      TableEnvironment.create(EnvironmentSettings.inBatchMode());

  @BeforeAll
  static void loadModule() {
    for (TableEnvironment tables : List.of(STREAMING, BATCH)) {
      tables.getConfig().set("parallelism.default", "1");
      tables.executeSql("LOAD MODULE ssm");
    }
  }

  private static List<Row> query(boolean batch, String sql) {
    return CollectionUtil.iteratorToList(
        (batch ? BATCH : STREAMING).executeSql(withModel(sql)).collect());
  }

  private static String withModel(String sql) {
    return sql.replace("$model", "'" + MODEL.toUri() + "'");
  }

  @Test
  void areListed() {
    List<String> listed =
        query(false, "SHOW FUNCTIONS").stream()
            .map(row -> row.getField(0).toString().toLowerCase(Locale.ROOT))
            .toList();
    assertThat(new SsmModule().listFunctions())
        .contains("SsmWindow", "SsmKernel", "SsmModes", "SsmPcm16", "SsmMulaw", "SsmFloat32")
        .allMatch(name -> listed.contains(name.toLowerCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bytesBecomeSamples(boolean batch) {
    Row row =
        query(
                batch,
                """
                SELECT SsmPcm16(le), SsmPcm16(be, TRUE), SsmPcm16(payload => be, big_endian => TRUE),
                  SsmMulaw(coded), SsmAlaw(coded), SsmFloat32(f), SsmFloat32(X''),
                  SsmPcm16(CAST(NULL AS BYTES)), SsmMulaw(CAST(NULL AS BYTES))
                FROM (VALUES (X'0100ff7f0080', X'00017fff8000', X'ff00', X'0000003f0000c0ff'))
                  AS t(le, be, coded, f)
                """)
            .get(0);

    for (int i = 0; i < 3; i++) {
      assertThat((Float[]) row.getField(i)).containsExactly(1f, 32767f, -32768f);
    }
    assertThat((Float[]) row.getField(3)).containsExactly(0f, -32124f);
    assertThat((Float[]) row.getField(4)).containsExactly(848f, -5504f);
    assertThat((Float[]) row.getField(5)).containsExactly(0.5f, Float.NaN);
    assertThat((Float[]) row.getField(6)).isEmpty();
    assertThat(row.getField(7)).isNull();
    assertThat(row.getField(8)).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void kernelsAreThoseOfTheCommandLine(boolean batch) throws IOException {
    SequenceModel model = ModelDirectory.read(MODEL);
    LayerKernels atNative =
        LayerKernels.of(model.info(), model.stateSpaces().get(1), 4000, RateMethod.AUTO, 16);
    LayerKernels atDouble =
        LayerKernels.of(model.info(), model.stateSpaces().get(1), 8000, RateMethod.AUTO, 16);

    List<Row> rows =
        query(
            batch,
            """
            SELECT c,
              SsmKernel($model, 'block.1', c, 16),
              SsmKernel(model => $model, layer => 'block.1', channel => c, taps => 16,
                rate_hz => 8000),
              SsmKernel($model, 'block.1', CAST(NULL AS INT), 16),
              SsmKernel($model, 'block.1', c, 16)[17]
            FROM (VALUES (0), (63), (7)) AS t(c)
            """);

    assertThat(rows).hasSize(3);
    for (Row row : rows) {
      int channel = (int) row.getField(0);
      assertThat((Double[]) row.getField(1)).containsExactly(boxed(atNative.column(channel)));
      assertThat((Double[]) row.getField(2)).containsExactly(boxed(atDouble.column(channel)));
      assertThat(row.getField(3)).isNull();
      assertThat(row.getField(4)).isNull();
    }
  }

  private static Double[] boxed(double[] values) {
    return Arrays.stream(values).boxed().toArray(Double[]::new);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void modesAreRows(boolean batch) throws IOException {
    SequenceModel model = ModelDirectory.read(MODEL);
    LayerMode expected =
        LayerMode.of(model.info(), model.stateSpaces().get(2), 2000, RateMethod.AUTO).get(70);

    List<Row> one =
        query(
            batch,
            "SELECT * FROM TABLE(SsmModes($model, 'block.2', 2000)) WHERE channel = %d AND mode = %d"
                .formatted(expected.channel(), expected.mode()));
    List<Row> aliased =
        query(batch, "SELECT aliased FROM TABLE(SsmModes(model => $model, rate_hz => 2000.0))");

    assertThat(one)
        .containsExactly(
            Row.of(
                "block.2",
                expected.channel(),
                expected.mode(),
                expected.lambdaRe(),
                expected.lambdaIm(),
                expected.aBarRe(),
                expected.aBarIm(),
                expected.timeConstantSeconds(),
                expected.frequencyHz(),
                expected.deltaSeconds(),
                expected.delta(),
                expected.aliased()));
    assertThat(aliased).hasSize(4 * 64 * 16);
    assertThat(aliased)
        .filteredOn(row -> (boolean) row.getField(0))
        .hasSize(model.aliasedModes(2000));
  }

  @Test
  void whatCannotBeIsSaidAtPlanning() {
    refused("SELECT SsmKernel('file:///no/such', 'block.0', 0, 8)")
        .hasMessageContainingAll("'file:///no/such'", "such as 'file:///models/pump'");
    refused("SELECT SsmKernel($model, 'block.7', 0, 8)")
        .hasMessageContainingAll("layer 'block.7'", "['block.0', 'block.1', 'block.2', 'block.3']");
    refused("SELECT SsmKernel($model, 'block.0', 64, 8)")
        .hasMessageContaining("channel is 64, expected 0 … 63");
    refused("SELECT SsmKernel($model, 'block.0', 0, 0)").hasMessageContaining("taps is 0");
    refused("SELECT SsmKernel($model, 'block.0', 0, 8, 0)")
        .hasMessageContainingAll("rate_hz is 0.0", "such as 4000.0");
    refused("SELECT * FROM TABLE(SsmModes($model, 'no'))").hasMessageContaining("layer 'no'");
    refused("SELECT SsmWindow('a', 1)").hasMessageContainingAll("CHAR(1)", "SsmPcm16(v)");
    refused("SELECT SsmWindow(1.5, DATE '2026-01-01')").hasMessageContaining("type DATE");
    refused("SELECT SsmWindow(1.5, TIMESTAMP '2026-01-01 00:00:00.123456789')")
        .hasMessageContainingAll("TIMESTAMP(9)", "CAST(ts AS TIMESTAMP(6))");
  }

  /** What clients show of a failure: its innermost cause. */
  private static AbstractThrowableAssert<?, ?> refused(String sql) {
    Throwable cause = catchThrowable(() -> STREAMING.explainSql(withModel(sql)));
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return assertThat(cause).isInstanceOf(ValidationException.class);
  }

  @Test
  void aCutSampleIsNamed() {
    assertThatThrownBy(() -> query(false, "SELECT SsmPcm16(b) FROM (VALUES (X'010203')) AS t(b)"))
        .rootCause()
        .hasMessageContaining("3 bytes of 16-bit PCM");
  }

  @Test
  void windowsSuitMlPredict() {
    BATCH.executeSql(
        withModel(
            """
            CREATE TEMPORARY MODEL digits INPUT (samples ARRAY<FLOAT>) OUTPUT (label STRING)
            WITH ('provider' = 'ssm', 'path' = $model)
            """));
    BATCH.executeSql(
        """
        CREATE TEMPORARY VIEW windows AS
        SELECT SsmWindow(frame, CAST(n AS BIGINT)) AS samples
        FROM (VALUES (ARRAY[3, -4], 2), (ARRAY[1, 2, 0.5], 1)) AS t(frame, n)
        """);

    List<Row> rows =
        query(
            true,
            "SELECT label IS NULL, samples"
                + " FROM ML_PREDICT(TABLE windows, MODEL digits, DESCRIPTOR(samples))");

    assertThat(rows).containsExactly(Row.of(false, new Float[] {1f, 2f, 0.5f, 3f, -4f}));
  }

  /** Every query of the page that has a result below it. */
  @Test
  void thePageShowsWhatIsPrinted() throws IOException {
    String page = Files.readString(PAGE);
    StringBuilder current = new StringBuilder();
    Matcher examples = Pattern.compile("```sql\\n([^`]*);\\n```\\n\\n```\\n[^`]*```").matcher(page);
    while (examples.find()) {
      String sql = examples.group(1);
      String shown = "```sql\n" + sql + ";\n```\n\n```\n" + printed(sql) + "```";
      examples.appendReplacement(current, Matcher.quoteReplacement(shown));
    }
    examples.appendTail(current);
    if (Boolean.getBoolean("flinkssm.regenerate")) {
      Files.writeString(PAGE, current);
    }

    assertThat(Files.readString(PAGE))
        .as(
            "docs/sql-functions.md is stale; regenerate it with: mvn verify -pl operators -am"
                + " -Dtest=SqlFunctionsITCase -Dflinkssm.regenerate=true"
                + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs")
        .isEqualTo(current.toString())
        .contains("[1.0, 32767.0, -32768.0]");
  }

  /** As Flink's client shows it, but with columns as wide as they need. */
  private static String printed(String sql) {
    TableResultInternal result =
        (TableResultInternal)
            BATCH.executeSql(sql.replace("file:///models/digits", MODEL.toUri().toString()));
    StringWriter text = new StringWriter();
    PrintStyle.tableauWithDataInferredColumnWidths(
            result.getResolvedSchema(), result.getRowDataToStringConverter(), 100, false, false)
        .print(result.collectInternal(), new PrintWriter(text));
    return text.toString();
  }
}
