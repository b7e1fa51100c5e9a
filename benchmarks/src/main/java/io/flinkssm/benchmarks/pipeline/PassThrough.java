package io.flinkssm.benchmarks.pipeline;

import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * The keyed operator without model and without state: one score of the usual size for each frame.
 * What the job takes with it is the price of Kafka, Avro and Flink.
 */
public final class PassThrough extends KeyedProcessFunction<String, Frame, Score> {
  private static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected", SsmTypeInfo.REJECTION);
  private static final int OUTPUTS = 10;
  private static final double[] NONE = {};

  private PassThrough() {}

  /** Scores frames, whatever the options. */
  public static ScoredStreams score(DataStream<Frame> frames, ReadableConfig options) {
    SingleOutputStreamOperator<Score> scores =
        frames
            .keyBy(Frame::key, Types.STRING)
            .process(new PassThrough())
            .returns(SsmTypeInfo.SCORE)
            .name("pass-through")
            .uid("pass-through");
    return new ScoredStreams(scores, scores.getSideOutput(REJECTED));
  }

  @Override
  public void processElement(Frame frame, Context context, Collector<Score> out) {
    double[] outputs = new double[OUTPUTS];
    for (int i = 0; i < OUTPUTS; i++) {
      outputs[i] = frame.samples()[i % frame.samples().length];
    }
    out.collect(
        new Score(
            frame.key(),
            frame.startMicros(),
            frame.length(),
            frame.startMicros(),
            frame.sampleRateHz(),
            "pass-through",
            "1",
            "features",
            outputs,
            NONE,
            "",
            false));
  }
}
