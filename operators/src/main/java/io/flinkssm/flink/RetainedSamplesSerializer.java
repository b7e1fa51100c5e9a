package io.flinkssm.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link RetainedSamples}. */
final class RetainedSamplesSerializer extends RecordSerializer<RetainedSamples> {
  private static final long serialVersionUID = 1L;

  RetainedSamplesSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(RetainedSamples value, DataOutputView out, BulkArrays arrays) throws IOException {
    out.writeInt(value.oldest());
    out.writeInt(value.rates().length);
    for (int i = 0; i < value.rates().length; i++) {
      out.writeLong(value.positions()[i]);
      out.writeDouble(value.rates()[i]);
      out.writeInt(value.lengths()[i]);
    }
    arrays.writeFloats(value.samples(), out);
  }

  @Override
  RetainedSamples read(DataInputView in, BulkArrays arrays) throws IOException {
    int oldest = in.readInt();
    int runs = in.readInt();
    long[] positions = new long[runs];
    double[] rates = new double[runs];
    int[] lengths = new int[runs];
    for (int i = 0; i < runs; i++) {
      positions[i] = in.readLong();
      rates[i] = in.readDouble();
      lengths[i] = in.readInt();
    }
    return new RetainedSamples(oldest, positions, rates, lengths, arrays.readFloats(in));
  }

  @Override
  public TypeSerializer<RetainedSamples> duplicate() {
    return new RetainedSamplesSerializer();
  }

  /** Snapshot of {@link RetainedSamplesSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RetainedSamples> {
    public Snapshot() {
      super(RetainedSamplesSerializer::new);
    }
  }
}
