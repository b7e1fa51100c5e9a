package io.flinkssm.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.schemas.SignalFrame;
import io.flinkssm.stream.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.formats.avro.AvroSerializationSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalFrameCodecTest {
  private static final Frame.Origin ORIGIN = new Frame.Origin("frames", 2, 41);

  private final SignalFrameCodec codec = new SignalFrameCodec();

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 13, 320, 4001})
  void equalsTheGeneratedClassBothWays(int length) throws IOException {
    Frame frame = frame("pümp-" + length, length);
    byte[] generated =
        AvroSerializationSchema.forSpecific(SignalFrame.class).serialize(record(frame));
    assertThat(codec.encode(frame)).isEqualTo(generated);
    assertSame(codec.decode(generated, ORIGIN), frame);
  }

  @Test
  void readsArraysOfManyBlocksWithAndWithoutSizes() throws IOException {
    Frame frame = frame("k", 6);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder to = EncoderFactory.get().directBinaryEncoder(out, null);
    to.writeString(frame.key());
    to.writeLong(frame.startMicros());
    to.writeDouble(frame.sampleRateHz());
    to.writeInt(frame.channels());
    int written = 0;
    for (int block : new int[] {1, -2, 3}) {
      to.writeLong(block);
      if (block < 0) {
        to.writeLong(-block * (long) Float.BYTES);
      }
      for (int i = 0; i < Math.abs(block); i++) {
        to.writeFloat(frame.samples()[written++]);
      }
    }
    to.writeLong(0);
    to.writeBoolean(frame.endOfSegment());
    to.flush();
    assertSame(codec.decode(out.toByteArray(), ORIGIN), frame);
  }

  @Test
  void readsOlderAndNewerWriters() throws IOException {
    Schema older =
        SchemaBuilder.record("SignalFrame")
            .namespace("io.flinkssm.schemas")
            .fields()
            .requiredDouble("sample_rate_hz")
            .requiredString("key")
            .requiredLong("start_time")
            .name("samples")
            .type()
            .array()
            .items()
            .intType()
            .noDefault()
            .name("note")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .endRecord();
    GenericRecord record =
        new GenericRecordBuilder(older)
            .set("sample_rate_hz", 8000.0)
            .set("key", "k")
            .set("start_time", 5L)
            .set("samples", List.of(1, -2, 3))
            .set("note", List.of("removed", "since"))
            .build();
    byte[] bytes = write(older, record);
    for (int i = 0; i < 2; i++) {
      Frame frame = codec.decode(older, bytes, 0, ORIGIN);
      assertSame(
          frame, new Frame("k", 5, 8000.0, 1, new float[] {1, -2, 3}, false, Frame.Origin.UNKNOWN));
      int end = bytes.length - 3;
      assertThatThrownBy(() -> codec.decode(older, Arrays.copyOf(bytes, end), 0, ORIGIN))
          .as("a failure leaves nothing behind for the next record")
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void anotherRecordTypeIsRefused() {
    Schema other = SchemaBuilder.record("Other").fields().requiredString("key").endRecord();
    assertThatThrownBy(() -> codec.decode(other, new byte[] {2, 'k'}, 0, ORIGIN))
        .isInstanceOf(AvroTypeException.class);
  }

  @Test
  void everyPrefixIsRefused() {
    byte[] bytes = codec.encode(frame("key", 7));
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> codec.decode(prefix, ORIGIN))
          .as("first %d of %d bytes", length, bytes.length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void trailingBytesAreRefused() {
    byte[] bytes = codec.encode(frame("key", 7));
    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length + 5), ORIGIN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("5 bytes follow");
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -1, 1000})
  void aLengthThatTheRecordCannotHoldIsRefusedBeforeAnythingIsAllocated(long claim)
      throws IOException {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    BinaryEncoder to = EncoderFactory.get().directBinaryEncoder(key, null);
    to.writeLong(claim);
    to.writeFixed(new byte[13]);
    assertThatThrownBy(() -> codec.decode(key.toByteArray(), ORIGIN))
        .isInstanceOf(IOException.class);

    ByteArrayOutputStream samples = new ByteArrayOutputStream();
    to = EncoderFactory.get().directBinaryEncoder(samples, to);
    to.writeString("k");
    to.writeLong(0);
    to.writeDouble(1);
    to.writeInt(1);
    to.writeLong(claim);
    to.writeFixed(new byte[13]);
    assertThatThrownBy(() -> codec.decode(samples.toByteArray(), ORIGIN))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aKeyThatIsNoUtf8IsRefused() {
    byte[] bytes = codec.encode(frame("abc", 1));
    bytes[2] = (byte) 0xC3;
    assertThatThrownBy(() -> codec.decode(bytes, ORIGIN))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("UTF-8");
    assertThat(decodeKey("\uFFFD"))
        .as("the replacement character itself is fine")
        .isEqualTo("\uFFFD");
  }

  @Test
  void randomBytesNeverCauseAnotherException() {
    Random random = new Random(7);
    byte[] good = codec.encode(frame("key", 13));
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = i % 2 == 0 ? good.clone() : new byte[random.nextInt(64)];
      if (i % 2 == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      } else {
        random.nextBytes(bytes);
      }
      try {
        codec.decode(bytes, ORIGIN);
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(10_000, 19_999);
  }

  private String decodeKey(String key) {
    try {
      return codec.decode(codec.encode(frame(key, 1)), ORIGIN).key();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Frame frame(String key, int length) {
    Random random = new Random(length);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) random.nextGaussian();
    }
    return new Frame(key, -1_234_567L, 16_000.5, 1, samples, length % 2 == 0, ORIGIN);
  }

  private static SignalFrame record(Frame frame) {
    List<Float> samples = new ArrayList<>();
    for (float sample : frame.samples()) {
      samples.add(sample);
    }
    return SignalFrame.newBuilder()
        .setKey(frame.key())
        .setStartTime(Instant.EPOCH.plusNanos(frame.startMicros() * 1000))
        .setSampleRateHz(frame.sampleRateHz())
        .setChannels(frame.channels())
        .setSamples(samples)
        .setEndOfSegment(frame.endOfSegment())
        .build();
  }

  private static byte[] write(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static void assertSame(Frame actual, Frame expected) {
    assertThat(actual).usingRecursiveComparison().ignoringFields("origin").isEqualTo(expected);
    assertThat(actual.origin()).isEqualTo(ORIGIN);
  }
}
