package io.flinkssm.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleFormatTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsEverySixteenBitValueInEitherByteOrder(boolean bigEndian) {
    ByteBuffer bytes =
        ByteBuffer.allocate(2 << 16)
            .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    float[] expected = new float[1 << 16];
    for (int value = -32768; value < 32768; value++) {
      bytes.putShort((short) value);
      expected[value + 32768] = value;
    }

    assertThat(SampleFormat.pcm(bytes.array(), 2, bigEndian, true)).containsExactly(expected);
  }

  @Test
  void readsOtherDepthsInUnitsOfSixteenBits() {
    byte[] three = {0, 0, (byte) 0x80, (byte) 0xff, (byte) 0xff, 0x7f, (byte) 0x80, 0, 0};

    assertThat(SampleFormat.pcm(three, 3, false, true))
        .containsExactly(-32768f, (float) (8388607 / 256.0), 0.5f);
    assertThat(SampleFormat.pcm(new byte[] {0, (byte) 0x80, (byte) 0xff}, 1, false, false))
        .containsExactly(-32768, 0, 32512);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsFloatsAsTheyAre(boolean bigEndian) {
    float[] values = {0.5f, -1e9f, Float.MIN_VALUE, Float.NaN};
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes
        .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .put(values);

    assertThat(SampleFormat.float32(bytes.array(), bigEndian)).containsExactly(values);
  }

  /** The decoder of the JDK is the independent one. */
  @Test
  void decodesAllCodesOfTelephonyLikeTheJdk() throws IOException {
    byte[] codes = new byte[256];
    for (int i = 0; i < 256; i++) {
      codes[i] = (byte) i;
    }

    assertThat(SampleFormat.mulaw(codes)).containsExactly(decodedByJdk(Encoding.ULAW, codes));
    assertThat(SampleFormat.alaw(codes)).containsExactly(decodedByJdk(Encoding.ALAW, codes));
  }

  @Test
  void saysThatASampleIsCut() {
    assertThatThrownBy(() -> SampleFormat.pcm(new byte[3], 2, false, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 bytes of 16-bit PCM, expected a multiple of 2");
    assertThatThrownBy(() -> SampleFormat.float32(new byte[5], false))
        .hasMessageContaining("5 bytes of 32-bit float, expected a multiple of 4");
  }

  private static float[] decodedByJdk(Encoding encoding, byte[] codes) throws IOException {
    AudioInputStream coded =
        new AudioInputStream(
            new ByteArrayInputStream(codes),
            new AudioFormat(encoding, 8000, 8, 1, 1, 8000, false),
            codes.length);
    AudioFormat pcm = new AudioFormat(Encoding.PCM_SIGNED, 8000, 16, 1, 2, 8000, false);
    try (AudioInputStream decoded = AudioSystem.getAudioInputStream(pcm, coded)) {
      ByteBuffer bytes = ByteBuffer.wrap(decoded.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      float[] samples = new float[codes.length];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = bytes.getShort();
      }
      return samples;
    }
  }
}
