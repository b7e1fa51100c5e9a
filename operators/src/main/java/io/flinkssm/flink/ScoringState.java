package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.Release;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;

/** The names and types of all state: one place for the operator and for state bootstraps. */
public final class ScoringState {
  /** Operator uid that savepoints know the state by. */
  public static final String UID = "ssm-scoring";

  /** Operator uid of the check of releases. */
  public static final String RELEASES_UID = "ssm-releases";

  /** Operator uid of detection. */
  public static final String DETECTION_UID = "ssm-detection";

  private ScoringState() {}

  /**
   * The one packed value per key.
   *
   * @param ttl processing time after the last access at which the value goes; zero for never
   */
  public static ValueStateDescriptor<KeyState<?>> keyState(Duration ttl) {
    return kept(new ValueStateDescriptor<>("key-state", new KeyStateSerializer()), ttl);
  }

  /** Retained samples by number of their entry; only if {@code ssm.retain} is set. */
  static MapStateDescriptor<Integer, RetainedSamples> retained(Duration ttl) {
    return kept(
        new MapStateDescriptor<>(
            "retained-samples", IntSerializer.INSTANCE, new RetainedSamplesSerializer()),
        ttl);
  }

  /** Number of the newest entry of {@link #retained}. */
  static ValueStateDescriptor<Integer> newestRetained(Duration ttl) {
    return kept(new ValueStateDescriptor<>("retained-newest", IntSerializer.INSTANCE), ttl);
  }

  private static <D extends StateDescriptor<?, ?>> D kept(D descriptor, Duration ttl) {
    if (!ttl.isZero()) {
      descriptor.enableTimeToLive(
          StateTtlConfig.newBuilder(ttl).updateTtlOnReadAndWrite().neverReturnExpired().build());
    }
    return descriptor;
  }

  /** The releases that were announced on the control stream, as a set; broadcast state. */
  public static MapStateDescriptor<Release, Boolean> releases() {
    return new MapStateDescriptor<>(
        "releases", new ReleaseSerializer(), BooleanSerializer.INSTANCE);
  }

  /** Frames that wait for the watermark, by start time in microseconds; only if sorted. */
  public static MapStateDescriptor<Long, List<Frame>> frameBuffer() {
    return new MapStateDescriptor<>(
        "frame-buffer", LongSerializer.INSTANCE, new ListSerializer<>(new FrameSerializer()));
  }
}
