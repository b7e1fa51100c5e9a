package io.flinkssm.jobs;

import static io.flinkssm.jobs.PlantedSignals.EVENT;
import static io.flinkssm.jobs.PlantedSignals.SAMPLES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkssm.flink.DetectionOptions;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmDetection;
import io.flinkssm.jobs.PlantedSignals.Event;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.warmstart.StoredDetectors;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frame.Origin;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Emit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Detection on a local cluster, through a real broker, with no option but where the topics are. */
class DetectJobITCase {
  /** Ten times what the alarm rate allows: that it is met is for the detector's own tests. */
  private static final int FALSE_ALERTS = SAMPLES / 100;

  /** Samples within which an event must be found. */
  private static final int SOON = 60;

  @TempDir private Path directory;
  private ScoringJobFixture fixture;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new ScoringJobFixture(KafkaTesting.shared(), directory);
  }

  private Configuration run() {
    Configuration run = fixture.run();
    run.removeConfig(ScoringOptions.MODEL_PATH);
    return run;
  }

  private static void toTheEnd(Configuration run) throws Exception {
    run.set(JobOptions.STOP_AT_END, true);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, run);
    DetectJob.build(env, run);
    env.executeAsync().getJobExecutionResult().get(1, TimeUnit.MINUTES);
  }

  @Test
  void aSpikeAndALevelShiftInIrregularReadingsAreAlarmed() throws Exception {
    for (Event event : Event.values()) {
      fixture.send(PlantedSignals.readings(event.name(), event));
    }
    Configuration run = run();
    toTheEnd(run);
    for (Event event : Event.values()) {
      assertFound(event, scores(run, event.name()));
    }
    assertThat(fixture.rejected(run)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void soAreThoseInFramesOfASteadySignal(Event event) throws Exception {
    fixture.send(PlantedSignals.steady("ecg", 1, 0, event));
    Configuration run = run();
    toTheEnd(run);
    assertFound(event, scores(run, "ecg"));
    assertThat(fixture.rejected(run)).isEmpty();
  }

  @Test
  void channelsAreWatchedTogether() throws Exception {
    fixture.send(PlantedSignals.steady("rig", 3, 2, Event.SPIKE));
    Configuration run = run().set(DetectionOptions.CHANNELS, 3);
    toTheEnd(run);
    List<Score> scores = scores(run, "rig");
    assertFound(Event.SPIKE, scores);
    assertThat(scores.get(EVENT).anomaly().channel()).isIn(2, -1);
  }

  @Test
  void onLabelChangeOnlyBeginsAndEndsOfAlarmsLeave() throws Exception {
    fixture.send(PlantedSignals.readings("pump", Event.SPIKE));
    Configuration every = run();
    toTheEnd(every);
    Configuration changes = run().set(ScoringOptions.EMIT_POLICY, Emit.LABEL_CHANGE);
    toTheEnd(changes);

    List<Score> all = scores(every, "pump");
    List<Long> expected =
        IntStream.range(0, SAMPLES)
            .filter(t -> t == 0 || !all.get(t).label().equals(all.get(t - 1).label()))
            .mapToObj(t -> t + 1L)
            .toList();
    List<Score> changed = scores(changes, "pump");
    assertThat(changed).extracting(Score::position).isEqualTo(expected);
    assertThat(changed).extracting(Score::label).contains("normal", "alarm");
    assertThat(changed)
        .allSatisfy(
            score ->
                assertThat(score.label()).isEqualTo(score.anomaly().alarm() ? "alarm" : "normal"));
  }

  @Test
  void badInputLeavesWithItsReasonAndNoTraceInTheScores() throws Exception {
    List<Frame> good = PlantedSignals.readings("pump", Event.SHIFT);
    fixture.send(good);
    Configuration clean = run();
    toTheEnd(clean);

    fixture =
        new ScoringJobFixture(
            KafkaTesting.shared(), Files.createDirectory(directory.resolve("dirty")));
    fixture.send(good.subList(0, EVENT));
    fixture.sendGarbage();
    Frame last = good.get(EVENT - 1);
    long next = good.get(EVENT).startMicros() - 1000;
    fixture.send(
        List.of(
            frame("pump", next, 1, Float.NaN),
            frame("pump", next, 2, 1, 2),
            frame("pump", last.startMicros(), 1, 7),
            frame("", next, 1, 1),
            last));
    fixture.send(good.subList(EVENT, SAMPLES));
    Configuration dirty = run();
    toTheEnd(dirty);

    assertThat(fixture.byKey(dirty.get(JobOptions.SCORES_TOPIC)))
        .isEqualTo(fixture.byKey(clean.get(JobOptions.SCORES_TOPIC)));
    List<RejectedRecord> rejected = fixture.rejected(dirty);
    assertThat(rejected)
        .extracting(record -> record.getReason().name())
        .containsExactlyInAnyOrder(
            "UNDECODABLE", "NON_FINITE", "CHANNEL_MISMATCH", "LATE", "MISSING_KEY");
  }

  @ParameterizedTest
  @CsvSource({"SNAPSHOT, hashmap, 1", "COMPLETION, rocksdb, 7"})
  void aFailureChangesNoByte(FailOnce.At at, String backend, int bundle) throws Exception {
    List<Frame> frames = new ArrayList<>();
    List<Frame> shifted = PlantedSignals.readings("a", Event.SHIFT);
    List<Frame> spiked = PlantedSignals.readings("b", Event.SPIKE);
    for (int t = 0; t < SAMPLES; t++) {
      frames.add(shifted.get(t));
      frames.add(spiked.get(t));
    }
    int quiet = 2 * EVENT - 100;
    Configuration disturbed =
        run()
            .set(StateBackendOptions.STATE_BACKEND, backend)
            .set(ScoringOptions.BUNDLE_MAX_FRAMES, bundle);
    fixture.send(frames.subList(0, quiet));
    FailOnce failOnce = FailOnce.at(at, quiet, frames.size());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, disturbed);
    DetectJob.build(env, disturbed, (in, config) -> SsmDetection.detect(failOnce.in(in), config));
    JobClient job = env.executeAsync();
    await(FailOnce.covered(), job);
    fixture.send(frames.subList(quiet, frames.size()));
    await(FailOnce.finished(), job);
    job.stopWithSavepoint(true, directory.toUri().toString(), SavepointFormatType.CANONICAL)
        .get(1, TimeUnit.MINUTES);
    job.getJobExecutionResult().get(1, TimeUnit.MINUTES);

    Configuration undisturbed = run();
    toTheEnd(undisturbed);
    assertThat(fixture.byKey(disturbed.get(JobOptions.SCORES_TOPIC)))
        .hasSize(2)
        .isEqualTo(fixture.byKey(undisturbed.get(JobOptions.SCORES_TOPIC)));
  }

  @ParameterizedTest
  @CsvSource({"hashmap, CANONICAL", "rocksdb, NATIVE"})
  void whatWasLearnedCanBeReadFromASavepoint(String backend, SavepointFormatType format)
      throws Exception {
    List<Frame> pump = PlantedSignals.readings("pump", Event.NOTHING);
    fixture.send(pump);
    fixture.send(PlantedSignals.readings("fan", Event.NOTHING).subList(0, 7));
    Configuration run = run().set(StateBackendOptions.STATE_BACKEND, backend);
    int frames = SAMPLES + 7;
    FailOnce counting = FailOnce.at(FailOnce.At.SNAPSHOT, frames, frames);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, run);
    DetectJob.build(env, run, (in, config) -> SsmDetection.detect(counting.in(in), config));
    JobClient job = env.executeAsync();
    await(FailOnce.covered(), job);
    String savepoint =
        job.stopWithSavepoint(false, directory.toUri().toString(), format).get(1, TimeUnit.MINUTES);

    Configuration options = new Configuration().set(StateBackendOptions.STATE_BACKEND, backend);
    Map<String, JsonNode> learned = new TreeMap<>();
    StoredDetectors.read(
        savepoint,
        options,
        Set.of(),
        line -> learned.put(json(line).get("key").asText(), json(line)));
    assertThat(learned).containsOnlyKeys("fan", "pump");
    assertThat(learned.get("fan").get("position").asInt()).isEqualTo(7);
    JsonNode ofPump = learned.get("pump");
    assertThat(ofPump.get("position").asInt()).isEqualTo(SAMPLES);
    assertThat(ofPump.get("since").asText()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(ofPump.get("learned")).isNotEmpty();

    List<String> one = new ArrayList<>();
    StoredDetectors.read(savepoint, options, Set.of("fan", "none"), one::add);
    assertThat(one).singleElement().asString().startsWith("{\"key\":\"fan\"");
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }

  /** Every sample has its score, the event its alarm, and little else an alert. */
  private static void assertFound(Event event, List<Score> scores) {
    assertThat(scores)
        .extracting(Score::position)
        .isEqualTo(IntStream.rangeClosed(1, SAMPLES).mapToObj(t -> (long) t).toList());
    assertThat(scores).allSatisfy(score -> assertThat(score.anomaly().score()).isBetween(0.0, 1.0));
    List<Integer> alerts =
        IntStream.range(0, SAMPLES)
            .filter(t -> scores.get(t).anomaly().alert() >= 0.999)
            .boxed()
            .toList();
    if (event == Event.NOTHING) {
      assertThat(alerts).hasSizeLessThan(FALSE_ALERTS);
      return;
    }
    assertThat(alerts)
        .as("alerts at the %s of sample %s and hardly elsewhere", event, EVENT)
        .anyMatch(DetectJobITCase::isSoon)
        .filteredOn(t -> !isSoon(t))
        .hasSizeLessThan(FALSE_ALERTS);
    assertThat(IntStream.range(0, SAMPLES).filter(t -> scores.get(t).anomaly().alarm()))
        .as("alarm at the %s", event)
        .anyMatch(DetectJobITCase::isSoon);
  }

  private static boolean isSoon(int t) {
    return t >= EVENT && t < EVENT + SOON;
  }

  /** Scores of a key but for the last one, which says again that its segment has ended. */
  private List<Score> scores(Configuration run, String key) throws IOException {
    return fixture.scores(run).stream()
        .filter(score -> score.key().equals(key) && !score.endOfSegment())
        .toList();
  }

  private static Frame frame(String key, long startMicros, int channels, float... samples) {
    return new Frame(key, startMicros, 0, channels, samples, false, Origin.UNKNOWN);
  }

  /** Waits for a job's progress, or for its end, which is then a failure. */
  private static void await(CompletableFuture<Void> progress, JobClient job) throws Exception {
    CompletableFuture<?> end = job.getJobExecutionResult();
    CompletableFuture.anyOf(progress, end).get(1, TimeUnit.MINUTES);
    assertThat(progress).as("the job ended early: %s", end).isDone();
  }
}
