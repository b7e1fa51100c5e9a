package io.flinkssm.jobs.io;

import io.flinkssm.stream.SampleFormat;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * A WAV recording, read from its beginning to its end: PCM of 8, 16, 24 or 32 bits, or 32-bit
 * float, any number of channels, any length.
 *
 * <p>Values are in units of 16-bit PCM whatever the file's depth, so that one recording saved at
 * two depths gives one model the same numbers: full scale is ±32768.
 */
public final class WavFile implements Closeable {

  private static final float FULL_SCALE = 32768;

  /** Bytes before the samples of the plainest WAV file. */
  private static final int HEADER_BYTES = 44;

  private final Path file;
  private final AudioInputStream audio;
  private final int sampleBytes;

  private WavFile(Path file, AudioInputStream audio) throws IOException {
    this.file = file;
    this.audio = audio;
    this.sampleBytes = checkedSampleBytes(file, audio.getFormat());
    long room = (Files.size(file) - HEADER_BYTES) / frameBytes();
    if (length() == 0) {
      throw new IOException(file + ": no samples; expected at least one");
    }
    if (length() > room) {
      throw cutOff(room);
    }
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws IOException naming the file and the cause if it is not a WAV file that can be read, or
   *     is shorter than its header says
   */
  public static WavFile open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file));
    try {
      return new WavFile(file, AudioSystem.getAudioInputStream(raw));
    } catch (UnsupportedAudioFileException e) {
      raw.close();
      throw new IOException(file + ": not a WAV file that can be read; expected PCM", e);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Reads a whole file; the signal is named after it, without its ending. */
  public static Signal read(Path file) throws IOException {
    try (WavFile wav = open(file)) {
      float[] samples = wav.next(Math.toIntExact(wav.length()));
      return new Signal(FileNames.stem(file), wav.sampleRateHz(), wav.channels(), samples);
    }
  }

  /** Sampling rate in Hz. */
  public double sampleRateHz() {
    return audio.getFormat().getSampleRate();
  }

  /** Values per sample. */
  public int channels() {
    return audio.getFormat().getChannels();
  }

  /** Samples per channel in the whole file. */
  public long length() {
    return audio.getFrameLength();
  }

  /** The next samples, {@code [count][channels]}; fewer at the end of the file, none after it. */
  public float[] next(int count) throws IOException {
    return decode(audio.readNBytes(Math.toIntExact(count * frameBytes())));
  }

  private long frameBytes() {
    return (long) sampleBytes * channels();
  }

  @Override
  public void close() throws IOException {
    audio.close();
  }

  private IOException cutOff(long room) {
    return new IOException(
        file
            + ": its header says "
            + length()
            + " samples, but the file has room for "
            + room
            + ": copy it again, or keep what is there with `ffmpeg -i in.wav out.wav`");
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

  /** Floats have full scale 1. */
  private float[] decode(byte[] data) {
    AudioFormat format = audio.getFormat();
    if (!format.getEncoding().equals(AudioFormat.Encoding.PCM_FLOAT)) {
      boolean signed = format.getEncoding().equals(AudioFormat.Encoding.PCM_SIGNED);
      return SampleFormat.pcm(data, sampleBytes, format.isBigEndian(), signed);
    }
    float[] samples = SampleFormat.float32(data, format.isBigEndian());
    for (int i = 0; i < samples.length; i++) {
      samples[i] *= FULL_SCALE;
    }
    return samples;
  }
}
