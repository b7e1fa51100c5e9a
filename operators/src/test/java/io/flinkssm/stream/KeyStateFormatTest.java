package io.flinkssm.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStateFormatTest {

  private static byte[] encode(KeyState<?> state) {
    ByteBuffer out = ByteBuffer.allocate(KeyStateFormat.length(state));
    KeyStateFormat.encode(state, out);
    assertThat(out.hasRemaining()).isFalse();
    return out.array();
  }

  @Test
  void readsWhatItWrote() {
    for (long seed = 0; seed < 200; seed++) {
      KeyState<?> state = KeyStates.random(seed);
      byte[] bytes = encode(state);
      KeyState<?> read = KeyStateFormat.decode(ByteBuffer.wrap(bytes));
      assertThat(read).isEqualTo(state).hasSameHashCodeAs(state).isEqualTo(state.copy());
      assertThat(encode(read)).isEqualTo(bytes);
    }
  }

  @Test
  void bytesAreThoseOfTheTable() {
    KeyState<float[]> state = new KeyState<>();
    state.modelId = 0x0807060504030201L;
    state.anchorMicros = 16;
    state.sinceAnchor = 3;
    state.sampleRateHz = 1;
    state.segmentStartMicros = 9;
    state.clockValue = 0.5;
    state.clockCount = 6;
    state.activatedMicros = 7;
    state.retainedFrom = 2;
    state.remember(5);
    state.position = 4;
    state.label = 2;
    state.lastSample = new float[] {1};
    state.lastOutput = new float[] {2, 3};
    state.recurrence = new float[] {4};
    ByteBuffer bytes = ByteBuffer.wrap(encode(state)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.array()).startsWith('S', 'S', 'M', 'K', 2, 4, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(bytes.capacity()).isEqualTo(68 + 8 + 40 + 4 + 8 + 4);
    assertThat(bytes.getLong(40)).isEqualTo(Long.MIN_VALUE);
    assertThat(bytes.getDouble(56)).isEqualTo(0.5);
    assertThat(bytes.getInt(64)).isEqualTo(6);
    assertThat(bytes.getLong(68)).isEqualTo(5);
    assertThat(bytes.getLong(76)).isEqualTo(4);
    assertThat(bytes.getInt(96)).isEqualTo(1);
    assertThat(bytes.getLong(100)).isEqualTo(7);
    assertThat(bytes.getLong(108)).isEqualTo(2);
    assertThat(bytes.getFloat(128)).isEqualTo(4);
    assertThat(KeyStateFormat.maxLength(4, 1, 2, 1)).isEqualTo(bytes.capacity() + 7 * 8);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 5, 7, 92, 96})
  void damagedBytesAreNamed(int offset) {
    KeyState<float[]> state = new KeyState<>();
    state.remember(5);
    state.position = 4;
    state.lastSample = new float[] {1};
    state.lastOutput = new float[] {2, 3};
    state.recurrence = new float[] {4};
    byte[] bytes = encode(state);
    bytes[offset] = 99;
    assertThatThrownBy(() -> KeyStateFormat.decode(ByteBuffer.wrap(bytes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("stored key state")
        .hasMessageContaining(offset == 0 ? "63" : "99");
  }
}
