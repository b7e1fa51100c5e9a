package io.flinkssm.jobs;

import static io.flinkssm.jobs.ScoringJobFixture.KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole job on a local cluster, through a real broker. */
class ScoringJobITCase {
  private static final int ROUNDS = 12;

  private final KafkaTesting kafka = KafkaTesting.shared();

  @TempDir private Path directory;
  private ScoringJobFixture fixture;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new ScoringJobFixture(kafka, directory);
  }

  @Test
  void scoresFramesOfEveryKey() throws Exception {
    fixture.send(0, ROUNDS);
    Configuration run = fixture.run();
    ScoringJobFixture.toTheEnd(run);

    Map<String, List<Score>> scores =
        fixture.scores(run).stream().collect(Collectors.groupingBy(Score::key));
    assertThat(scores).hasSize(KEYS);
    scores.forEach(
        (key, ofKey) -> {
          assertThat(ofKey).as(key).hasSizeGreaterThanOrEqualTo(ROUNDS);
          assertThat(ofKey).as(key).extracting(Score::position).isSorted().endsWith(ROUNDS * 25L);
          assertThat(ofKey).as(key).extracting(Score::label).isSubsetOf("a", "b", "c", "d");
        });
    assertThat(fixture.rejected(run)).isEmpty();
  }

  @Test
  void aModelThatCannotBeUsedEndsTheJobAtOnce() throws Exception {
    Path weights = fixture.model.resolve("model.safetensors");
    Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 1013));
    Configuration run = fixture.run();
    run.setString("restart-strategy.fixed-delay.attempts", "1000000");
    assertThatThrownBy(() -> ScoringJobFixture.toTheEnd(run))
        .hasStackTraceContaining("cannot start scoring with the model at " + fixture.model.toUri())
        .hasStackTraceContaining("model.safetensors");
  }

  @ParameterizedTest
  @CsvSource({
    "SNAPSHOT, hashmap, EXACTLY_ONCE, 1",
    "SNAPSHOT, hashmap, EXACTLY_ONCE, 50",
    "COMPLETION, hashmap, EXACTLY_ONCE, 1",
    "SNAPSHOT, rocksdb, EXACTLY_ONCE, 1",
    "COMPLETION, rocksdb, EXACTLY_ONCE, 7",
    "SNAPSHOT, hashmap, AT_LEAST_ONCE, 1"
  })
  void aFailureChangesNoOutput(
      FailOnce.At at, String backend, DeliveryGuarantee guarantee, int bundle) throws Exception {
    int quietRounds = 5;
    Configuration disturbed =
        fixture
            .run()
            .set(StateBackendOptions.STATE_BACKEND, backend)
            .set(JobOptions.DELIVERY_GUARANTEE, guarantee)
            .set(ScoringOptions.BUNDLE_MAX_FRAMES, bundle);
    fixture.send(0, quietRounds);
    fixture.sendGarbage();
    FailOnce failOnce = FailOnce.at(at, quietRounds * KEYS, ROUNDS * KEYS);
    JobClient job = start(disturbed, failOnce::in);
    await(FailOnce.covered(), job);
    fixture.send(quietRounds, ROUNDS);
    fixture.sendGarbage();
    await(FailOnce.finished(), job);
    job.stopWithSavepoint(true, directory.toUri().toString(), SavepointFormatType.CANONICAL)
        .get(1, TimeUnit.MINUTES);
    job.getJobExecutionResult().get(1, TimeUnit.MINUTES);

    Configuration undisturbed = fixture.run();
    ScoringJobFixture.toTheEnd(undisturbed);

    String scores = disturbed.get(JobOptions.SCORES_TOPIC);
    String expected = undisturbed.get(JobOptions.SCORES_TOPIC);
    assertThat(byRecordId(scores)).hasSizeGreaterThanOrEqualTo(ROUNDS * KEYS);
    String rejected = disturbed.get(JobOptions.REJECTED_TOPIC);
    if (guarantee == DeliveryGuarantee.EXACTLY_ONCE) {
      assertThat(fixture.byKey(scores)).isEqualTo(fixture.byKey(expected));
      assertThat(shown(rejected)).hasSize(2);
    } else {
      assertThat(byRecordId(scores)).isEqualTo(byRecordId(expected));
    }
    assertThat(new TreeSet<>(shown(rejected)))
        .isEqualTo(new TreeSet<>(shown(undisturbed.get(JobOptions.REJECTED_TOPIC))));
  }

  private static JobClient start(Configuration run, UnaryOperator<DataStream<Frame>> beforeScoring)
      throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, run);
    ScoringJob.build(
        env, run, (frames, config) -> SsmScoring.score(beforeScoring.apply(frames), config));
    return env.executeAsync();
  }

  /** What is left when repeated ids are dropped; repeats must be equal. */
  private Map<String, String> byRecordId(String topic) {
    Map<String, String> byId = new TreeMap<>();
    for (var record : kafka.readCommitted(topic)) {
      String before = byId.put(ScoringJobFixture.recordId(record), ScoringJobFixture.show(record));
      assertThat(before).isIn(null, ScoringJobFixture.show(record));
    }
    return byId;
  }

  private List<String> shown(String topic) {
    return kafka.readCommitted(topic).stream().map(ScoringJobFixture::show).toList();
  }

  /** Waits for a job's progress, or for its end, which is then a failure. */
  private static void await(CompletableFuture<Void> progress, JobClient job) throws Exception {
    CompletableFuture<?> end = job.getJobExecutionResult();
    CompletableFuture.anyOf(progress, end).get(1, TimeUnit.MINUTES);
    assertThat(progress).as("the job ended early: %s", end).isDone();
  }
}
