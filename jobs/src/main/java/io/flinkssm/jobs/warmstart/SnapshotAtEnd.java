package io.flinkssm.jobs.warmstart;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.metrics.groups.OperatorMetricGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.state.api.output.SnapshotUtils;
import org.apache.flink.state.api.output.TaggedOperatorSubtaskState;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.StreamTaskStateInitializer;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Runs an operator as its job would, except that its output is dropped, that time does not end with
 * the input, and that a snapshot is taken then, whose handle is the only thing emitted.
 *
 * @param <I> what the operator takes
 */
final class SnapshotAtEnd<I>
    implements OneInputStreamOperator<I, TaggedOperatorSubtaskState>, BoundedOneInput {
  /** Accumulator: how many elements went to side outputs. */
  static final String ASIDE = "warm-start.aside";

  private static final long serialVersionUID = 1L;
  private static final long CHECKPOINT_ID = 0;

  private final transient OneInputStreamOperator<I, ?> operator;
  private final transient StreamTask<?, ?> task;
  private final transient Output<StreamRecord<TaggedOperatorSubtaskState>> output;
  private final transient LongCounter aside;
  private final Path savepoint;
  private final long endMillis;

  /**
   * Wraps an operator that has been set up.
   *
   * @param aside counts what the operator emitted to side outputs
   * @param endMillis event time that is reached by the snapshot, {@link Long#MIN_VALUE} for that of
   *     the last watermark
   */
  SnapshotAtEnd(
      OneInputStreamOperator<I, ?> operator,
      StreamTask<?, ?> task,
      Output<StreamRecord<TaggedOperatorSubtaskState>> output,
      LongCounter aside,
      Path savepoint,
      long endMillis) {
    this.operator = operator;
    this.task = task;
    this.output = output;
    this.aside = aside;
    this.savepoint = savepoint;
    this.endMillis = endMillis;
  }

  @Override
  public void processElement(StreamRecord<I> element) throws Exception {
    operator.processElement(element);
  }

  /** The end of all time, which a source announces when it ends, would end every segment. */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() < Long.MAX_VALUE) {
      operator.processWatermark(mark);
    }
  }

  @Override
  public void endInput() throws Exception {
    if (endMillis != Long.MIN_VALUE) {
      operator.processWatermark(new Watermark(endMillis));
    }
    task.getEnvironment().getAccumulatorRegistry().getUserMap().put(ASIDE, aside);
    output.collect(
        new StreamRecord<>(
            SnapshotUtils.snapshot(
                CHECKPOINT_ID,
                this,
                task.getEnvironment().getTaskInfo().getIndexOfThisSubtask(),
                System.currentTimeMillis(),
                CheckpointingMode.EXACTLY_ONCE,
                false,
                task.getConfiguration().getConfiguration(),
                savepoint)));
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    operator.processWatermarkStatus(status);
  }

  @Override
  public void processLatencyMarker(LatencyMarker marker) {}

  @Override
  public void open() throws Exception {
    operator.open();
  }

  @Override
  public void finish() throws Exception {
    operator.finish();
  }

  @Override
  public void close() throws Exception {
    operator.close();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    operator.prepareSnapshotPreBarrier(checkpointId);
  }

  @Override
  public OperatorSnapshotFutures snapshotState(
      long checkpointId,
      long timestamp,
      CheckpointOptions options,
      CheckpointStreamFactory storageLocation)
      throws Exception {
    return operator.snapshotState(checkpointId, timestamp, options, storageLocation);
  }

  @Override
  public void initializeState(StreamTaskStateInitializer initializer) throws Exception {
    operator.initializeState(initializer);
  }

  @Override
  public void setKeyContextElement1(StreamRecord<?> record) throws Exception {
    operator.setKeyContextElement1(record);
  }

  @Override
  public void setKeyContextElement2(StreamRecord<?> record) throws Exception {
    operator.setKeyContextElement2(record);
  }

  @Override
  public OperatorMetricGroup getMetricGroup() {
    return operator.getMetricGroup();
  }

  @Override
  public OperatorID getOperatorID() {
    return operator.getOperatorID();
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    operator.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void setCurrentKey(Object key) {
    operator.setCurrentKey(key);
  }

  @Override
  public Object getCurrentKey() {
    return operator.getCurrentKey();
  }
}
