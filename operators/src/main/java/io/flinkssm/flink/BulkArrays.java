package io.flinkssm.flink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Arrays to and from Flink's views in one copy each, little-endian, through a scratch buffer:
 * Flink's own array serializers go element by element. An array is its length as an int, −1 for
 * null, and its elements. Not shareable between threads, so every serializer owns one.
 */
final class BulkArrays {
  private static final int LARGEST_ELEMENT = Double.BYTES;

  private byte[] bytes = new byte[1024];
  private ByteBuffer scratch = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

  /** The scratch buffer with room for {@code length} bytes, cleared and limited to them. */
  ByteBuffer scratch(int length) {
    if (bytes.length < length) {
      bytes = new byte[Math.max(length, (int) Math.min(2L * bytes.length, 1 << 30))];
      scratch = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    return scratch.clear().limit(length);
  }

  /** The array behind the last {@link #scratch}. */
  byte[] bytes() {
    return bytes;
  }

  void writeBytes(byte[] array, DataOutputView out) throws IOException {
    out.writeInt(array == null ? -1 : array.length);
    if (array != null) {
      out.write(array);
    }
  }

  void writeFloats(float[] array, DataOutputView out) throws IOException {
    out.writeInt(array == null ? -1 : array.length);
    if (array != null) {
      ByteBuffer buffer = scratch(Math.multiplyExact(array.length, Float.BYTES));
      buffer.asFloatBuffer().put(array);
      out.write(bytes, 0, buffer.limit());
    }
  }

  void writeDoubles(double[] array, DataOutputView out) throws IOException {
    out.writeInt(array == null ? -1 : array.length);
    if (array != null) {
      ByteBuffer buffer = scratch(Math.multiplyExact(array.length, Double.BYTES));
      buffer.asDoubleBuffer().put(array);
      out.write(bytes, 0, buffer.limit());
    }
  }

  byte[] readBytes(DataInputView in) throws IOException {
    int length = readLength(in);
    if (length < 0) {
      return null;
    }
    byte[] array = new byte[length];
    in.readFully(array);
    return array;
  }

  float[] readFloats(DataInputView in) throws IOException {
    int length = readLength(in);
    if (length < 0) {
      return null;
    }
    ByteBuffer buffer = scratch(length * Float.BYTES);
    in.readFully(bytes, 0, buffer.limit());
    float[] array = new float[length];
    buffer.asFloatBuffer().get(array);
    return array;
  }

  double[] readDoubles(DataInputView in) throws IOException {
    int length = readLength(in);
    if (length < 0) {
      return null;
    }
    ByteBuffer buffer = scratch(length * Double.BYTES);
    in.readFully(bytes, 0, buffer.limit());
    double[] array = new double[length];
    buffer.asDoubleBuffer().get(array);
    return array;
  }

  private static int readLength(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length < -1 || length > Integer.MAX_VALUE / LARGEST_ELEMENT) {
      throw new IOException("array announces " + length + " elements; the stream is damaged");
    }
    return length;
  }
}
