package io.flinkssm.flink;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What the serializers of frames, scores, rejected records and releases share. The records are
 * immutable, their arrays by agreement, so that copies are the value itself. Every value starts
 * with a version byte.
 */
abstract class RecordSerializer<T> extends TypeSerializer<T> {
  private static final int VERSION = 1;

  private final Supplier<? extends TypeSerializerSnapshot<T>> snapshot;
  private transient BulkArrays arrays;

  RecordSerializer(SerializableSupplier<? extends TypeSerializerSnapshot<T>> snapshot) {
    this.snapshot = snapshot;
  }

  interface SerializableSupplier<T> extends Supplier<T>, java.io.Serializable {}

  abstract void write(T value, DataOutputView out, BulkArrays arrays) throws IOException;

  abstract T read(DataInputView in, BulkArrays arrays) throws IOException;

  private BulkArrays arrays() {
    if (arrays == null) {
      arrays = new BulkArrays();
    }
    return arrays;
  }

  @Override
  public void serialize(T value, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    write(value, out, arrays());
  }

  @Override
  public T deserialize(DataInputView in) throws IOException {
    int version = in.readByte();
    if (version != VERSION) {
      throw new IOException(
          getClass().getSimpleName()
              + " reads format version 1 to "
              + VERSION
              + ", found "
              + version
              + "; restore with the release that wrote it, or a newer one");
    }
    return read(in, arrays());
  }

  @Override
  public T deserialize(T reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  @Override
  public T copy(T from) {
    return from;
  }

  @Override
  public T copy(T from, T reuse) {
    return from;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public T createInstance() {
    return null;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializerSnapshot<T> snapshotConfiguration() {
    return snapshot.get();
  }

  @Override
  public boolean equals(Object other) {
    return getClass().isInstance(other);
  }

  @Override
  public int hashCode() {
    return getClass().hashCode();
  }
}
