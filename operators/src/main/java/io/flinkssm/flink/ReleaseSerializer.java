package io.flinkssm.flink;

import io.flinkssm.stream.Release;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Serializes {@link Release}s, state policies by name. */
public final class ReleaseSerializer extends RecordSerializer<Release> {

  public ReleaseSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(Release release, DataOutputView out, BulkArrays arrays) throws IOException {
    StringValue.writeString(release.name(), out);
    StringValue.writeString(release.version(), out);
    StringValue.writeString(release.uri(), out);
    StringValue.writeString(release.sha256(), out);
    out.writeLong(release.activateAtMicros());
    StringValue.writeString(release.statePolicy().name(), out);
    out.writeLong(release.sequence());
  }

  @Override
  Release read(DataInputView in, BulkArrays arrays) throws IOException {
    return new Release(
        StringValue.readString(in),
        StringValue.readString(in),
        StringValue.readString(in),
        StringValue.readString(in),
        in.readLong(),
        Release.StatePolicy.valueOf(StringValue.readString(in)),
        in.readLong());
  }

  @Override
  public TypeSerializer<Release> duplicate() {
    return new ReleaseSerializer();
  }

  /** Snapshot of {@link ReleaseSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Release> {
    public Snapshot() {
      super(ReleaseSerializer::new);
    }
  }
}
