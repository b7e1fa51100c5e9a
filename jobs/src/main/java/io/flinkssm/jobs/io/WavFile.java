package io.flinkssm.jobs.io;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * Reads WAV recordings: PCM of 8, 16, 24 or 32 bits, or 32-bit float, any number of channels.
 *
 * <p>Values are in units of 16-bit PCM whatever the file's depth, so that one recording saved at
 * two depths gives one model the same numbers: full scale is ±32768.
 */
public final class WavFile {

  private static final double FULL_SCALE = 32768;

  private WavFile() {}

  /**
   * Reads a file; the signal is named after it, without its ending.
   *
   * @throws IOException naming the file and the cause if it is not a WAV file that can be read
   */
  public static Signal read(Path file) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        AudioInputStream audio = AudioSystem.getAudioInputStream(raw)) {
      AudioFormat format = audio.getFormat();
      int bytes = checkedSampleBytes(file, format);
      byte[] data = audio.readAllBytes();
      int channels = format.getChannels();
      float[] samples = new float[data.length / (bytes * channels) * channels];
      if (samples.length == 0) {
        throw new IOException(file + ": no samples; expected at least one");
      }
      decode(data, format, bytes, samples);
      return new Signal(FileNames.stem(file), format.getSampleRate(), channels, samples);
    } catch (UnsupportedAudioFileException e) {
      throw new IOException(
          file + ": not a WAV file that can be read (" + e.getMessage() + "); expected PCM", e);
    }
  }

  private static int checkedSampleBytes(Path file, AudioFormat format) throws IOException {
    AudioFormat.Encoding encoding = format.getEncoding();
    int bits = format.getSampleSizeInBits();
    boolean pcm =
        encoding.equals(AudioFormat.Encoding.PCM_SIGNED)
            || encoding.equals(AudioFormat.Encoding.PCM_UNSIGNED);
    boolean supported =
        (pcm && bits % 8 == 0 && bits >= 8 && bits <= 32)
            || (encoding.equals(AudioFormat.Encoding.PCM_FLOAT) && bits == 32);
    if (!supported) {
      throw new IOException(
          file
              + ": encoding "
              + format
              + " is not supported; convert it to 16-bit PCM, for example with"
              + " `ffmpeg -i in.wav -c:a pcm_s16le out.wav`");
    }
    return bits / 8;
  }

  private static void decode(byte[] data, AudioFormat format, int bytes, float[] samples) {
    ByteBuffer buffer =
        ByteBuffer.wrap(data)
            .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean isFloat = format.getEncoding().equals(AudioFormat.Encoding.PCM_FLOAT);
    boolean unsigned = format.getEncoding().equals(AudioFormat.Encoding.PCM_UNSIGNED);
    double unit = FULL_SCALE / Math.scalb(1.0, 8 * bytes - 1);
    for (int i = 0; i < samples.length; i++) {
      if (isFloat) {
        samples[i] = (float) (buffer.getFloat(i * bytes) * FULL_SCALE);
      } else {
        long value = integer(data, i * bytes, bytes, format.isBigEndian());
        long centred = unsigned ? value - (1L << (8 * bytes - 1)) : signExtend(value, bytes);
        samples[i] = (float) (centred * unit);
      }
    }
  }

  private static long integer(byte[] data, int offset, int bytes, boolean bigEndian) {
    long value = 0;
    for (int b = 0; b < bytes; b++) {
      int at = bigEndian ? offset + b : offset + bytes - 1 - b;
      value = value << 8 | (data[at] & 0xff);
    }
    return value;
  }

  private static long signExtend(long value, int bytes) {
    int shift = 64 - 8 * bytes;
    return value << shift >> shift;
  }
}
