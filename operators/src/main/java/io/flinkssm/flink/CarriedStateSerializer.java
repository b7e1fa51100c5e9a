package io.flinkssm.flink;

import io.flinkssm.stream.CarriedState;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes {@link CarriedState}s of either precision. */
public final class CarriedStateSerializer extends RecordSerializer<CarriedState> {

  public CarriedStateSerializer() {
    super(Snapshot::new);
  }

  @Override
  void write(CarriedState carried, DataOutputView out, BulkArrays arrays) throws IOException {
    out.writeLong(carried.modelId());
    out.writeLong(carried.index());
    boolean floats = carried.state() instanceof float[];
    out.writeBoolean(floats);
    if (floats) {
      arrays.writeFloats((float[]) carried.state(), out);
    } else {
      arrays.writeDoubles((double[]) carried.state(), out);
    }
  }

  @Override
  CarriedState read(DataInputView in, BulkArrays arrays) throws IOException {
    long modelId = in.readLong();
    long index = in.readLong();
    boolean floats = in.readBoolean();
    return new CarriedState(
        modelId, index, floats ? arrays.readFloats(in) : arrays.readDoubles(in));
  }

  @Override
  public TypeSerializer<CarriedState> duplicate() {
    return new CarriedStateSerializer();
  }

  /** Snapshot of {@link CarriedStateSerializer}; the version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<CarriedState> {
    public Snapshot() {
      super(CarriedStateSerializer::new);
    }
  }
}
