package io.flinkssm.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.jobs.registry.InProcessRegistry;
import io.flinkssm.jobs.registry.RegistryException;
import io.flinkssm.jobs.registry.RegistryOptions;
import io.flinkssm.schemas.ModelRelease;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejection.Reason;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.types.Either;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReleaseDecoderTest {
  private static final long OFFSET = 41;
  private static final long SENT_MILLIS = 1_700_000_000_123L;
  private static final String SHA256 = "0123456789abcdef".repeat(4);
  private static final Release RELEASE =
      release("digits", "2", "s3://models/digits/2", SHA256, 1_700_000_030_000_001L);

  private final ReleaseDecoder plain = new ReleaseDecoder(WireFormat.plain());

  @ParameterizedTest
  @EnumSource(StatePolicy.class)
  void aReleaseComesBackWithItsOffset(StatePolicy policy) throws IOException {
    Release release =
        new Release("digits", "2", "file:/m", SHA256, 1_700_000_030_000_001L, policy, OFFSET);
    assertThat(plain.decode(record(bytes(release))).left()).isEqualTo(release);
  }

  @Test
  void noActivationTimeIsTheTimeOfTheRecord() throws IOException {
    ModelRelease avro = ReleaseLogWriter.of(RELEASE);
    avro.setActivateAt(java.time.Instant.EPOCH);
    assertThat(plain.decode(record(bytes(avro))).left().activateAtMicros())
        .isEqualTo(SENT_MILLIS * 1000);
    assertThatThrownBy(() -> ReleaseLogWriter.of(release("n", "v", "u", SHA256, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPolicyThisReaderDoesNotKnowIsRejectedWithItsBytes() throws IOException {
    byte[] bytes = bytes(RELEASE);
    // The last two bytes are the policy's index, zigzag coded, and the empty description.
    bytes[bytes.length - 2] = 2 * 3;
    Rejection rejection = plain.decode(record(bytes)).right();
    assertThat(rejection.reason()).isEqualTo(Reason.UNDECODABLE);
    assertThat(rejection.key()).isEqualTo("digits");
    assertThat(rejection.origin()).isEqualTo(new Frame.Origin("releases", 0, OFFSET));
    assertThat(rejection.payload()).isEqualTo(bytes);
  }

  @Test
  void hostileBytesAreRejected() throws IOException {
    byte[] good = bytes(RELEASE);
    Random random = new Random(5);
    for (int length = 0; length < good.length; length++) {
      assertUndecodable(Arrays.copyOf(good, length));
    }
    assertUndecodable(Arrays.copyOf(good, good.length + 1));
    assertUndecodable(null);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThat(plain.decode(record(bytes)).isRight()).isTrue();
      byte[] flipped = good.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      // A bit of text may be another text, but nothing may escape.
      assertThat(plain.decode(record(flipped))).isNotNull();
    }
    assertThat(plain.decode(record(good)).left()).as("none has an effect").isEqualTo(RELEASE);
  }

  @Test
  void whatCannotBeARelease() throws IOException {
    assertBad(release(" ", "2", "u", SHA256, 9), "name has 0 characters");
    assertBad(release("n".repeat(5000), "2", "u", SHA256, 9), "name has 5000", "1 to 4096");
    assertBad(release("n", "", "u", SHA256, 9), "version has 0");
    assertBad(release("n", "2", "", SHA256, 9), "uri has 0");
    assertBad(release("n", "2", "u", "abc", 9), "sha256", "64 lower-case");
    assertBad(release("n", "2", "u", SHA256.toUpperCase(java.util.Locale.ROOT), 9), "lower-case");
    assertBad(release("n", "2", "u", SHA256, -1), "-1", "before 1970");
    Rejection other = plain.decode(record(3, bytes(RELEASE))).right();
    assertThat(other.reason()).isEqualTo(Reason.BAD_RELEASE);
    assertThat(other.message()).contains("partition 3", "must have one partition");
  }

  @Test
  void releasesOfARegistryAreRead() throws IOException {
    try (InProcessRegistry server = new InProcessRegistry()) {
      WireFormat format =
          WireFormat.confluent(
              new RegistryOptions(
                  server.url(), null, null, Duration.ofSeconds(10), 2, Duration.ZERO));
      ReleaseDecoder decoder = new ReleaseDecoder(format);
      byte[] bytes =
          format.serializer(ModelRelease.class, "releases").serialize(ReleaseLogWriter.of(RELEASE));
      assertThat(decoder.decode(record(bytes)).left()).isEqualTo(RELEASE);
      byte[] unknownId = ByteBuffer.wrap(bytes.clone()).putInt(1, 77).array();
      assertThat(decoder.decode(record(unknownId)).right().message()).contains("schema id 77");
      server.answerNext(503, "down");
      server.answerNext(503, "down");
      byte[] anotherId = ByteBuffer.wrap(bytes.clone()).putInt(1, 78).array();
      assertThatThrownBy(() -> decoder.decode(record(anotherId)))
          .as("the record may be good")
          .isInstanceOf(RegistryException.class);
    }
  }

  private void assertUndecodable(byte[] bytes) throws IOException {
    Either<Release, Rejection> result = plain.decode(record(bytes));
    assertThat(result.isRight()).isTrue();
    assertThat(result.right().reason()).isEqualTo(Reason.UNDECODABLE);
  }

  private void assertBad(Release release, String... says) throws IOException {
    Rejection rejection = plain.decode(record(bytes(release))).right();
    assertThat(rejection.reason()).isEqualTo(Reason.BAD_RELEASE);
    assertThat(rejection.message()).contains(says).contains("ssm publish-model");
  }

  private static Release release(
      String name, String version, String uri, String sha256, long activateAtMicros) {
    return new Release(name, version, uri, sha256, activateAtMicros, StatePolicy.RESET, OFFSET);
  }

  private static byte[] bytes(Release release) {
    return bytes(ReleaseLogWriter.of(release));
  }

  private static byte[] bytes(ModelRelease release) {
    return WireFormat.plain().serializer(ModelRelease.class, "releases").serialize(release);
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
    return record(0, value);
  }

  private static ConsumerRecord<byte[], byte[]> record(int partition, byte[] value) {
    return new ConsumerRecord<>(
        "releases",
        partition,
        OFFSET,
        SENT_MILLIS,
        TimestampType.CREATE_TIME,
        -1,
        -1,
        "digits".getBytes(StandardCharsets.UTF_8),
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
