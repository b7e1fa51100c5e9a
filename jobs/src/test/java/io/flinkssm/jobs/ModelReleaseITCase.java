package io.flinkssm.jobs;

import static io.flinkssm.jobs.ScoringJobFixture.KEYS;
import static io.flinkssm.jobs.ScoringJobFixture.LENGTH;
import static io.flinkssm.jobs.ScoringJobFixture.RATE_HZ;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.kafka.ReleaseLogWriter;
import io.flinkssm.jobs.kafka.WireFormat;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.schemas.RejectionReason;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Releases from the control topic into a running job, through a real broker. */
class ModelReleaseITCase {
  private static final int ROUNDS = 12;
  private static final long START = ScoringJobFixture.frame(0, 0).startMicros();

  private final KafkaTesting kafka = KafkaTesting.shared();

  @TempDir private Path directory;
  private ScoringJobFixture fixture;
  private ReleaseLogWriter releases;
  private Configuration run;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new ScoringJobFixture(kafka, directory);
    String topic = kafka.createTopic("releases", 1);
    run = fixture.run().set(JobOptions.RELEASES_TOPIC, topic);
    // All frames are known to a new job at once; the order between partitions is not.
    run.set(ScoringOptions.IDLE_TIMEOUT, Duration.ofHours(1));
    releases =
        new ReleaseLogWriter(
            new ReleaseLog(
                topic, WireFormat.plain(), Map.of("bootstrap.servers", kafka.bootstrapServers())));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aRunningJobSwitchesAtTheEventTime(int parallelism) throws Exception {
    JobClient job = start(parallelism);
    int before = 4;
    fixture.send(0, before);
    await(job, before * KEYS);
    // In the middle of a frame, so that it is split, and ahead of all frames sent so far.
    long activation = START + micros(7 * LENGTH + 10);
    releases.append(release("8", model("8"), activation));
    // What is undecodable tells when the topic has been read.
    sendGarbageRelease(job, 1);
    fixture.send(before, ROUNDS);
    await(job, ROUNDS * KEYS);
    stop(job);

    List<Score> scores = fixture.scores(run);
    assertVersionsSwitchAt(scores, activation, "7", "8");
    assertThat(scores)
        .filteredOn(s -> s.modelVersion().equals("7") && s.endOfSegment())
        .as("the old model's final scores, at its last sample")
        .hasSize(KEYS)
        .allSatisfy(s -> assertThat(s.timeMicros()).isEqualTo(activation - micros(1)));
    assertThat(scores)
        .filteredOn(s -> s.modelVersion().equals("8"))
        .allSatisfy(s -> assertThat(s.segmentStartMicros()).isEqualTo(activation));

    Configuration replay = fixture.run();
    replay.set(JobOptions.RELEASES_TOPIC, run.get(JobOptions.RELEASES_TOPIC));
    ScoringJobFixture.toTheEnd(replay);
    assertThat(ended(fixture.scores(replay)))
        .as("a replay knows the releases before its first frame")
        .isEqualTo(ended(scores));
  }

  @Test
  void aRollBackIsAReleaseOfTheOlderVersion() throws Exception {
    Path second = model("8");
    long there = START + micros(3 * LENGTH);
    long back = START + micros(8 * LENGTH);
    releases.append(release("8", second, there));
    releases.append(release("7", fixture.model, back));
    fixture.send(0, ROUNDS);
    ScoringJobFixture.toTheEnd(run);

    List<Score> scores = fixture.scores(run);
    assertThat(scores)
        .isNotEmpty()
        .allSatisfy(
            s ->
                assertThat(s.modelVersion())
                    .as("at %d", s.timeMicros())
                    .isEqualTo(s.timeMicros() >= there && s.timeMicros() < back ? "8" : "7"));
    assertThat(fixture.rejected(run)).isEmpty();
  }

