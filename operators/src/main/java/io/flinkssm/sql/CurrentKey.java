package io.flinkssm.sql;

import io.flinkssm.flink.HostedScorer;
import io.flinkssm.flink.SortBuffer;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import java.util.List;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.functions.ProcessTableFunction.Context;

/** The state and the timers of the key that Flink is at. */
final class CurrentKey implements HostedScorer.Host, SortBuffer.Store {
  /** Last moment that SQL can show; its timers stand for the end of input. */
  private static final long END_MILLIS = 253_402_300_799_999L;

  private static final Byte ONLY = 0;

  private final boolean endsWithInput;
  private Context context;
  private MapView<Byte, KeyState<?>> state;
  private MapView<Long, List<Frame>> frames;

  CurrentKey(boolean endsWithInput) {
    this.endsWithInput = endsWithInput;
  }

  void is(Context context, MapView<Byte, KeyState<?>> state, MapView<Long, List<Frame>> frames) {
    this.context = context;
    this.state = state;
    this.frames = frames;
  }

  /** What was asked of {@link #wakeAt} when a timer fires at a time. */
  static long asked(long timerMillis) {
    return timerMillis == END_MILLIS ? Long.MAX_VALUE : timerMillis;
  }

  @Override
  public KeyState<?> read() throws Exception {
    return state.get(ONLY);
  }

  @Override
  public void write(KeyState<?> value) throws Exception {
    state.put(ONLY, value);
  }

  @Override
  public void clear() {
    state.clear();
  }

  @Override
  public SortBuffer.Store waiting() {
    return this;
  }

  @Override
  public long watermark() {
    Long watermark = context.timeContext(Long.class).currentWatermark();
    return watermark == null ? Long.MIN_VALUE : watermark;
  }

  @Override
  public void wakeAt(long millis) {
    if (millis < END_MILLIS || endsWithInput) {
      context.timeContext(Long.class).registerOnTime(Math.min(millis, END_MILLIS));
    }
  }

  @Override
  public Iterable<Long> starts() throws Exception {
    return frames.keys();
  }

  @Override
  public List<Frame> get(Long startMicros) throws Exception {
    return frames.get(startMicros);
  }

  @Override
  public void put(Long startMicros, List<Frame> same) throws Exception {
    frames.put(startMicros, same);
  }

  @Override
  public void remove(Long startMicros) throws Exception {
    frames.remove(startMicros);
  }
}
