package io.flinkssm.flink;

import io.flinkssm.model.KernelSummary;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** Serializes {@link KernelSummary}s. */
public final class KernelSummarySerializer extends RecordSerializer<KernelSummary> {

  public KernelSummarySerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(KernelSummary summary, DataOutputView out, BulkArrays arrays) throws IOException {
    StringValue.writeString(summary.model(), out);
    StringValue.writeString(summary.modelVersion(), out);
    StringValue.writeString(summary.layer(), out);
    out.writeDouble(summary.sampleRateHz());
    out.writeInt(summary.taps());
    out.writeDouble(summary.secondsPerTap());
    out.writeInt(summary.channels());
    out.writeInt(summary.modes());
    out.writeDouble(summary.meanGain());
    out.writeDouble(summary.largestGain());
    out.writeDouble(summary.memorySeconds());
    out.writeDouble(summary.slowestSeconds());
    out.writeDouble(summary.fastestSeconds());
    out.writeDouble(summary.highestHz());
    out.writeInt(summary.aliasedModes());
    out.writeDouble(summary.condition());
    out.writeInt(summary.strongestChannel());
    out.writeDouble(summary.secondsPerPoint());
    arrays.writeDoubles(summary.rms(), out);
    arrays.writeDoubles(summary.strongest(), out);
  }

  @Override
  KernelSummary read(DataInputView in, BulkArrays arrays) throws IOException {
    return new KernelSummary(
        StringValue.readString(in),
        StringValue.readString(in),
        StringValue.readString(in),
        in.readDouble(),
        in.readInt(),
        in.readDouble(),
        in.readInt(),
        in.readInt(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readInt(),
        in.readDouble(),
        in.readInt(),
        in.readDouble(),
        arrays.readDoubles(in),
        arrays.readDoubles(in));
  }

  @Override
  public TypeSerializer<KernelSummary> duplicate() {
    return new KernelSummarySerializer();
  }

  /** Snapshot of {@link KernelSummarySerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<KernelSummary> {
    public Snapshot() {
      super(KernelSummarySerializer::new);
    }
  }
}