  @Test
  void aBrokenReleaseIsRejectedAndTheOldModelGoesOn() throws Exception {
    JobClient job = start(2);
    fixture.send(0, 2);
    await(job, 2 * KEYS);
    Path second = model("8");
    Release good = release("8", second, START + micros(3 * LENGTH));
    releases.append(
        new Release(
            good.name(),
            good.version(),
            good.uri(),
            "0123456789abcdef".repeat(4),
            good.activateAtMicros(),
            StatePolicy.RESET,
            -1));
    releases.append(release("9", directory.resolve("nowhere"), good));
    sendGarbageRelease(job, 3);
    fixture.send(2, ROUNDS);
    await(job, ROUNDS * KEYS);
    stop(job);

    assertThat(fixture.scores(run)).extracting(Score::modelVersion).containsOnly("7");
    List<RejectedRecord> rejected = fixture.rejected(run);
    assertThat(rejected)
        .extracting(RejectedRecord::getReason)
        .containsExactlyInAnyOrder(
            RejectionReason.BAD_RELEASE, RejectionReason.BAD_RELEASE, RejectionReason.UNDECODABLE);
    assertThat(rejected)
        .filteredOn(r -> r.getReason() == RejectionReason.BAD_RELEASE)
        .allSatisfy(r -> assertThat(r.getKey()).isEqualTo("golden"))
        .extracting(RejectedRecord::getMessage)
        .anySatisfy(m -> assertThat(m).contains("0123456789abcdef"))
        .anySatisfy(m -> assertThat(m).contains("nowhere"));
  }

  private void assertVersionsSwitchAt(
      List<Score> scores, long activation, String older, String newer) {
    assertThat(scores)
        .isNotEmpty()
        .allSatisfy(
            s ->
                assertThat(s.modelVersion())
                    .as("key %s at %d", s.key(), s.timeMicros())
                    .isEqualTo(s.timeMicros() < activation ? older : newer));
    assertThat(scores).extracting(Score::modelVersion).contains(older, newer);
  }

  /** A job stopped with a savepoint leaves segments open that one that reads to the end closes. */
  private static List<String> ended(List<Score> scores) {
    long end = START + micros(ROUNDS * LENGTH) - micros(1);
    return scores.stream()
        .filter(s -> s.timeMicros() < end)
        .map(
            s ->
                String.join(
                    "|",
                    s.key(),
                    "" + s.timeMicros(),
                    s.modelVersion(),
                    "" + s.endOfSegment(),
                    Arrays.toString(s.outputs())))
        .sorted()
        .toList();
  }

  private JobClient start(int parallelism) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, run);
    ScoringJob.build(env, run);
    return env.executeAsync();
  }

  /** Waits until so many scores have been committed. */
  private void await(JobClient job, int scores) throws Exception {
    awaitRecords(job, run.get(JobOptions.SCORES_TOPIC), scores);
  }

  private void sendGarbageRelease(JobClient job, int rejected) throws Exception {
    kafka.send(List.of(new ProducerRecord<>(run.get(JobOptions.RELEASES_TOPIC), new byte[] {9})));
    awaitRecords(job, run.get(JobOptions.REJECTED_TOPIC), rejected);
  }

  private void awaitRecords(JobClient job, String topic, int count) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (kafka.readCommitted(topic).size() < count) {
      assertThat(job.getJobStatus().get().isTerminalState()).as("the job ended early").isFalse();
      assertThat(System.nanoTime()).as("waiting for %d in %s", count, topic).isLessThan(deadline);
    }
  }

  private void stop(JobClient job) throws Exception {
    job.stopWithSavepoint(false, directory.toUri().toString(), SavepointFormatType.CANONICAL)
        .get(1, TimeUnit.MINUTES);
  }

  /** The fixture's model under another version, with another head. */
  private Path model(String version) throws IOException {
    Path model = Files.createDirectory(directory.resolve("model-" + version));
    String config = Files.readString(fixture.model.resolve(ModelDirectory.CONFIG));
    Files.writeString(
        model.resolve(ModelDirectory.CONFIG),
        config.replace("\"version\": \"7\"", "\"version\": \"" + version + "\""));
    byte[] weights = Files.readAllBytes(fixture.model.resolve(ModelDirectory.WEIGHTS));
    // The lowest byte of the last weight's fraction.
    weights[weights.length - 4] ^= 1;
    Files.write(model.resolve(ModelDirectory.WEIGHTS), weights);
    return model;
  }

  private static Release release(String version, Path model, long activateAtMicros)
      throws IOException {
    return new Release(
        "golden",
        version,
        model.toUri().toString(),
        ModelDirectory.read(model).info().sha256(),
        activateAtMicros,
        StatePolicy.RESET,
        -1);
  }

  private static Release release(String version, Path missing, Release like) {
    return new Release(
        like.name(),
        version,
        missing.toUri().toString(),
        like.sha256(),
        like.activateAtMicros(),
        like.statePolicy(),
        -1);
  }

  private static long micros(int samples) {
    return 1_000_000L * samples / RATE_HZ;
  }
}
