package io.flinkssm.flink;

import io.flinkssm.stream.Rejection;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Serializes {@link Rejection}s, reasons by name. */
public final class RejectionSerializer extends RecordSerializer<Rejection> {

  public RejectionSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(Rejection rejection, DataOutputView out, BulkArrays arrays) throws IOException {
    StringValue.writeString(rejection.reason().name(), out);
    StringValue.writeString(rejection.message(), out);
    StringValue.writeString(rejection.key(), out);
    FrameSerializer.writeOrigin(rejection.origin(), out);
    out.writeLong(rejection.timeMicros());
    arrays.writeBytes(rejection.payload(), out);
  }

  @Override
  Rejection read(DataInputView in, BulkArrays arrays) throws IOException {
    return new Rejection(
        Rejection.Reason.valueOf(StringValue.readString(in)),
        StringValue.readString(in),
        StringValue.readString(in),
        FrameSerializer.readOrigin(in),
        in.readLong(),
        arrays.readBytes(in));
  }

  @Override
  public TypeSerializer<Rejection> duplicate() {
    return new RejectionSerializer();
  }

  /** Snapshot of {@link RejectionSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Rejection> {
    public Snapshot() {
      super(RejectionSerializer::new);
    }
  }
}
