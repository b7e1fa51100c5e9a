package io.flinkssm.jobs.warmstart;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.state.api.output.TaggedOperatorSubtaskState;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/** Sets up an operator inside {@link SnapshotAtEnd}, where its task runs. */
final class SnapshotAtEndFactory<I, O>
    extends AbstractStreamOperatorFactory<TaggedOperatorSubtaskState>
    implements OneInputStreamOperatorFactory<I, TaggedOperatorSubtaskState> {
  private static final long serialVersionUID = 1L;

  private final OneInputStreamOperator<I, O> operator;
  private final Path savepoint;
  private final long endMillis;

  SnapshotAtEndFactory(OneInputStreamOperator<I, O> operator, Path savepoint, long endMillis) {
    this.operator = operator;
    this.savepoint = savepoint;
    this.endMillis = endMillis;
  }

  @Override
  // The operator is of the class that is promised below, and the signature is Flink's.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends StreamOperator<TaggedOperatorSubtaskState>> T createStreamOperator(
      StreamOperatorParameters<TaggedOperatorSubtaskState> parameters) {
    Dropped<O> dropped = new Dropped<>();
    OneInputStreamOperator<I, O> inner =
        SimpleOperatorFactory.of(operator)
            .createStreamOperator(
                new StreamOperatorParameters<>(
                    parameters.getContainingTask(),
                    parameters.getStreamConfig(),
                    dropped,
                    parameters::getProcessingTimeService,
                    parameters.getOperatorEventDispatcher(),
                    parameters.getMailboxExecutor()));
    return (T)
        new SnapshotAtEnd<>(
            inner,
            parameters.getContainingTask(),
            parameters.getOutput(),
            dropped.aside,
            savepoint,
            endMillis);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return SnapshotAtEnd.class;
  }

  /** Drops everything, and counts what went to side outputs. */
  private static final class Dropped<O> implements Output<StreamRecord<O>> {
    private final LongCounter aside = new LongCounter();

    @Override
    public void collect(StreamRecord<O> record) {}

    @Override
    public <X> void collect(OutputTag<X> tag, StreamRecord<X> record) {
      aside.add(1);
    }

    @Override
    public void emitWatermark(Watermark mark) {}

    @Override
    public void emitWatermark(WatermarkEvent mark) {}

    @Override
    public void emitWatermarkStatus(WatermarkStatus status) {}

    @Override
    public void emitLatencyMarker(LatencyMarker marker) {}

    @Override
    public void emitRecordAttributes(RecordAttributes attributes) {}

    @Override
    public void close() {}
  }
}
