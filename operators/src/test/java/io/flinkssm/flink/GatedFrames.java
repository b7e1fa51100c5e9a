package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;

/**
 * Frames whose source stops at a gate until a condition holds and a checkpoint has been taken since
 * then; and which fails there once, if it is told to.
 */
@SuppressWarnings("deprecation") // the one kind of source that may wait under the checkpoint lock
public final class GatedFrames
    implements SourceFunction<Frame>, CheckpointedFunction, CheckpointListener {
  private static final long serialVersionUID = 1L;

  /** Of the running test: static, as the source is serialised. */
  public static List<Frame> frames = List.of();

  public static int gate;
  public static BooleanSupplier condition = () -> true;
  public static final AtomicBoolean FAIL = new AtomicBoolean();

  /** The stream of them. */
  public static DataStream<Frame> stream(StreamExecutionEnvironment env, Configuration options) {
    return env.addSource(new GatedFrames(), "frames", SsmTypeInfo.FRAME)
        .assignTimestampsAndWatermarks(SsmScoring.watermarks(options));
  }

  private transient volatile boolean cancelled;
  private transient ListState<Integer> state;
  private transient int next;
  private transient int checkpoints;

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("next", IntSerializer.INSTANCE));
    for (int restored : state.get()) {
      next = restored;
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    state.update(List.of(next));
  }

  @Override
  public void run(SourceContext<Frame> context) throws Exception {
    Object lock = context.getCheckpointLock();
    synchronized (lock) {
      while (!cancelled && next < frames.size()) {
        if (next == gate) {
          await(lock, condition);
          // One may have begun before the condition held.
          int enough = checkpoints + 2;
          await(lock, () -> checkpoints >= enough);
          if (FAIL.getAndSet(false)) {
            throw new IllegalStateException("injected between announcement and activation");
          }
        }
        context.collect(frames.get(next));
        next++;
      }
    }
  }

  private void await(Object lock, BooleanSupplier holds) throws InterruptedException {
    while (!cancelled && !holds.getAsBoolean()) {
      lock.wait(10);
    }
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    checkpoints++; // under the lock
  }

  @Override
  public void cancel() {
    cancelled = true;
  }
}
