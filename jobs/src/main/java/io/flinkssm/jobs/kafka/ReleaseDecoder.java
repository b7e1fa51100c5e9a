package io.flinkssm.jobs.kafka;

import io.flinkssm.jobs.registry.ConfluentSchemaCoder;
import io.flinkssm.jobs.registry.RegistryException;
import io.flinkssm.schemas.ModelRelease;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejection.Reason;
import io.flinkssm.stream.Release;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.flink.formats.avro.SchemaCoder;
import org.apache.flink.types.Either;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Turns a record of the control topic into a release (left) or a rejection (right). What the same
 * record becomes never changes: everything is taken from the record alone. Not thread-safe.
 */
final class ReleaseDecoder {
  /** Longest text accepted, in characters: every instance of the operator keeps it. */
  static final int MAX_LENGTH = 4096;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final SchemaCoder header;
  private final ByteArrayDecoder bytes = new ByteArrayDecoder();

  ReleaseDecoder(WireFormat format) {
    // Only read from: the subject does not matter.
    header = format.hasRegistry() ? format.coder("") : null;
  }

  /**
   * The release of a record.
   *
   * @throws IOException if a schema registry cannot answer; the record may be good
   */
  Either<Release, Rejection> decode(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (record.value() == null) {
      return reject(record, Reason.UNDECODABLE, "the record has no value, expected a ModelRelease");
    }
    Release release;
    try {
      ModelRelease avro = read(record.value());
      release = release(record, avro, micros(avro.getActivateAt()));
    } catch (RegistryException | InterruptedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      return reject(
          record,
          Reason.UNDECODABLE,
          "the value is no ModelRelease (" + e.getMessage() + "); check the writer's schema");
    }
    String wrong = wrong(record, release);
    return wrong == null
        ? Either.Left(release)
        : reject(record, Reason.BAD_RELEASE, wrong + "; publish with `ssm publish-model`");
  }

  private ModelRelease read(byte[] value) throws IOException {
    Schema writer = ModelRelease.SCHEMA$;
    int offset = 0;
    if (header != null) {
      writer = header.readSchema(new ByteArrayInputStream(value));
      offset = ConfluentSchemaCoder.HEADER_LENGTH;
    }
    ModelRelease release =
        new SpecificDatumReader<ModelRelease>(writer, ModelRelease.SCHEMA$)
            .read(null, bytes.reset(value, offset));
    if (bytes.remaining() > 0) {
      throw new IOException(bytes.remaining() + " bytes follow the record");
    }
    return release;
  }

  private static Release release(
      ConsumerRecord<byte[], byte[]> record, ModelRelease avro, long activateAtMicros) {
    return new Release(
        avro.getName(),
        avro.getVersion(),
        avro.getUri(),
        avro.getSha256(),
        activateAtMicros == 0 ? Math.multiplyExact(record.timestamp(), 1000L) : activateAtMicros,
        Release.StatePolicy.valueOf(avro.getStatePolicy().name()),
        record.offset());
  }

  private static String wrong(ConsumerRecord<byte[], byte[]> record, Release release) {
    if (record.partition() != 0) {
      return "the release stands in partition "
          + record.partition()
          + ", but releases are ordered by offset: the control topic must have one partition";
    }
    if (release.activateAtMicros() < 0) {
      return "activate_at is "
          + release.activateAtMicros()
          + " µs, before 1970; expected an event time, or 0 for the time of the record";
    }
    for (String[] field :
        new String[][] {
          {"name", release.name()}, {"version", release.version()}, {"uri", release.uri()}
        }) {
      if (field[1].isBlank() || field[1].length() > MAX_LENGTH) {
        return "%s has %d characters, expected 1 to %d"
            .formatted(field[0], field[1].isBlank() ? 0 : field[1].length(), MAX_LENGTH);
      }
    }
    return SHA256.matcher(release.sha256()).matches()
        ? null
        : "sha256 is no digest of 64 lower-case hexadecimal digits";
  }

  private static Either<Release, Rejection> reject(
      ConsumerRecord<byte[], byte[]> record, Reason reason, String message) {
    return Either.Right(RecordOrigin.reject(record, reason, message));
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
