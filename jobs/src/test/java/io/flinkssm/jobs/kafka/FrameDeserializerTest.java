package io.flinkssm.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.jobs.registry.InProcessRegistry;
import io.flinkssm.jobs.registry.RegistryException;
import io.flinkssm.jobs.registry.RegistryOptions;
import io.flinkssm.schemas.ModelRelease;
import io.flinkssm.schemas.SignalFrame;
import io.flinkssm.schemas.StatePolicy;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejection.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.types.Either;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class FrameDeserializerTest {
  private static final Duration MAX_AHEAD = Duration.ofMinutes(7);
  private static final Frame FRAME =
      new Frame(
          "pump-7", 5, 100, 1, new float[] {1, 2, 3}, true, new Frame.Origin("frames", 3, 99));

  private final FrameDeserializer plain = deserializer(WireFormat.plain());

  @Test
  void aFrameKeepsItsOrigin() throws IOException {
    Either<Frame, Rejection> result = read(plain, record("pump-7", bytes(FRAME)));
    assertThat(result.isLeft()).isTrue();
    assertThat(result.left()).usingRecursiveComparison().isEqualTo(FRAME);
  }

  @Test
  void undecodableBytesAreKeptWithKeyAndOrigin() throws IOException {
    byte[] garbage = {1, 2, 3, 4, 5};
    Rejection rejection = read(plain, record("some-key", garbage)).right();
    assertThat(rejection.reason()).isEqualTo(Reason.UNDECODABLE);
    assertThat(rejection.payload()).isEqualTo(garbage);
    assertThat(rejection.key()).isEqualTo("some-key");
    assertThat(rejection.origin()).isEqualTo(FRAME.origin());
    assertThat(rejection.timeMicros()).isEqualTo(Long.MIN_VALUE);
    assertThat(read(plain, record("pump-7", bytes(FRAME))).isLeft())
        .as("the next record is not affected")
        .isTrue();
  }

  @Test
  void aTombstoneIsRejected() throws IOException {
    Rejection rejection = read(plain, record(null, null)).right();
    assertThat(rejection.reason()).isEqualTo(Reason.UNDECODABLE);
    assertThat(rejection.message()).contains("no value");
    assertThat(rejection.key()).isEmpty();
    assertThat(rejection.payload()).isEmpty();
  }

  @Test
  void anEmptyKeyIsRejected() throws IOException {
    byte[] bytes = bytes(new Frame("", 5, 100, 1, new float[] {1}, false, Frame.Origin.UNKNOWN));
    Rejection rejection = read(plain, record("from-kafka", bytes)).right();
    assertThat(rejection.reason()).isEqualTo(Reason.MISSING_KEY);
    assertThat(rejection.key()).isEqualTo("from-kafka");
    assertThat(rejection.timeMicros()).isEqualTo(5);
    assertThat(rejection.payload()).as("1f, little-endian").containsExactly(0, 0, 0x80, 0x3f);
  }

  @Test
  void aHugeKeyIsRejectedAndNotRepeated() throws IOException {
    String key = "k".repeat(FrameDeserializer.MAX_KEY_LENGTH + 1);
    byte[] bytes = bytes(new Frame(key, 5, 100, 1, new float[] {1}, false, Frame.Origin.UNKNOWN));
    Rejection rejection = read(plain, record(key, bytes)).right();
    assertThat(rejection.reason()).isEqualTo(Reason.OVERSIZED);
    assertThat(rejection.key()).hasSize(FrameDeserializer.MAX_KEY_LENGTH);
  }

  @Test
  void aFrameFromTheFutureOfItsRecordIsRejected() throws IOException {
    long sentMillis = 1_000_000;
    long last = (sentMillis + MAX_AHEAD.toMillis()) * 1000 + 999;
    assertThat(read(plain, record(sentMillis, startingAt(last))).isLeft()).isTrue();
    assertThat(read(plain, record(sentMillis, startingAt(Long.MIN_VALUE))).isLeft()).isTrue();
    for (long start : new long[] {last + 1, Long.MAX_VALUE}) {
      Rejection rejection = read(plain, record(sentMillis, startingAt(start))).right();
      assertThat(rejection.reason()).isEqualTo(Reason.BAD_TIME);
      assertThat(rejection.timeMicros()).isEqualTo(start);
      assertThat(rejection.message())
          .contains("" + start)
          .contains("" + sentMillis)
          .contains("kafka.max-ahead");
    }
    assertThat(read(plain, record(ConsumerRecord.NO_TIMESTAMP, startingAt(last + 1))).isLeft())
        .as("nothing to compare with")
        .isTrue();
  }

  private static Frame startingAt(long micros) {
    return new Frame("k", micros, 100, 1, new float[] {1}, false, Frame.Origin.UNKNOWN);
  }

  private static ConsumerRecord<byte[], byte[]> record(long sentMillis, Frame frame) {
    return new ConsumerRecord<>(
        "frames",
        3,
        99,
        sentMillis,
        TimestampType.CREATE_TIME,
        -1,
        -1,
        frame.key().getBytes(StandardCharsets.UTF_8),
        bytes(frame),
        new RecordHeaders(),
        Optional.empty());
  }

  @Test
  void framesOfARegistryAreReadAndOthersRejected() throws Exception {
    try (InProcessRegistry server = new InProcessRegistry()) {
      RegistryOptions options =
          new RegistryOptions(server.url(), null, null, Duration.ofSeconds(10), 2, Duration.ZERO);
      WireFormat format = WireFormat.confluent(options);
      FrameDeserializer deserializer = deserializer(format);
      byte[] frame =
          format
              .serializer(SignalFrame.class, "frames")
              .serialize(
                  SignalFrame.newBuilder()
                      .setKey("pump-7")
                      .setStartTime(Instant.EPOCH.plusNanos(5000))
                      .setSampleRateHz(100)
                      .setSamples(List.of(1f, 2f, 3f))
                      .setEndOfSegment(true)
                      .build());
      assertThat(read(deserializer, record("pump-7", frame)).left())
          .usingRecursiveComparison()
          .isEqualTo(FRAME);

      byte[] unknownId = ByteBuffer.wrap(frame.clone()).putInt(1, 77).array();
      assertThat(read(deserializer, record("k", unknownId)).right())
          .satisfies(r -> assertThat(r.reason()).isEqualTo(Reason.UNDECODABLE))
          .satisfies(r -> assertThat(r.message()).contains("schema id 77"));

      byte[] otherType =
          format
              .serializer(ModelRelease.class, "releases")
              .serialize(
                  new ModelRelease("n", "v", "u", "s", Instant.EPOCH, StatePolicy.RESET, ""));
      assertThat(read(deserializer, record("k", otherType)).isRight()).isTrue();
      assertThat(read(deserializer, record("k", bytes(FRAME))).isRight())
          .as("plain Avro where a header is expected")
          .isTrue();
    }
  }

  @Test
  void aRegistryThatCannotAnswerCostsNoRecord() {
    try (InProcessRegistry server = new InProcessRegistry()) {
      FrameDeserializer deserializer =
          deserializer(
              WireFormat.confluent(
                  new RegistryOptions(
                      server.url(), null, null, Duration.ofSeconds(10), 2, Duration.ZERO)));
      server.answerNext(503, "down");
      server.answerNext(503, "down");
      assertThatThrownBy(() -> read(deserializer, record("k", new byte[] {0, 0, 0, 0, 1, 2})))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("503");
    }
  }

  private static FrameDeserializer deserializer(WireFormat format) {
    FrameDeserializer deserializer = new FrameDeserializer(format, MAX_AHEAD);
    deserializer.open(null);
    return deserializer;
  }

  private static Either<Frame, Rejection> read(
      FrameDeserializer deserializer, ConsumerRecord<byte[], byte[]> record) throws IOException {
    List<Either<Frame, Rejection>> out = new ArrayList<>();
    deserializer.deserialize(record, new ListCollector<>(out));
    assertThat(out).hasSize(1);
    return out.get(0);
  }

  private static byte[] bytes(Frame frame) {
    return new SignalFrameCodec().encode(frame);
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>("frames", 3, 99, keyBytes, value);
  }
}
