package io.flinkssm.jobs.kafka;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Decodes Avro binary from a byte array of unknown honesty. No length is believed that exceeds the
 * bytes that follow, so a record of n bytes makes its reader allocate O(n), whatever it claims.
 * Every failure is an {@link IOException} that says where.
 */
final class ByteArrayDecoder extends Decoder {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  private static final char REPLACEMENT = '\uFFFD';

  private byte[] bytes = new byte[0];
  private int position;

  /** Starts over with these bytes, from {@code offset} to their end. */
  ByteArrayDecoder reset(byte[] newBytes, int offset) {
    bytes = newBytes;
    position = offset;
    return this;
  }

  /** Bytes not read yet. */
  int remaining() {
    return bytes.length - position;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    int b = bytes[take(1)];
    if (b != 0 && b != 1) {
      throw new IOException("boolean at byte " + (position - 1) + " is " + b + ", not 0 or 1");
    }
    return b == 1;
  }

  @Override
  public int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new IOException("int before byte " + position + " is " + value + ", out of range");
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes[take(1)];
      zigzag |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new IOException("number before byte " + position + " is longer than 10 bytes");
  }

  @Override
  public float readFloat() throws IOException {
    return (float) FLOAT.get(bytes, take(Float.BYTES));
  }

  @Override
  public double readDouble() throws IOException {
    return (double) DOUBLE.get(bytes, take(Double.BYTES));
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    int length = length();
    int from = take(length);
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    // Malformed bytes become the replacement character: two broken keys would look like one.
    if (text.indexOf(REPLACEMENT) >= 0
        && !Arrays.equals(
            text.getBytes(StandardCharsets.UTF_8),
            Arrays.copyOfRange(bytes, from, from + length))) {
      throw new IOException("string at byte " + from + " is not valid UTF-8");
    }
    return text;
  }

  @Override
  public void skipString() throws IOException {
    skipBytes();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    int length = length();
    int from = take(length);
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, from + length));
  }

  @Override
  public void skipBytes() throws IOException {
    take(length());
  }

  @Override
  public void readFixed(byte[] target, int start, int length) throws IOException {
    System.arraycopy(bytes, take(length), target, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    take(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return blockCount();
  }

  @Override
  public long arrayNext() throws IOException {
    return blockCount();
  }

  @Override
  public long skipArray() throws IOException {
    return skipSizedBlocks();
  }

  @Override
  public long readMapStart() throws IOException {
    return blockCount();
  }

  @Override
  public long mapNext() throws IOException {
    return blockCount();
  }

  @Override
  public long skipMap() throws IOException {
    return skipSizedBlocks();
  }

  /** Items of the next block; a negative count is followed by the block's size in bytes. */
  private long blockCount() throws IOException {
    long count = readLong();
    if (count < 0) {
      length();
      count = -count;
    }
    return checkCount(count);
  }

  /** Skips blocks that say their size; returns the items of the first that does not. */
  private long skipSizedBlocks() throws IOException {
    long count;
    while ((count = readLong()) < 0) {
      take(length());
    }
    return checkCount(count);
  }

  private long checkCount(long count) throws IOException {
    // An item takes at least one byte, except for types without content, which nobody sends.
    if (count < 0 || count > remaining()) {
      throw new EOFException(
          "block of %d items before byte %d, but %d bytes follow"
              .formatted(count, position, remaining()));
    }
    return count;
  }

  private int length() throws IOException {
    long length = readLong();
    if (length < 0 || length > remaining()) {
      throw new EOFException(
          "length %d before byte %d, but %d bytes follow".formatted(length, position, remaining()));
    }
    return (int) length;
  }

  /** Moves on by {@code length} bytes and returns where they start. */
  private int take(int length) throws IOException {
    if (length > bytes.length - position) {
      throw new EOFException(
          "record ends at byte %d, %d bytes needed from byte %d"
              .formatted(bytes.length, length, position));
    }
    int from = position;
    position += length;
    return from;
  }
}
