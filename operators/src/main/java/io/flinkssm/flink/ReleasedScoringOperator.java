package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * The scoring operator with a second input: broadcast model releases. Keyed state is that of the
 * operator with one input, so that a savepoint of either starts the other.
 *
 * <p>Time is that of frames alone. Releases are rare and carry no watermark of use: were they asked
 * for one, event time would stand still between two releases. So their input counts as idle,
 * always.
 */
final class ReleasedScoringOperator extends ScoringOperator
    implements TwoInputStreamOperator<Frame, Release, Score> {
  private static final long serialVersionUID = 1L;

  private static final int FRAMES = 0;
  private static final int RELEASES = 1;

  private final ReleaseHistory history;

  private transient BroadcastState<Release, Boolean> remembered;

  ReleasedScoringOperator(
      ScoringConfig rules,
      BundleLimits limits,
      InitialModel initial,
      Duration stateTtl,
      ReleaseHistory history) {
    super(rules, limits, initial, stateTtl);
    this.history = Objects.requireNonNull(history, "history");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    remembered = context.getOperatorStateStore().getBroadcastState(ScoringState.releases());
  }

  @Override
  public void open() throws Exception {
    super.open();
    super.processWatermarkStatus(WatermarkStatus.IDLE, RELEASES);
    releases().begin(remembered, history.read());
  }

  @Override
  public void processElement1(StreamRecord<Frame> element) throws Exception {
    processElement(element);
  }

  @Override
  public void processElement2(StreamRecord<Release> element) throws Exception {
    // The frames of the bundle came before it: how long they wait for others must not show.
    flush();
    releases().announce(element.getValue());
    tellHeld();
  }

  @Override
  public void processWatermark2(Watermark mark) {}

  @Override
  protected void processWatermarkStatus(WatermarkStatus status, int input) throws Exception {
    if (input == FRAMES) {
      flush();
      super.processWatermarkStatus(status, input);
    }
  }
}
