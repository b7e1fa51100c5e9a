package io.flinkssm.sql;

import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.stream.Frame;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;

/** A table environment with the module loaded, and frames as tables. */
final class SqlTables {
  /** The spoken-digits model of this repository, as SQL names it. */
  static final String MODEL = Path.of("..", "models", "spoken-digits-s4d").toUri().toString();

  private static final TypeInformation<Row> TYPE =
      Types.ROW_NAMED(
          new String[] {"k", "start_time", "rate_hz", "samples", "is_last", "at"},
          Types.STRING,
          Types.LONG,
          Types.DOUBLE,
          Types.OBJECT_ARRAY(Types.FLOAT),
          Types.BOOLEAN,
          Types.INSTANT);

  final StreamExecutionEnvironment env;
  final StreamTableEnvironment tables;

  SqlTables(Configuration options) {
    env = StreamExecutionEnvironment.getExecutionEnvironment(options);
    env.setParallelism(2);
    tables = StreamTableEnvironment.create(env);
    tables.executeSql("LOAD MODULE ssm");
  }

  /**
   * Frames as a table {@code (k, start_time, rate_hz, samples, is_last, ts)}, in their order.
   *
   * @param delaySeconds of the watermark
   */
  void create(String name, List<Frame> frames, int delaySeconds) {
    create(name, env.fromData(frames, SsmTypeInfo.FRAME).setParallelism(1), delaySeconds);
  }

  /** As {@link #create(String, List, int)}, for a stream of frames of parallelism 1. */
  void create(String name, DataStream<Frame> frames, int delaySeconds) {
    tables.createTemporaryView(
        name,
        tables.fromDataStream(
            frames.map(SqlTables::row).returns(TYPE).setParallelism(1),
            Schema.newBuilder()
                .column("k", "STRING")
                .column("start_time", "BIGINT")
                .column("rate_hz", "DOUBLE")
                .column("samples", "ARRAY<FLOAT>")
                .column("is_last", "BOOLEAN")
                .column("at", "TIMESTAMP_LTZ(9)")
                .columnByExpression("ts", "CAST(`at` AS TIMESTAMP_LTZ(3))")
                .watermark("ts", "ts - INTERVAL '" + delaySeconds + "' SECOND")
                .build()));
  }

  private static Row row(Frame frame) {
    return Row.of(
        frame.key(),
        frame.startMicros(),
        frame.sampleRateHz(),
        boxed(frame.samples()),
        frame.endOfSegment(),
        Instant.ofEpochMilli(Math.floorDiv(frame.startMicros(), 1000L)));
  }

  private static Float[] boxed(float[] samples) {
    Float[] boxed = new Float[samples.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = samples[i];
    }
    return boxed;
  }

  List<Row> query(String sql) {
    List<Row> rows = new ArrayList<>();
    tables.executeSql(sql).collect().forEachRemaining(rows::add);
    return rows;
  }
}
