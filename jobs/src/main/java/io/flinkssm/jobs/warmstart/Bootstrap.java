package io.flinkssm.jobs.warmstart;

import io.flinkssm.flink.ScoringBootstrap;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.stream.Frame;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink.lib.OutputFormatSink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.output.MergeOperatorStates;
import org.apache.flink.state.api.output.OperatorSubtaskStateReducer;
import org.apache.flink.state.api.output.SavepointOutputFormat;
import org.apache.flink.state.api.output.TaggedOperatorSubtaskState;
import org.apache.flink.state.api.output.operators.GroupReduceOperator;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;

/**
 * A job that runs the scoring operator over past frames and writes its state as a savepoint.
 *
 * <p>It is put together from the parts of Flink's State Processor API, but not by its {@code
 * SavepointWriter}: that runs an operator in a task within the task, without watermarks, and waits
 * for ever if the operator fails. Here it is an operator of a streaming job as any other, so that
 * order, event time, memory and failures are those of the scoring job.
 */
public final class Bootstrap {
  /** Accumulator: how many frames were taken. */
  public static final String FRAMES = "warm-start.frames";

  /** Accumulator: start of the latest of them, microseconds since the epoch. */
  public static final String LAST_MICROS = "warm-start.last-micros";

  /** Accumulator: how many of them the operator rejected. */
  public static final String REJECTED = SnapshotAtEnd.ASIDE;

  private Bootstrap() {}

  /**
   * Event times of a run of the operator.
   *
   * @param fromMicros frames that start earlier are left out, {@link Long#MIN_VALUE} for none
   * @param toMicros frames that start at it or later are left out, {@link Long#MAX_VALUE} for none
   */
  public record Range(long fromMicros, long toMicros) implements Serializable {
    /** All times. */
    public static final Range ALL = new Range(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /**
   * Adds the job to the environment of the frames.
   *
   * @param frames a bounded stream with timestamps and watermarks
   * @param scoring the operator
   * @param options those of the job to be started, see {@link ScoringOptions}
   * @param savepoint URI of the savepoint, an empty or new directory
   */
  public static void write(
      DataStream<Frame> frames,
      ScoringBootstrap scoring,
      ReadableConfig options,
      Range range,
      String savepoint) {
    StreamExecutionEnvironment env = frames.getExecutionEnvironment();
    // Handles of state have no serializer but the generic one.
    env.configure(new Configuration().set(PipelineOptions.GENERIC_TYPES, true));
    int maxParallelism = options.get(ScoringOptions.MAX_PARALLELISM);
    env.setMaxParallelism(maxParallelism);
    long outOfOrder = options.get(ScoringOptions.MAX_OUT_OF_ORDERNESS).toMillis();
    long endMillis =
        range.toMicros() == Long.MAX_VALUE
            ? Long.MIN_VALUE
            : Math.floorDiv(range.toMicros() - 1, 1000L) - outOfOrder - 1;
    Path path = new Path(savepoint);
    OperatorIdentifier identifier = OperatorIdentifier.forUid(scoring.uid());
    frames
        .flatMap(new InRange(range))
        .returns(SsmTypeInfo.FRAME)
        .name("range")
        .keyBy(ScoringBootstrap.key(), Types.STRING)
        .transform(
            "scoring over history",
            TypeInformation.of(TaggedOperatorSubtaskState.class),
            new SnapshotAtEndFactory<>(scoring.operator(), path, endMillis))
        .setMaxParallelism(maxParallelism)
        .transform(
            "state of all subtasks",
            TypeInformation.of(OperatorState.class),
            new GroupReduceOperator<>(new OperatorSubtaskStateReducer(identifier, maxParallelism)))
        .forceNonParallel()
        .transform(
            "savepoint",
            TypeInformation.of(CheckpointMetadata.class),
            new GroupReduceOperator<>(new MergeOperatorStates(0, List.of())))
        .forceNonParallel()
        .sinkTo(new OutputFormatSink<>(new SavepointOutputFormat(path)))
        .setParallelism(1)
        .name("savepoint");
  }

  /** Passes frames on that start in the range, and counts them. */
  private static final class InRange extends RichFlatMapFunction<Frame, Frame> {
    private static final long serialVersionUID = 1L;

    private final Range range;
    private final LongCounter frames = new LongCounter();
    private final LongMaximum lastMicros = new LongMaximum();

    InRange(Range range) {
      this.range = range;
    }

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(FRAMES, frames);
      getRuntimeContext().addAccumulator(LAST_MICROS, lastMicros);
    }

    @Override
    public void flatMap(Frame frame, Collector<Frame> out) {
      if (frame.startMicros() >= range.fromMicros() && frame.startMicros() < range.toMicros()) {
        frames.add(1);
        lastMicros.add(frame.startMicros());
        out.collect(frame);
      }
    }
  }
}
