package io.flinkssm.flink;

import io.flinkssm.stream.CarriedState;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.KeyWindows;
import io.flinkssm.stream.SamplePiece;
import io.flinkssm.stream.Score;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;

/** The names and types of the keyed state of rescoring. */
public final class RescoringState {
  /** Operator uid that savepoints know the state by. */
  public static final String UID = "ssm-rescoring";

  private RescoringState() {}

  /** Where the samples of a key are in time. */
  static ValueStateDescriptor<KeyState<?>> clock() {
    return new ValueStateDescriptor<>("window-clock", new KeyStateSerializer());
  }

  /** Where a key is with its windows. */
  static ValueStateDescriptor<KeyWindows> windows() {
    return new ValueStateDescriptor<>("windows", new KeyWindowsSerializer());
  }

  /** Samples that windows still need, by the number of the first: appended to, never rewritten. */
  static MapStateDescriptor<Long, SamplePiece> samples() {
    return new MapStateDescriptor<>(
        "window-samples", LongSerializer.INSTANCE, new SamplePieceSerializer());
  }

  /** The state at the end of the window scored last. */
  static ValueStateDescriptor<CarriedState> carried() {
    return new ValueStateDescriptor<>("carried-state", new CarriedStateSerializer());
  }

  /** Streaming scores that wait for their window, by the time of the sample in microseconds. */
  static MapStateDescriptor<Long, Score> streamed() {
    return new MapStateDescriptor<>(
        "streaming-scores", LongSerializer.INSTANCE, new ScoreSerializer());
  }
}
