package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;

/** The names and types of all keyed state: one place for the operator and for state bootstraps. */
public final class ScoringState {
  /** Operator uid that savepoints know the state by. */
  public static final String UID = "ssm-scoring";

  private ScoringState() {}

  /**
   * The one packed value per key.
   *
   * @param ttl processing time after the last access at which the value goes; zero for never
   */
  public static ValueStateDescriptor<KeyState<?>> keyState(Duration ttl) {
    ValueStateDescriptor<KeyState<?>> descriptor =
        new ValueStateDescriptor<>("key-state", new KeyStateSerializer());
    if (!ttl.isZero()) {
      descriptor.enableTimeToLive(
          StateTtlConfig.newBuilder(ttl).updateTtlOnReadAndWrite().neverReturnExpired().build());
    }
    return descriptor;
  }

  /** Frames that wait for the watermark, by start time in microseconds; only if sorted. */
  public static MapStateDescriptor<Long, List<Frame>> frameBuffer() {
    return new MapStateDescriptor<>(
        "frame-buffer", LongSerializer.INSTANCE, new ListSerializer<>(new FrameSerializer()));
  }
}
