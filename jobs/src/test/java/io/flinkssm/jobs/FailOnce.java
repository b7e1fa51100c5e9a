package io.flinkssm.jobs;

import io.flinkssm.stream.Frame;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * A step that fails the job once, at a fixed place of a checkpoint, after frames that no completed
 * checkpoint covers. Runs with parallelism one. Its progress is static, since Flink copies the
 * function; one test at a time.
 */
final class FailOnce
    implements MapFunction<Frame, Frame>, CheckpointedFunction, CheckpointListener {

  /** Where it fails. */
  enum At {
    /** Sources have stored their offsets, this step and the sinks have not stored anything. */
    SNAPSHOT,
    /** The checkpoint is complete; sinks may or may not have committed its transactions. */
    COMPLETION
  }

  private static volatile boolean failed;
  private static volatile CompletableFuture<Void> covered;
  private static volatile CompletableFuture<Void> finished;

  private final At at;
  private final int quiet;
  private final int total;
  private transient ListState<Integer> state;
  private transient int processed;
  private transient int snapshotted;

  private FailOnce(At at, int quiet, int total) {
    this.at = at;
    this.quiet = quiet;
    this.total = total;
  }

  /**
   * A step that fails at a checkpoint after more than {@code quiet} frames.
   *
   * @param quiet frames that a completed checkpoint covers before the failure
   * @param total frames until {@link #finished()}
   */
  static FailOnce at(At at, int quiet, int total) {
    failed = false;
    covered = new CompletableFuture<>();
    finished = new CompletableFuture<>();
    return new FailOnce(at, quiet, total);
  }

  /** Done once a checkpoint covers the quiet frames. */
  static CompletableFuture<Void> covered() {
    return covered;
  }

  /** Done once the job has failed, and a checkpoint since then covers all frames. */
  static CompletableFuture<Void> finished() {
    return finished;
  }

  DataStream<Frame> in(DataStream<Frame> frames) {
    return frames.map(this).returns(frames.getType()).setParallelism(1).uid("fail-once");
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("processed", TypeInformation.of(Integer.class)));
    for (int restored : state.get()) {
      processed += restored;
    }
  }

  @Override
  public Frame map(Frame frame) {
    processed++;
    return frame;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    failIf(At.SNAPSHOT, processed);
    snapshotted = processed;
    state.update(List.of(processed));
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    failIf(At.COMPLETION, snapshotted);
    if (snapshotted >= quiet) {
      covered.complete(null);
    }
    if (failed && snapshotted == total) {
      finished.complete(null);
    }
  }

  private void failIf(At here, int frames) {
    if (at == here && !failed && frames > quiet) {
      failed = true;
      throw new IllegalStateException("failure on purpose after " + frames + " frames");
    }
  }
}
