package io.flinkssm.flink;

import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.KeyStateFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Stores the state of a key as one packed value: its length (big-endian i32), then the bytes that
 * {@link KeyStateFormat} draws. All arrays move in bulk through one scratch buffer.
 *
 * <p>The precision is in each value, so a job may change it: values written before are read as they
 * are and converted when their key is scored next. The format version is in each value too, so old
 * values are read for good and rewritten one by one.
 */
public final class KeyStateSerializer extends TypeSerializer<KeyState<?>> {
  private transient BulkArrays arrays;

  private ByteBuffer scratch(int bytes) {
    if (arrays == null) {
      arrays = new BulkArrays();
    }
    return arrays.scratch(bytes);
  }

  @Override
  public void serialize(KeyState<?> state, DataOutputView out) throws IOException {
    int length = KeyStateFormat.length(state);
    ByteBuffer buffer = scratch(length);
    KeyStateFormat.encode(state, buffer);
    out.writeInt(length);
    out.write(arrays.bytes(), 0, length);
  }

  @Override
  public KeyState<?> deserialize(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("stored key state announces " + length + " bytes; it is damaged");
    }
    ByteBuffer buffer = scratch(length);
    in.readFully(arrays.bytes(), 0, length);
    return KeyStateFormat.decode(buffer);
  }

  @Override
  public KeyState<?> deserialize(KeyState<?> reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public KeyState<?> copy(KeyState<?> from) {
    return from.copy();
  }

  @Override
  public KeyState<?> copy(KeyState<?> from, KeyState<?> reuse) {
    return from.copy();
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    int length = in.readInt();
    out.writeInt(length);
    out.write(in, length);
  }

  /** A serializer with a scratch buffer of its own. */
  @Override
  public TypeSerializer<KeyState<?>> duplicate() {
    return new KeyStateSerializer();
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public KeyState<?> createInstance() {
    return new KeyState<float[]>();
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializerSnapshot<KeyState<?>> snapshotConfiguration() {
    return new KeyStateSerializerSnapshot();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyStateSerializer;
  }

  @Override
  public int hashCode() {
    return KeyStateSerializer.class.hashCode();
  }
}
