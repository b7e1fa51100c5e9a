package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples leave a group in order of time. */
class SsmWindowTest {

  private final SsmWindow function = new SsmWindow();

  @Test
  void timeOrdersAndArrivalBreaksTies() throws Exception {
    TimedSamples window = function.createAccumulator();
    function.accumulate(window, 3, 30L);
    function.accumulate(window, 1.5, 10L);
    function.accumulate(window, 2f, 20L);
    function.accumulate(window, new GenericArrayData(new float[] {2.25f, 2.5f}), 20L);
    function.accumulate(window, new GenericArrayData(new float[0]), 25L);
    function.accumulate(window, (short) -1, -7L);

    assertThat(function.getValue(window)).containsExactly(-1, 1.5f, 2, 2.25f, 2.5f, 3);
  }

  @Test
  void microsecondsCount() throws Exception {
    TimedSamples window = function.createAccumulator();
    function.accumulate(window, 2, TimestampData.fromEpochMillis(-5, 2_000));
    function.accumulate(window, 1, TimestampData.fromEpochMillis(-5, 1_000));
    function.accumulate(window, 0, TimestampData.fromEpochMillis(-6, 999_000));

    assertThat(function.getValue(window)).containsExactly(0, 1, 2);
  }

  @Test
  void missingValuesAreNaN() throws Exception {
    TimedSamples window = function.createAccumulator();
    function.accumulate(window, new GenericArrayData(new Float[] {1f, null, 3f}), 1L);
    function.accumulate(window, (Number) null, 2L);
    function.accumulate(window, (GenericArrayData) null, 3L);

    assertThat(function.getValue(window)).containsExactly(1, Float.NaN, 3, Float.NaN, Float.NaN);
  }

  @Test
  void partsMerge() throws Exception {
    TimedSamples window = function.createAccumulator();
    assertThat(function.getValue(window)).isNull();
    TimedSamples other = function.createAccumulator();
    function.accumulate(window, 2, 2L);
    function.accumulate(other, 3, 3L);
    function.accumulate(other, 1, 1L);
    function.merge(window, List.of(other, function.createAccumulator()));

    assertThat(function.getValue(window)).containsExactly(1, 2, 3);
    assertThat(function.getValue(other)).containsExactly(1, 3);
  }

  @Test
  void aRowWithoutTimeIsRefused() {
    assertThatThrownBy(
            () -> function.accumulate(function.createAccumulator(), 1, (TimestampData) null))
        .hasMessageContainingAll("is NULL", "FILTER (WHERE ts IS NOT NULL)");
  }

  /** Key, value, seconds: the second row of 2.5 s makes one session of two. */
  private static final Object[][] READINGS = {
    {"a", 5.0, 5.0},
    {"a", 0.0, 0.0},
    {"b", 10.0, 1.0},
    {"a", 2.5, 2.5},
    {"b", null, 0.25},
    {"a", 12.0, 12.0},
    {"a", 11.0, 11.0},
    {"b", 11.0, 1.0},
  };

  /** In two phases with all parts merged, and in one, where rows go straight to the state. */
  @ParameterizedTest
  @CsvSource({
    "hashmap, TWO_PHASE",
    "hashmap, ONE_PHASE",
    "rocksdb, TWO_PHASE",
    "rocksdb, ONE_PHASE"
  })
  void windowsOfAStream(String backend, String phases) {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, backend);
    StreamExecutionEnvironment flink =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    flink.setParallelism(1);
    StreamTableEnvironment tables = StreamTableEnvironment.create(flink);
    tables.getConfig().set("table.optimizer.agg-phase-strategy", phases);
    tables.executeSql("LOAD MODULE ssm");
    Row[] rows = new Row[READINGS.length];
    for (int i = 0; i < rows.length; i++) {
      double seconds = (double) READINGS[i][2];
      Instant time = Instant.ofEpochMilli((long) (1000 * seconds));
      rows[i] = Row.of(READINGS[i][0], READINGS[i][1], time);
    }
    tables.createTemporaryView(
        "readings",
        flink.fromData(
            List.of(rows),
            Types.ROW_NAMED(
                new String[] {"k", "v", "ts"}, Types.STRING, Types.DOUBLE, Types.INSTANT)),
        Schema.newBuilder()
            .column("k", "STRING")
            .column("v", "DOUBLE")
            .column("ts", "TIMESTAMP_LTZ(3)")
            .watermark("ts", "ts - INTERVAL '20' SECOND")
            .build());

