package io.flinkssm.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The stored form of {@link KeyState}, version 2: little-endian, no padding.
 *
 * <pre>
 *   offset  bytes  type  meaning
 *        0      4  u32   magic 0x4B4D5353, the letters SSMK
 *        4      1  u8    format version, 2
 *        5      1  u8    bytes of an element e: 4 for float32, 8 for float64; 4 if no segment is open
 *        6      1  u8    1 if a segment is open, else 0
 *        7      1  u8    number of fingerprints f, 0 … 8
 *        8      8  i64   model id: hash of name, version and digest
 *       16      8  i64   anchor: start of the frame consumed last, µs; −2⁶³ for none
 *       24      8  i64   samples from the anchor to the expected next one
 *       32      8  f64   sampling rate, Hz
 *       40      8  i64   registered timer, ms; −2⁶³ for none
 *       48      8  i64   start of the segment, µs
 *       56      8  f64   what the clock remembers besides, by its kind; 0 if nothing
 *       64      4  i32   as the value before
 *       68     8f  i64   fingerprints of the last frames, oldest first
 *   if a segment is open, from o = 68 + 8f:
 *        o      8  i64   position: samples of the segment so far
 *      o+8      4  i32   label emitted last, −1 for none
 *     o+12      4  i32   channels c
 *     o+16      4  i32   length y of an output
 *     o+20      4  i32   length s of the recurrence
 *     o+24      8  i64   activation of the release in force, µs; −2⁶³ for none
 *     o+32      8  i64   position of the first sample that is retained
 *     o+40     4c  f32   last finite value of each channel
 *              ey        output at the last sample
 *              es        recurrence, in the layout of its model
 * </pre>
 *
 * Version 1 has neither the clock's twelve bytes, so f starts at 56, nor the two fields at o+24, so
 * c starts there; its model id covers the shape too.
 *
 * <p>A newer version gets a new version byte; decoders of older ones stay.
 */
public final class KeyStateFormat {
  /** The version that {@link #encode} writes. */
  public static final int VERSION = 2;

  private static final int MAGIC = 0x4B4D5353;
  private static final int FIXED = 68;
  private static final int SEGMENT = 40;

  private KeyStateFormat() {}

  /** Bytes that {@link #encode} writes. */
  public static int length(KeyState<?> state) {
    int length = FIXED + Long.BYTES * state.ringSize;
    if (state.isOpen()) {
      length +=
          SEGMENT
              + Float.BYTES * state.lastSample.length
              + elementBytes(state) * (elements(state.lastOutput) + elements(state.recurrence));
    }
    return length;
  }

  /** Bytes of the open segment of a key, with a full ring: what a key costs at most. */
  static long maxLength(int elementBytes, int channels, int outputs, int recurrence) {
    return FIXED
        + (long) Long.BYTES * KeyState.RING
        + SEGMENT
        + (long) Float.BYTES * channels
        + (long) elementBytes * ((long) outputs + recurrence);
  }

