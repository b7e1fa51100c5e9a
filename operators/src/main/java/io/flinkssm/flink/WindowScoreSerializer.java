package io.flinkssm.flink;

import io.flinkssm.stream.WindowScore;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Serializes {@link WindowScore}s. */
public final class WindowScoreSerializer extends RecordSerializer<WindowScore> {

  public WindowScoreSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(WindowScore score, DataOutputView out, BulkArrays arrays) throws IOException {
    StringValue.writeString(score.key(), out);
    out.writeLong(score.segmentStartMicros());
    out.writeLong(score.startPosition());
    out.writeLong(score.endPosition());
    out.writeLong(score.startMicros());
    out.writeLong(score.endMicros());
    out.writeDouble(score.sampleRateHz());
    StringValue.writeString(score.model(), out);
    StringValue.writeString(score.modelVersion(), out);
    StringValue.writeString(score.modelSha256(), out);
    StringValue.writeString(score.task(), out);
    StringValue.writeString(score.method(), out);
    StringValue.writeString(score.precision(), out);
    out.writeBoolean(score.wholeSegment());
    arrays.writeDoubles(score.outputs(), out);
    arrays.writeDoubles(score.probabilities(), out);
    StringValue.writeString(score.label(), out);
    out.writeBoolean(score.endOfSegment());
    WindowScore.Streaming streaming = score.streaming();
    out.writeBoolean(streaming != null);
    if (streaming != null) {
      out.writeLong(streaming.position());
      arrays.writeDoubles(streaming.outputs(), out);
      StringValue.writeString(streaming.label(), out);
      StringValue.writeString(streaming.modelVersion(), out);
    }
    out.writeLong(score.compared());
    out.writeDouble(score.divergence());
  }

  @Override
  WindowScore read(DataInputView in, BulkArrays arrays) throws IOException {
    return new WindowScore(
        StringValue.readString(in),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readDouble(),
        StringValue.readString(in),
        StringValue.readString(in),
        StringValue.readString(in),
        StringValue.readString(in),
        StringValue.readString(in),
        StringValue.readString(in),
        in.readBoolean(),
        arrays.readDoubles(in),
        arrays.readDoubles(in),
        StringValue.readString(in),
        in.readBoolean(),
        in.readBoolean() ? readStreaming(in, arrays) : null,
        in.readLong(),
        in.readDouble());
  }

  private static WindowScore.Streaming readStreaming(DataInputView in, BulkArrays arrays)
      throws IOException {
    return new WindowScore.Streaming(
        in.readLong(),
        arrays.readDoubles(in),
        StringValue.readString(in),
        StringValue.readString(in));
  }

  @Override
  public TypeSerializer<WindowScore> duplicate() {
    return new WindowScoreSerializer();
  }

  /** Snapshot of {@link WindowScoreSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<WindowScore> {
    public Snapshot() {
      super(WindowScoreSerializer::new);
    }
  }
}
