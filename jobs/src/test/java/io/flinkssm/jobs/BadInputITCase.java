package io.flinkssm.jobs;

import static io.flinkssm.jobs.ScoringJobFixture.CHANNELS;
import static io.flinkssm.jobs.ScoringJobFixture.KEYS;
import static io.flinkssm.jobs.ScoringJobFixture.LENGTH;
import static io.flinkssm.jobs.ScoringJobFixture.RATE_HZ;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frame.Origin;
import io.flinkssm.stream.Rejection.Reason;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of bad input through the whole job: it leaves as a record and harms no other. */
class BadInputITCase {
  private static final long SECOND = 1_000_000;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void badRecordsLeaveWithTheirReasonAndNoTraceInTheScores(int bundle) throws Exception {
    KafkaTesting kafka = KafkaTesting.shared();
    ScoringJobFixture clean =
        new ScoringJobFixture(kafka, Files.createDirectory(directory.resolve("clean")));
    ScoringJobFixture dirty =
        new ScoringJobFixture(kafka, Files.createDirectory(directory.resolve("dirty")));
    clean.send(0, 9);
    dirty.send(0, 5);
    sendBadInput(dirty);
    dirty.send(5, 9);
    Configuration expected = run(clean);
    Configuration run = run(dirty).set(ScoringOptions.BUNDLE_MAX_FRAMES, bundle);
    ScoringJobFixture.toTheEnd(expected);
    ScoringJobFixture.toTheEnd(run);

    assertThat(dirty.byKey(run.get(JobOptions.SCORES_TOPIC)))
        .hasSize(KEYS)
        .isEqualTo(clean.byKey(expected.get(JobOptions.SCORES_TOPIC)));
    assertThat(clean.rejected(expected)).isEmpty();
    List<RejectedRecord> rejected = dirty.rejected(run);
    assertThat(rejected).extracting(RejectedRecord::getTopic).containsOnly(dirty.framesTopic);
    assertThat(rejected).extracting(RejectedRecord::getOffset).allMatch(offset -> offset >= 0);
    Map<String, Long> reasons =
        rejected.stream()
            .collect(Collectors.groupingBy(r -> r.getReason().name(), Collectors.counting()));
    // Releases have a test of their own.
    EnumSet<Reason> ofReleases = EnumSet.of(Reason.NO_MODEL, Reason.BAD_RELEASE);
    Map<String, Long> each =
        EnumSet.complementOf(ofReleases).stream()
            .collect(Collectors.toMap(Enum::name, r -> r == Reason.UNDECODABLE ? 2L : 1L));
    assertThat(reasons).isEqualTo(each);
    assertThat(rejected)
        .filteredOn(r -> r.getPayload().equals(ByteBuffer.wrap(ScoringJobFixture.GARBAGE)))
        .singleElement()
        .satisfies(r -> assertThat(r.getReason().name()).isEqualTo("UNDECODABLE"))
        .satisfies(r -> assertThat(r.getKey()).isEqualTo("a"));
  }

  /** One record for each reason, two that are no frame, and a duplicate, which just goes. */
  private static void sendBadInput(ScoringJobFixture to) {
    Frame last = ScoringJobFixture.frame(0, 4);
    long next = ScoringJobFixture.frame(0, 5).startMicros();
    to.sendGarbage();
    to.send("a", null);
    float[] good = {1, 2};
    to.send(
        List.of(
            last,
            new Frame("", next, RATE_HZ, CHANNELS, good, false, Origin.UNKNOWN),
            frame(next, RATE_HZ, CHANNELS),
            frame(next, RATE_HZ, CHANNELS, new float[CHANNELS * (LENGTH + 1)]),
            frame(next, -RATE_HZ, CHANNELS, good),
            frame(next, RATE_HZ, CHANNELS + 1, 1, 2, 3),
            frame(next, RATE_HZ, CHANNELS, 1, Float.NaN),
            frame(last.startMicros(), RATE_HZ, CHANNELS, good),
            frame(next - 600 * SECOND, RATE_HZ, CHANNELS, good),
            frame(inTheYear9999(), RATE_HZ, CHANNELS, good)));
  }

  private static long inTheYear9999() {
    return Instant.parse("9999-01-01T00:00:00Z").getEpochSecond() * SECOND;
  }

  private static Frame frame(long startMicros, double rateHz, int channels, float... samples) {
    return new Frame("k0", startMicros, rateHz, channels, samples, false, Origin.UNKNOWN);
  }

  private static Configuration run(ScoringJobFixture fixture) {
    return fixture.run().set(ScoringOptions.FRAME_MAX_SAMPLES, LENGTH);
  }
}