  /** Writes a state at the buffer's position; sets the buffer's byte order. */
  public static void encode(KeyState<?> state, ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC);
    out.put((byte) VERSION);
    out.put((byte) elementBytes(state));
    out.put((byte) (state.isOpen() ? 1 : 0));
    out.put((byte) state.ringSize);
    out.putLong(state.modelId);
    out.putLong(state.anchorMicros);
    out.putLong(state.sinceAnchor);
    out.putDouble(state.sampleRateHz);
    out.putLong(state.timerMillis());
    out.putLong(state.segmentStartMicros);
    out.putDouble(state.clockValue);
    out.putInt(state.clockCount);
    for (int i = 0; i < state.ringSize; i++) {
      out.putLong(state.ring[i]);
    }
    if (state.isOpen()) {
      out.putLong(state.position);
      out.putInt(state.label);
      out.putInt(state.lastSample.length);
      out.putInt(elements(state.lastOutput));
      out.putInt(elements(state.recurrence));
      out.putLong(state.activatedMicros);
      out.putLong(state.retainedFrom);
      put(state.lastSample, out);
      put(state.lastOutput, out);
      put(state.recurrence, out);
    }
  }

  /**
   * Reads a state from the buffer's position.
   *
   * @throws IllegalArgumentException if these are not the bytes of a state, or of a newer version
   */
  public static KeyState<?> decode(ByteBuffer in) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    int magic = in.getInt();
    if (magic != MAGIC) {
      throw new IllegalArgumentException(
          String.format(
              "stored key state starts with %08x, expected %08x; was it written by this operator?",
              magic, MAGIC));
    }
    int version = in.get();
    if (version < 1 || version > VERSION) {
      throw new IllegalArgumentException(
          "stored key state has format version "
              + version
              + ", this release reads 1 to "
              + VERSION
              + "; restore with the release that wrote it, or a newer one");
    }
    int elementBytes = in.get();
    if (elementBytes != Float.BYTES && elementBytes != Double.BYTES) {
      throw new IllegalArgumentException(
          "stored key state has elements of " + elementBytes + " bytes, expected 4 or 8");
    }
    return elementBytes == Float.BYTES
        ? decode(version, in, new KeyState<float[]>(), KeyStateFormat::floats)
        : decode(version, in, new KeyState<double[]>(), KeyStateFormat::doubles);
  }

  private interface ArrayReader<A> {
    A read(ByteBuffer in, int length);
  }

  private static <A> KeyState<A> decode(
      int version, ByteBuffer in, KeyState<A> state, ArrayReader<A> arrays) {
    boolean open = in.get() != 0;
    int ringSize = in.get();
    if (ringSize < 0 || ringSize > KeyState.RING) {
      throw new IllegalArgumentException(
          "stored key state has " + ringSize + " fingerprints, expected 0 to " + KeyState.RING);
    }
    state.ringSize = ringSize;
    state.modelId = in.getLong();
    state.anchorMicros = in.getLong();
    state.sinceAnchor = in.getLong();
    state.sampleRateHz = in.getDouble();
    state.setTimerMillis(in.getLong());
    state.segmentStartMicros = in.getLong();
    if (version > 1) {
      state.clockValue = in.getDouble();
      state.clockCount = in.getInt();
    }
    for (int i = 0; i < ringSize; i++) {
      state.ring[i] = in.getLong();
    }
    if (open) {
      state.position = in.getLong();
      state.label = in.getInt();
      int channels = in.getInt();
      int outputs = in.getInt();
      int recurrence = in.getInt();
      if (version > 1) {
        state.activatedMicros = in.getLong();
        state.retainedFrom = in.getLong();
      } else {
        state.retainedFrom = state.position;
      }
      state.lastSample = floats(in, channels);
      state.lastOutput = arrays.read(in, outputs);
      state.recurrence = arrays.read(in, recurrence);
    }
    return state;
  }

  private static int elementBytes(KeyState<?> state) {
    return state.recurrence instanceof double[] ? Double.BYTES : Float.BYTES;
  }

  static int elements(Object array) {
    return array instanceof float[] floats ? floats.length : ((double[]) array).length;
  }

  private static void put(Object array, ByteBuffer out) {
    if (array instanceof float[] floats) {
      out.asFloatBuffer().put(floats);
      out.position(out.position() + Float.BYTES * floats.length);
    } else {
      double[] doubles = (double[]) array;
      out.asDoubleBuffer().put(doubles);
      out.position(out.position() + Double.BYTES * doubles.length);
    }
  }

  private static float[] floats(ByteBuffer in, int length) {
    float[] array = new float[checked(in, length, Float.BYTES)];
    in.asFloatBuffer().get(array);
    in.position(in.position() + Float.BYTES * length);
    return array;
  }

  private static double[] doubles(ByteBuffer in, int length) {
    double[] array = new double[checked(in, length, Double.BYTES)];
    in.asDoubleBuffer().get(array);
    in.position(in.position() + Double.BYTES * length);
    return array;
  }

  private static int checked(ByteBuffer in, int length, int elementBytes) {
    if (length < 0 || (long) length * elementBytes > in.remaining()) {
      throw new IllegalArgumentException(
          "stored key state announces an array of "
              + length
              + " elements, but "
              + in.remaining()
              + " bytes are left; the value is damaged");
    }
    return length;
  }
}
