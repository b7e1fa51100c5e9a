package io.flinkssm.stream;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes in which samples travel, and the numbers that models take.
 *
 * <p>Audio comes out in units of 16-bit PCM whatever its coding: full scale is ±32768, so that one
 * recording in two codings gives one model the same numbers but for what a coding has lost.
 * Channels stay interleaved.
 */
public final class SampleFormat {

  private static final double FULL_SCALE = 32768;
  private static final float[] MULAW = new float[256];
  private static final float[] ALAW = new float[256];

  static {
    for (int code = 0; code < 256; code++) {
      MULAW[code] = mulaw(code);
      ALAW[code] = alaw(code);
    }
  }

  private SampleFormat() {}

  /**
   * Integer PCM.
   *
   * @param width bytes of a sample, 1 … 4
   * @param signed whether silence is 0; it is half the range otherwise, as in 8-bit WAV files
   * @return one value a sample, ±32768 at full scale
   * @throws IllegalArgumentException if a sample is cut
   */
  public static float[] pcm(byte[] bytes, int width, boolean bigEndian, boolean signed) {
    float[] samples = new float[count(bytes, width, 8 * width + "-bit PCM")];
    int unused = 64 - 8 * width;
    long silence = signed ? 0 : 1L << (8 * width - 1);
    double unit = FULL_SCALE / Math.scalb(1.0, 8 * width - 1);
    for (int i = 0; i < samples.length; i++) {
      long value = 0;
      for (int b = 0; b < width; b++) {
        int at = bigEndian ? i * width + b : (i + 1) * width - 1 - b;
        value = value << 8 | (bytes[at] & 0xff);
      }
      long centred = signed ? value << unused >> unused : value - silence;
      samples[i] = (float) (centred * unit);
    }
    return samples;
  }

  /**
   * Floating-point samples of 32 bits, as they are.
   *
   * @throws IllegalArgumentException if a sample is cut
   */
  public static float[] float32(byte[] bytes, boolean bigEndian) {
    float[] samples = new float[count(bytes, Float.BYTES, "32-bit float")];
    ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer.wrap(bytes).order(order).asFloatBuffer().get(samples);
    return samples;
  }

  /** μ-law of ITU-T G.711, one byte a sample; the largest value is ±32124. */
  public static float[] mulaw(byte[] bytes) {
    return decode(bytes, MULAW);
  }

  /** A-law of ITU-T G.711, one byte a sample; the largest value is ±32256. */
  public static float[] alaw(byte[] bytes) {
    return decode(bytes, ALAW);
  }

  private static float[] decode(byte[] bytes, float[] table) {
    float[] samples = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      samples[i] = table[bytes[i] & 0xff];
    }
    return samples;
  }

  /** 14 bits, of which a 16-bit sample leaves the two lowest 0. */
  private static int mulaw(int code) {
    int bits = ~code;
    int size = ((((bits & 0xf) << 3) + 0x84) << (bits >> 4 & 7)) - 0x84;
    return (bits & 0x80) == 0 ? size : -size;
  }

  /** 13 bits, in the middle of their interval of 16-bit samples. */
  private static int alaw(int code) {
    int bits = code ^ 0x55;
    int exponent = bits >> 4 & 7;
    int mantissa = ((bits & 0xf) << 4) + 8;
    int size = exponent == 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
    return (bits & 0x80) == 0 ? -size : size;
  }

  private static int count(byte[] bytes, int width, String format) {
    if (bytes.length % width != 0) {
      throw new IllegalArgumentException(
          "%d bytes of %s, expected a multiple of %d: the last sample is cut, or the samples are in another format"
              .formatted(bytes.length, format, width));
    }
    return bytes.length / width;
  }
}
