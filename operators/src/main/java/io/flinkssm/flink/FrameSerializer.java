package io.flinkssm.flink;

import io.flinkssm.stream.Frame;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Serializes {@link Frame}s; a frame without key or samples survives, to be rejected later. */
public final class FrameSerializer extends RecordSerializer<Frame> {

  public FrameSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(Frame frame, DataOutputView out, BulkArrays arrays) throws IOException {
    StringValue.writeString(frame.key(), out);
    out.writeLong(frame.startMicros());
    out.writeDouble(frame.sampleRateHz());
    out.writeInt(frame.channels());
    out.writeBoolean(frame.endOfSegment());
    writeOrigin(frame.origin(), out);
    arrays.writeFloats(frame.samples(), out);
  }

  @Override
  Frame read(DataInputView in, BulkArrays arrays) throws IOException {
    String key = StringValue.readString(in);
    long startMicros = in.readLong();
    double sampleRateHz = in.readDouble();
    int channels = in.readInt();
    boolean endOfSegment = in.readBoolean();
    Frame.Origin origin = readOrigin(in);
    return new Frame(
        key, startMicros, sampleRateHz, channels, arrays.readFloats(in), endOfSegment, origin);
  }

  static void writeOrigin(Frame.Origin origin, DataOutputView out) throws IOException {
    StringValue.writeString(origin.topic(), out);
    out.writeInt(origin.partition());
    out.writeLong(origin.offset());
  }

  static Frame.Origin readOrigin(DataInputView in) throws IOException {
    return new Frame.Origin(StringValue.readString(in), in.readInt(), in.readLong());
  }

  @Override
  public TypeSerializer<Frame> duplicate() {
    return new FrameSerializer();
  }

  /** Snapshot of {@link FrameSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Frame> {
    public Snapshot() {
      super(FrameSerializer::new);
    }
  }
}
