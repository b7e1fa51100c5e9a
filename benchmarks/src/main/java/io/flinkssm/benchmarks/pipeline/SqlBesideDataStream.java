package io.flinkssm.benchmarks.pipeline;

import io.flinkssm.benchmarks.pipeline.Pipeline.Backend;
import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.jobs.local.LocalCluster;
import io.flinkssm.stream.Frame;
import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.DataType;

/**
 * One scoring job in two forms, as operator and as query: the same frames, made in memory by one
 * task, the same model, two scoring tasks, and a sink that forgets. No Kafka and no checkpoints.
 *
 * <p>Rows are made in Flink's own data structures, as a table's source makes them. A frame of one
 * sample is a row with a number, any other one a row with an array.
 *
 * @param model its directory; of one channel
 * @param keys number of keys, ≥ 1
 * @param samples samples in a frame, ≥ 1
 * @param rateHz sampling rate
 * @param backend where state lives
 * @param objectReuse whether a task's operators hand each other rows without copying them
 */
public record SqlBesideDataStream(
    Path model, int keys, int samples, double rateHz, Backend backend, boolean objectReuse) {
  private static final String QUERY =
      """
      SELECT * FROM SsmScore(
        input => TABLE frames PARTITION BY k,
        on_time => DESCRIPTOR(ts),
        model => '%s',
        samples => DESCRIPTOR(samples),
        rate_column => DESCRIPTOR(rate_hz),
        start_time => DESCRIPTOR(start_time),
        uid => 'benchmark')
      """;

  /** A job between source and sink. */
  private interface Scores {
    void count(StreamExecutionEnvironment env, Configuration options, Meter meter);
  }

  /** What frames take in a DataStream job of so many. */
  public Meter.Reading dataStream(long frames) throws Exception {
    return measure(
        frames,
        (env, options, meter) -> {
          DataStream<Frame> source =
              env.fromSequence(0, frames - 1)
                  .setParallelism(1)
                  .map(new Frames(keys, samples, rateHz))
                  .returns(SsmTypeInfo.FRAME)
                  .setParallelism(1)
                  .assignTimestampsAndWatermarks(
                      WatermarkStrategy.<Frame>forMonotonousTimestamps()
                          .withTimestampAssigner((frame, time) -> frame.startMicros() / 1000))
                  .setParallelism(1);
          ScoredStreams scored = meter.on(SsmScoring.score(source, options));
          scored.scores().sinkTo(new DiscardingSink<>());
          scored.rejected().sinkTo(new DiscardingSink<>());
        });
  }

  /** The same as a query. */
  public Meter.Reading sql(long frames) throws Exception {
    return measure(
        frames,
        (env, options, meter) -> {
          StreamTableEnvironment tables = StreamTableEnvironment.create(env);
          tables.executeSql("LOAD MODULE ssm");
          DataStream<RowData> source =
              env.fromSequence(0, frames - 1)
                  .setParallelism(1)
                  .map(new Rows(keys, samples, rateHz))
                  .returns(InternalTypeInfo.of(rowType().getLogicalType()))
                  .setParallelism(1);
          Schema schema =
              Schema.newBuilder().fromRowDataType(rowType()).watermark("ts", "ts").build();
          tables.createTemporaryView("frames", tables.fromDataStream(source, schema));
          Table scores = tables.sqlQuery(QUERY.formatted(model.toUri()));
          DataType row =
              scores.getResolvedSchema().toPhysicalRowDataType().bridgedTo(RowData.class);
          meter.on(tables.<RowData>toDataStream(scores, row)).sinkTo(new DiscardingSink<>());
        });
  }

  /**
   * Runs a job. Its first half does not count, since generated code is compiled anew in each; nor
   * do its last frames, as the time of threads that have ended is lost.
   */
  private Meter.Reading measure(long frames, Scores scores) throws Exception {
    Configuration options = new Configuration();
    options.set(ScoringOptions.MODEL_PATH, model.toUri().toString());
    options.set(StateBackendOptions.STATE_BACKEND, backend.option());
    options.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
    options.set(PipelineOptions.OBJECT_REUSE, objectReuse);
    Meter meter = Meter.between(frames / 2, frames * 4 / 5);
    try (LocalCluster cluster = LocalCluster.create()) {
      StreamExecutionEnvironment env = cluster.environment(Pipeline.PARALLELISM, options);
      scores.count(env, options, meter);
      env.execute("benchmark");
    }
    return meter.reading();
  }

  private DataType rowType() {
    return DataTypes.ROW(
        DataTypes.FIELD("k", DataTypes.STRING()),
        DataTypes.FIELD("start_time", DataTypes.BIGINT()),
        DataTypes.FIELD("rate_hz", DataTypes.DOUBLE()),
        DataTypes.FIELD(
            "samples", samples == 1 ? DataTypes.FLOAT() : DataTypes.ARRAY(DataTypes.FLOAT())),
        DataTypes.FIELD("ts", DataTypes.TIMESTAMP_LTZ(3)));
  }

  private record Frames(int keys, int samples, double rateHz) implements MapFunction<Long, Frame> {
    @Override
    public Frame map(Long index) {
      return Workload.frame(index, keys, samples, rateHz);
    }
  }

  private record Rows(int keys, int samples, double rateHz) implements MapFunction<Long, RowData> {
    @Override
    public RowData map(Long index) {
      Frame frame = Workload.frame(index, keys, samples, rateHz);
      return GenericRowData.of(
          StringData.fromString(frame.key()),
          frame.startMicros(),
          frame.sampleRateHz(),
          samples == 1 ? (Object) frame.samples()[0] : new GenericArrayData(frame.samples()),
          TimestampData.fromEpochMillis(frame.startMicros() / 1000));
    }
  }
}
