package io.flinkssm.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WavFileTest {

  /** Full scale, both ends, and small values, in units of 16-bit PCM. */
  private static final int[] VALUES = {0, 256, -256, 32512, -32768, 12800, -1024};

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 32})
  void readsEveryIntegerDepthInTheSameUnits(int bits) throws IOException {
    int bytes = bits / 8;
    byte[] data = new byte[VALUES.length * bytes];
    for (int i = 0; i < VALUES.length; i++) {
      long scaled = bits == 8 ? (VALUES[i] >> 8) + 128 : (long) VALUES[i] << (bits - 16);
      for (int b = 0; b < bytes; b++) {
        data[i * bytes + b] = (byte) (scaled >> (8 * b));
      }
    }
    Path file = write("tone.wav", new AudioFormat(8000, bits, 1, bits > 8, false), data);

    Signal signal = WavFile.read(file);

    assertThat(signal.name()).isEqualTo("tone");
    assertThat(signal.sampleRateHz()).isEqualTo(8000);
    assertThat(signal.channels()).isEqualTo(1);
    assertThat(signal.samples()).containsExactly(0, 256, -256, 32512, -32768, 12800, -1024);
  }

  @Test
  void readsFloatAndKeepsChannelsInterleaved() throws IOException {
    float[] values = {0.5f, -0.25f, 1f, -1f, 0f, 0.125f};
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    AudioFormat format =
        new AudioFormat(AudioFormat.Encoding.PCM_FLOAT, 11025, 32, 2, 8, 11025, false);

    Signal signal = WavFile.read(write("stereo.wav", format, data.array()));

    assertThat(signal.channels()).isEqualTo(2);
    assertThat(signal.length()).isEqualTo(3);
    assertThat(signal.samples()).containsExactly(16384, -8192, 32768, -32768, 0, 4096);
    assertThat(signal.seconds()).isCloseTo(3 / 11025.0, within(1e-12));
  }

  @Test
  void namesTheFileThatIsNotAWav() throws IOException {
    Path file = Files.writeString(dir.resolve("notes.wav"), "these are no samples at all");

    assertThatThrownBy(() -> WavFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("notes.wav")
        .hasMessageContaining("not a WAV file");
  }

  @Test
  void refusesWhatItCannotDecodeAndSaysHowToConvert() throws IOException {
    AudioFormat mulaw = new AudioFormat(AudioFormat.Encoding.ULAW, 8000, 8, 1, 1, 8000, false);
    Path file = write("phone.wav", mulaw, new byte[13]);

    assertThatThrownBy(() -> WavFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ULAW")
        .hasMessageContaining("pcm_s16le");
  }

  @Test
  void refusesAFileWithoutSamples() throws IOException {
    Path file = write("silent.wav", new AudioFormat(8000, 16, 1, true, false), new byte[0]);

    assertThatThrownBy(() -> WavFile.read(file)).hasMessageContaining("no samples");
  }

  @Test
  void readsALongFileInParts() throws IOException {
    byte[] data = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0};
    Path file = write("long.wav", new AudioFormat(8000, 16, 1, true, false), data);

    try (WavFile wav = WavFile.open(file)) {
      assertThat(wav.length()).isEqualTo(7);
      assertThat(wav.next(3)).containsExactly(1, 2, 3);
      assertThat(wav.next(3)).containsExactly(4, 5, 6);
      assertThat(wav.next(3)).containsExactly(7);
      assertThat(wav.next(3)).isEmpty();
    }
  }

  @Test
  void refusesAFileThatIsShorterThanItsHeaderSays() throws IOException {
    Path whole = write("whole.wav", new AudioFormat(8000, 16, 1, true, false), new byte[26]);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(dir.resolve("cut.wav"), Arrays.copyOf(bytes, bytes.length - 6));

    assertThatThrownBy(() -> WavFile.open(cut))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("cut.wav", "13 samples", "room for 10");
  }

  private Path write(String name, AudioFormat format, byte[] data) throws IOException {
    Path file = dir.resolve(name);
    AudioInputStream audio =
        new AudioInputStream(
            new ByteArrayInputStream(data), format, data.length / format.getFrameSize());
    AudioSystem.write(audio, AudioFileFormat.Type.WAVE, file.toFile());
    return file;
  }
}