    List<Row> results =
        CollectionUtil.iteratorToList(
            tables
                .executeSql(
                    """
                    SELECT 'tumble', k, SsmWindow(v, ts)
                      FROM TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECONDS)
                      GROUP BY k, window_start, window_end
                    UNION ALL
                    SELECT 'hop', k, SsmWindow(v, ts)
                      FROM HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '5' SECONDS,
                        INTERVAL '10' SECONDS)
                      GROUP BY k, window_start, window_end
                    UNION ALL
                    SELECT 'session', k, SsmWindow(v, ts)
                      FROM SESSION(TABLE readings PARTITION BY k, DESCRIPTOR(ts),
                        INTERVAL '3' SECONDS)
                      GROUP BY k, window_start, window_end
                    """)
                .collect());

    assertThat(results)
        .containsExactlyInAnyOrder(
            Row.of("tumble", "a", floats(0, 2.5, 5)),
            Row.of("tumble", "a", floats(11, 12)),
            Row.of("tumble", "b", floats(Double.NaN, 10, 11)),
            Row.of("hop", "a", floats(0, 2.5)),
            Row.of("hop", "a", floats(0, 2.5, 5)),
            Row.of("hop", "a", floats(5, 11, 12)),
            Row.of("hop", "a", floats(11, 12)),
            Row.of("hop", "b", floats(Double.NaN, 10, 11)),
            Row.of("hop", "b", floats(Double.NaN, 10, 11)),
            Row.of("session", "a", floats(0, 2.5, 5)),
            Row.of("session", "a", floats(11, 12)),
            Row.of("session", "b", floats(Double.NaN, 10, 11)));
  }

  @Test
  void groupsAndWindowsInBatch() {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.executeSql("LOAD MODULE ssm");
    tables.executeSql(
        """
        CREATE TEMPORARY VIEW frames AS
        SELECT k, frame, CAST(n AS BIGINT) AS n, CAST(frame AS ARRAY<FLOAT>) AS floats,
          TIMESTAMPADD(SECOND, n, TIMESTAMP '2026-01-01 00:00:00') AS ts
        FROM (VALUES ('a', ARRAY[3, 4], 2), ('a', ARRAY[1, 2], 1), ('b', ARRAY[7], 70),
          ('a', ARRAY[5, CAST(NULL AS INT)], 65)) AS t(k, frame, n)
        """);

    assertThat(
            CollectionUtil.iteratorToList(
                tables
                    .executeSql(
                        "SELECT k, SsmWindow(floats, n), SsmWindow(n, ts) FROM frames GROUP BY k")
                    .collect()))
        .containsExactlyInAnyOrder(
            Row.of("a", floats(1, 2, 3, 4, 5, Double.NaN), floats(1, 2, 65)),
            Row.of("b", floats(7), floats(70)));
    assertThat(
            CollectionUtil.iteratorToList(
                tables
                    .executeSql(
                        """
                        SELECT k, SsmWindow(frame, ts)
                        FROM TUMBLE(TABLE frames, DESCRIPTOR(ts), INTERVAL '1' MINUTE)
                        GROUP BY k, window_start, window_end
                        """)
                    .collect()))
        .containsExactlyInAnyOrder(
            Row.of("a", floats(1, 2, 3, 4)),
            Row.of("a", floats(5, Double.NaN)),
            Row.of("b", floats(7)));
  }

  private static Float[] floats(double... values) {
    Float[] floats = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
