package io.flinkssm.flink;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.stream.Score;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Serializes {@link Score}s. */
public final class ScoreSerializer extends RecordSerializer<Score> {

  public ScoreSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(Score score, DataOutputView out, BulkArrays arrays) throws IOException {
    StringValue.writeString(score.key(), out);
    out.writeLong(score.segmentStartMicros());
    out.writeLong(score.position());
    out.writeLong(score.timeMicros());
    out.writeDouble(score.sampleRateHz());
    StringValue.writeString(score.model(), out);
    StringValue.writeString(score.modelVersion(), out);
    StringValue.writeString(score.task(), out);
    arrays.writeDoubles(score.outputs(), out);
    arrays.writeDoubles(score.probabilities(), out);
    StringValue.writeString(score.label(), out);
    out.writeBoolean(score.endOfSegment());
    arrays.writeDoubles(score.anomaly() == null ? null : score.anomaly().outputs(), out);
  }

  @Override
  Score read(DataInputView in, BulkArrays arrays) throws IOException {
    return new Score(
        StringValue.readString(in),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readDouble(),
        StringValue.readString(in),
        StringValue.readString(in),
        StringValue.readString(in),
        arrays.readDoubles(in),
        arrays.readDoubles(in),
        StringValue.readString(in),
        in.readBoolean(),
        anomaly(arrays.readDoubles(in)));
  }

  private static Anomaly anomaly(double[] outputs) {
    return outputs == null ? null : Anomaly.of(outputs);
  }

  @Override
  public TypeSerializer<Score> duplicate() {
    return new ScoreSerializer();
  }

  /** Snapshot of {@link ScoreSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Score> {
    public Snapshot() {
      super(ScoreSerializer::new);
    }
  }
}
