package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CollectionUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link SsmWindow} in the windows of Flink, streaming and in batch. */
class SsmWindowITCase {

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
    SqlTables sql = new SqlTables(configuration);
    // Of two rows of one time, the order of arrival is the order here.
    sql.env.setParallelism(1);
    sql.tables.getConfig().set("table.optimizer.agg-phase-strategy", phases);
    Row[] rows = new Row[READINGS.length];
    for (int i = 0; i < rows.length; i++) {
      double seconds = (double) READINGS[i][2];
      Instant time = Instant.ofEpochMilli((long) (1000 * seconds));
      rows[i] = Row.of(READINGS[i][0], READINGS[i][1], time);
    }
    sql.tables.createTemporaryView(
        "readings",
        sql.env.fromData(
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
        sql.query(
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
                    """);

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
