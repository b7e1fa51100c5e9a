package io.flinkssm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.testing.SafetensorsWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  private static final String ONE =
      "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  @Test
  void readsEveryTypeAsDouble() {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(-1.5).putFloat(0.25f).putShort((short) 0xC000).putShort((short) 0x3FC0);
    data.putLong(-7)
        .putInt(70000)
        .putShort((short) -3)
        .put((byte) -2)
        .put((byte) 0xFE)
        .put((byte) 1);
    String[] types = {"F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"};
    int[] sizes = {8, 4, 2, 2, 8, 4, 2, 1, 1, 1};
    double[] expected = {-1.5, 0.25, -2, 1.5, -7, 70000, -3, -2, 254, 1};
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    int at = 0;
    for (int i = 0; i < types.length; i++) {
      header.append(
          ",\"%s\":{\"dtype\":\"%s\",\"shape\":[],\"data_offsets\":[%d,%d]}"
              .formatted(types[i], types[i], at, at + sizes[i]));
      at += sizes[i];
    }
    Safetensors file = read(header + "}   ", Arrays.copyOf(data.array(), at));
    for (int i = 0; i < types.length; i++) {
      assertThat(file.values(types[i])).containsExactly(expected[i]);
      assertThat(file.type(types[i])).isEqualTo(types[i]);
      assertThat(file.shape(types[i])).isEmpty();
    }
    assertThat(file.metadata()).containsEntry("format", "pt");
    assertThat(file.parameters()).isEqualTo(types.length);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0", "0x0001, 5.960464477539063e-8", "0x03ff, 6.097555160522461e-5",
        "0x0400, 6.103515625e-5",
    "0x3c00, 1", "0x3555, 0.333251953125", "0x7bff, 65504", "0xfbff, -65504"
  })
  void readsHalfPrecision(String bits, double expected) {
    byte[] data =
        ByteBuffer.allocate(2)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) Integer.decode(bits).intValue())
            .array();
    Safetensors file =
        read("{\"w\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}", data);
    assertThat(file.values("w")).containsExactly(expected);
  }

  @Test
  void hashesTheFile() throws IOException {
    byte[] bytes = SafetensorsWriter.file(ONE, new byte[8]);
    Safetensors file = Safetensors.read("w.safetensors", new ByteArrayInputStream(bytes));
    assertThat(file.sha256()).hasSize(64).isEqualTo(file.sha256());
    bytes[bytes.length - 1] = 1;
    assertThat(Safetensors.read("w.safetensors", bytes).sha256()).isNotEqualTo(file.sha256());
  }

  @Test
  void refusesTooShortFiles() {
    assertRefused(new byte[7], "7 bytes", "at least 8", "truncated");
  }

  @Test
  void refusesAbsurdHeaderLengths() {
    for (long length : new long[] {-1, 0, 1, 99, Long.MAX_VALUE}) {
      byte[] file = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      assertRefused(file, "header length " + Long.toUnsignedString(length), "expected 2 … 2");
    }
  }

  @Test
  void refusesTruncatedData() {
    byte[] file = SafetensorsWriter.file(ONE, new byte[8]);
    assertRefused(
        Arrays.copyOf(file, file.length - 1), "tensor w ends at byte 8", "has 7", "truncated");
  }

  @Test
  void refusesBytesAfterTheData() {
    assertRefused(SafetensorsWriter.file(ONE, new byte[9]), "1 bytes after the last tensor");
  }

  @Test
  void refusesHeadersThatAreNoJsonObject() {
    assertRefused(SafetensorsWriter.file("{\"w\":", new byte[0]), "header is not a JSON object");
    assertRefused(SafetensorsWriter.file("[1, 2]", new byte[0]), "header is a JSON ARRAY");
    assertRefused(SafetensorsWriter.file("{} {}", new byte[0]), "header is not a JSON object");
    assertRefused(
        SafetensorsWriter.file(ONE.replace("[0,8]", "\"all\""), new byte[8]),
        "tensor w",
        "data_offsets");
  }

  @Test
  void refusesDuplicateNames() {
    String entry = ONE.substring(1, ONE.length() - 1);
    assertRefused(
        SafetensorsWriter.file("{" + entry + "," + entry + "}", new byte[8]),
        "distinct names",
        "'w'");
  }

  @Test
  void refusesUnknownTypes() {
    assertRefused(
        SafetensorsWriter.file(ONE.replace("F32", "F8_E4M3"), new byte[8]),
        "tensor w",
        "F8_E4M3",
        "F32");
  }

  @Test
  void refusesSpansThatDoNotFitTheShape() {
    assertRefused(
        SafetensorsWriter.file(ONE.replace("[2]", "[3]"), new byte[8]),
        "tensor w spans bytes 0 … 8",
        "[3]",
        "takes 12 bytes");
    assertRefused(
        SafetensorsWriter.file(ONE.replace("[0,8]", "[8,0]"), new byte[8]),
        "tensor w spans bytes 8 … 0");
    assertRefused(
        SafetensorsWriter.file(ONE.replace("[0,8]", "[-8,0]"), new byte[8]), "tensor w", "-8");
    assertRefused(
        SafetensorsWriter.file(ONE.replace("[2]", "[-2]"), new byte[8]), "tensor w", "[-2]");
    assertRefused(
        SafetensorsWriter.file(ONE.replace("[2]", "[2.5]"), new byte[8]), "tensor w", "[2.5]");
  }

  @Test
  void refusesSizesThatOverflow() {
    String huge = "[2147483647,2147483647,2147483647]";
    assertRefused(
        SafetensorsWriter.file(ONE.replace("[2]", huge), new byte[8]),
        "tensor w",
        "larger than any file");
    String far = "[9223372036854775800,9223372036854775808]";
    assertRefused(
        SafetensorsWriter.file(ONE.replace("[0,8]", far), new byte[8]), "tensor w", "offset");
  }

  @Test
  void refusesOverlapsAndHoles() {
    String two =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}";
    assertRefused(
        SafetensorsWriter.file(two.formatted(4, 12), new byte[12]), "tensor b", "overlap");
    assertRefused(SafetensorsWriter.file(two.formatted(12, 20), new byte[20]), "tensor b", "hole");
  }

  @Test
  void refusesValuesThatAreNotFinite() {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      byte[] data =
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(bad).array();
      Safetensors file = read(ONE, data);
      assertThatThrownBy(() -> file.values("w"))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContainingAll(
              "w.safetensors", "tensor w", Float.toString(bad), "flat index 1");
    }
  }

  private static Safetensors read(String header, byte[] data) {
    return Safetensors.read("w.safetensors", SafetensorsWriter.file(header, data));
  }

  private static void assertRefused(byte[] file, String... parts) {
    assertThatThrownBy(() -> Safetensors.read("w.safetensors", file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageStartingWith("w.safetensors: ")
        .hasMessageContainingAll(parts);
  }
}
