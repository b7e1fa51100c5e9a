package io.flinkssm.flink;

import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.KeyStateFormat;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What a savepoint remembers of {@link KeyStateSerializer}: the newest format version its values
 * may have, as an i32. Older values are compatible as they are, because each carries its own
 * version; newer ones cannot be read.
 */
public final class KeyStateSerializerSnapshot implements TypeSerializerSnapshot<KeyState<?>> {
  private int formatVersion = KeyStateFormat.VERSION;

  /** For Flink. */
  public KeyStateSerializerSnapshot() {}

  @Override
  public int getCurrentVersion() {
    return 1;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.writeInt(formatVersion);
  }

  @Override
  public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
      throws IOException {
    if (readVersion != 1) {
      throw new IOException(
          "serializer snapshot has version "
              + readVersion
              + ", this release reads 1; restore with the release that wrote it, or a newer one");
    }
    formatVersion = in.readInt();
  }

  @Override
  public TypeSerializer<KeyState<?>> restoreSerializer() {
    return new KeyStateSerializer();
  }

  @Override
  public TypeSerializerSchemaCompatibility<KeyState<?>> resolveSchemaCompatibility(
      TypeSerializerSnapshot<KeyState<?>> old) {
    return old instanceof KeyStateSerializerSnapshot that && that.formatVersion <= formatVersion
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }
}
