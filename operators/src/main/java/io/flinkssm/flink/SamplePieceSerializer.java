package io.flinkssm.flink;

import io.flinkssm.stream.SamplePiece;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link SamplePiece}s. */
public final class SamplePieceSerializer extends RecordSerializer<SamplePiece> {

  public SamplePieceSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(SamplePiece piece, DataOutputView out, BulkArrays arrays) throws IOException {
    out.writeDouble(piece.sampleRateHz());
    out.writeLong(piece.anchorMicros());
    out.writeLong(piece.sinceAnchor());
    out.writeInt(piece.channels());
    arrays.writeFloats(piece.samples(), out);
  }

  @Override
  SamplePiece read(DataInputView in, BulkArrays arrays) throws IOException {
    return new SamplePiece(
        in.readDouble(), in.readLong(), in.readLong(), in.readInt(), arrays.readFloats(in));
  }

  @Override
  public TypeSerializer<SamplePiece> duplicate() {
    return new SamplePieceSerializer();
  }

  /** Snapshot of {@link SamplePieceSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<SamplePiece> {
    public Snapshot() {
      super(SamplePieceSerializer::new);
    }
  }
}
