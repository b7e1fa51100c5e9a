package io.flinkssm.jobs;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Score;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Either;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * What a job reads from a topic.
 *
 * @param records what is usable
 * @param undecodable what is not
 */
record TopicStreams<T>(DataStream<T> records, DataStream<Rejection> undecodable) {

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);

  private static final OutputTag<Rejection> UNDECODABLE =
      new OutputTag<>("undecodable", SsmTypeInfo.REJECTION);

  private static final ConfigOption<String> ROCKSDB_COMPRESSION =
      ConfigOptions.key("state.backend.rocksdb.compression.per.level")
          .stringType()
          .noDefaultValue();

  /** The frames topic. */
  static TopicStreams<Frame> frames(StreamExecutionEnvironment env, KafkaTopics topics) {
    return of(env, topics.frames(), topics.watermarks(), "frames", SsmTypeInfo.FRAME);
  }

  /** The scores topic, where it is read. */
  static TopicStreams<Score> scores(StreamExecutionEnvironment env, KafkaTopics topics) {
    return of(env, topics.scored(), topics.scoreWatermarks(), "scores", SsmTypeInfo.SCORE);
  }

  /** The control topic. Its order matters, so that it is read by one instance. */
  static TopicStreams<Release> releases(
      StreamExecutionEnvironment env, KafkaTopics topics, ReleaseLog log) {
    SingleOutputStreamOperator<Release> records =
        env.fromSource(topics.releases(log), WatermarkStrategy.noWatermarks(), "releases topic")
            .uid("releases-topic")
            .setParallelism(1)
            .process(new SplitUndecodable<Release>())
            .returns(SsmTypeInfo.RELEASE)
            .name("releases")
            .uid("releases")
            .setParallelism(1);
    return new TopicStreams<>(records, records.getSideOutput(UNDECODABLE));
  }

  private static <T> TopicStreams<T> of(
      StreamExecutionEnvironment env,
      KafkaSource<Either<T, Rejection>> source,
      WatermarkStrategy<Either<T, Rejection>> watermarks,
      String name,
      SsmTypeInfo<T> type) {
    SingleOutputStreamOperator<T> records =
        env.fromSource(source, watermarks, name + " topic")
            .uid(name + "-topic")
            .process(new SplitUndecodable<T>())
            .returns(type)
            .name(name)
            .uid(name);
    return new TopicStreams<>(records, records.getSideOutput(UNDECODABLE));
  }

  /** What all jobs on topics ask of their environment. */
  static void configure(StreamExecutionEnvironment env, ReadableConfig config) {
    // A type that falls back to Kryo costs speed and cannot evolve: better no job than that.
    env.configure(new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
    if (config.getOptional(ROCKSDB_COMPRESSION).isEmpty()) {
      // States are floats, which compressors cannot shrink but try to, at every compaction.
      env.configure(new Configuration().set(ROCKSDB_COMPRESSION, "NO_COMPRESSION"));
    }
    if (env.getMaxParallelism() <= 0) {
      env.setMaxParallelism(config.get(ScoringOptions.MAX_PARALLELISM));
    }
    if (!env.getCheckpointConfig().isCheckpointingEnabled()) {
      env.enableCheckpointing(CHECKPOINT_INTERVAL.toMillis());
    }
  }

  private static final class SplitUndecodable<T> extends ProcessFunction<Either<T, Rejection>, T> {
    @Override
    public void processElement(Either<T, Rejection> record, Context context, Collector<T> out) {
      if (record.isLeft()) {
        out.collect(record.left());
      } else {
        context.output(UNDECODABLE, record.right());
      }
    }
  }
}
