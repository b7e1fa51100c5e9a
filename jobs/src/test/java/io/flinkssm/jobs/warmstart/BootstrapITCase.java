package io.flinkssm.jobs.warmstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ReleaseHistory;
import io.flinkssm.flink.ScoredStreams;
import io.flinkssm.flink.ScoringBootstrap;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmDetection;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.flink.SsmTypeInfo;
import io.flinkssm.jobs.local.FrameFiles;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.Ordering;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A job that starts from a bootstrapped savepoint is a job that has run all along. */
class BootstrapITCase {
  private static final Path HOME = home();
  private static final Path MODEL = HOME.resolve("models/spoken-digits-s4d");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "hashmap, hashmap, ARRIVAL, 1, 2",
    "hashmap, rocksdb, ARRIVAL, 2, 1",
    "rocksdb, hashmap, SORTED, 2, 3",
    "rocksdb, rocksdb, SORTED, 1, 1"
  })
  void aWarmStartIsAnUninterruptedRun(
      String writing, String reading, Ordering ordering, int before, int after) throws Exception {
    Configuration config = config().set(ScoringOptions.ORDERING, ordering);
    List<Frame> frames = clips();
    long middle = middle(frames);
    Map<String, List<String>> uninterrupted =
        byKey(run(frames, config, 2, null), s -> s.timeMicros() >= middle);
    assertThat(uninterrupted).hasSizeGreaterThan(9);

    String savepoint = folder.resolve("savepoint").toUri().toString();
    JobExecutionResult result =
        bootstrap(
            frames,
            config.clone().set(StateBackendOptions.STATE_BACKEND, writing),
            before,
            new Bootstrap.Range(Long.MIN_VALUE, middle),
            savepoint);
    List<Frame> rest = frames.stream().filter(f -> f.startMicros() >= middle).toList();
    assertThat(result.<Long>getAccumulatorResult(Bootstrap.FRAMES))
        .isEqualTo(frames.size() - rest.size())
        .isPositive();
    assertThat(result.<Long>getAccumulatorResult(Bootstrap.REJECTED)).isZero();

    Map<String, List<String>> warm =
        byKey(
            run(
                rest,
                config.clone().set(StateBackendOptions.STATE_BACKEND, reading),
                after,
                savepoint),
            s -> s.timeMicros() >= middle);
    assertThat(warm).isEqualTo(uninterrupted);
    assertThat(byKey(run(rest, config, 2, null), s -> true))
        .as("a cold start is something else")
        .isNotEqualTo(uninterrupted);
  }

  @ParameterizedTest
  @CsvSource({"hashmap, rocksdb, 2, 1", "rocksdb, hashmap, 1, 2"})
  void detectorsStartWarm(String writing, String reading, int before, int after) throws Exception {
    Configuration config = new Configuration().set(ScoringOptions.EMIT_POLICY, Emit.FRAME);
    List<Frame> frames = clips();
    long middle = middle(frames);
    String savepoint = folder.resolve("savepoint").toUri().toString();
    bootstrap(
        frames,
        config.clone().set(StateBackendOptions.STATE_BACKEND, writing),
        before,
        new Bootstrap.Range(Long.MIN_VALUE, middle),
        savepoint);
    List<Frame> rest = frames.stream().filter(f -> f.startMicros() >= middle).toList();
    Configuration started = config.clone().set(StateBackendOptions.STATE_BACKEND, reading);
    Map<String, List<String>> uninterrupted =
        byKey(run(frames, config, 2, null), s -> s.timeMicros() >= middle);
    assertThat(uninterrupted).hasSizeGreaterThan(9);
    assertThat(byKey(run(rest, started, after, savepoint), s -> s.timeMicros() >= middle))
        .isEqualTo(uninterrupted);
    assertThat(byKey(run(rest, config, 2, null), s -> true))
        .as("a cold start is something else")
        .isNotEqualTo(uninterrupted);
  }

  @Test
  void aKeyThatStaysSilentStillEnds() throws Exception {
    Configuration config = config().set(ScoringOptions.IDLE_TIMEOUT, Duration.ofSeconds(2));
    List<Frame> frames = clips();
    long middle = middle(frames);
    String silent = frames.get(0).key();
    String savepoint = folder.resolve("savepoint").toUri().toString();
    bootstrap(frames, config, 2, new Bootstrap.Range(Long.MIN_VALUE, middle), savepoint);

    // Another key, which was not there before, is what event time goes by.
    Frame sign = frames.get(0);
    List<Frame> later =
        List.of(
            new Frame(
                "other",
                middle + 10_000_000,
                sign.sampleRateHz(),
                1,
                sign.samples(),
                false,
                Frame.Origin.UNKNOWN));
    List<Score> scores = run(later, config, 1, savepoint);
    assertThat(scores)
        .filteredOn(s -> s.key().equals(silent))
        .singleElement()
        .satisfies(s -> assertThat(s.endOfSegment()).isTrue())
        .satisfies(s -> assertThat(s.position()).isPositive());
  }

  @Test
  void retainedSamplesAreThereForAReleaseThatStartsWarm() throws Exception {
    Configuration config = config().set(ScoringOptions.RETAIN, Duration.ofMinutes(1));
    List<Frame> frames = clips();
    long middle = middle(frames);
    Release release = release(middle + 40_000);
    String savepoint = folder.resolve("savepoint").toUri().toString();
    bootstrap(frames, config, 2, new Bootstrap.Range(Long.MIN_VALUE, middle), savepoint);

    List<Frame> rest = frames.stream().filter(f -> f.startMicros() >= middle).toList();
    List<Score> warm = run(rest, config, 2, savepoint, release);
    assertThat(byKey(warm, s -> s.timeMicros() >= middle))
        .isEqualTo(byKey(run(frames, config, 2, null, release), s -> s.timeMicros() >= middle));
    assertThat(warm)
        .filteredOn(s -> s.modelVersion().equals("next"))
        .isNotEmpty()
        .as("segments go on from before the savepoint")
        .allSatisfy(s -> assertThat(s.segmentStartMicros()).isLessThan(middle));
  }

  /** The same network under another version, with one bit of its weights changed. */
  private Release release(long activateAtMicros) throws IOException {
    Path next = Files.createDirectory(folder.resolve("next"));
    String config = Files.readString(MODEL.resolve(ModelDirectory.CONFIG));
    String version = ModelDirectory.read(MODEL).info().version();
    Files.writeString(
        next.resolve(ModelDirectory.CONFIG),
        config.replaceFirst("(\"version\": *\")" + Pattern.quote(version), "$1next"));
    byte[] weights = Files.readAllBytes(MODEL.resolve(ModelDirectory.WEIGHTS));
    weights[weights.length - 2] ^= 0x40;
    Files.write(next.resolve(ModelDirectory.WEIGHTS), weights);
    return release(next.toString(), activateAtMicros);
  }

  private static Release release(String directory, long activateAtMicros) throws IOException {
    ModelInfo info = ModelDirectory.read(Path.of(directory)).info();
    return new Release(
        info.name(),
        info.version(),
        Path.of(directory).toUri().toString(),
        info.sha256(),
        activateAtMicros,
        Release.StatePolicy.WARM_START,
        0);
  }

  /** Knows the release before the first frame. */
  private record Known(String directory, long activateAtMicros) implements ReleaseHistory {
    @Override
    public List<Release> read() throws IOException {
      return List.of(release(directory, activateAtMicros));
    }
  }

  @Test
  void aFailureIsNoSavepoint() {
    Configuration config =
        config().set(ScoringOptions.MODEL_PATH, folder.resolve("nowhere").toUri().toString());
    String savepoint = folder.resolve("savepoint").toUri().toString();
    assertThatThrownBy(() -> bootstrap(clips(), config, 2, Bootstrap.Range.ALL, savepoint))
        .hasStackTraceContaining("nowhere");
    assertThat(folder.resolve("savepoint/_metadata")).doesNotExist();
  }

  private static Configuration config() {
    return new Configuration()
        .set(ScoringOptions.MODEL_PATH, MODEL.toUri().toString())
        .set(ScoringOptions.IDLE_TIMEOUT, Duration.ofMinutes(1));
  }

  private JobExecutionResult bootstrap(
      List<Frame> frames,
      Configuration config,
      int parallelism,
      Bootstrap.Range range,
      String savepoint)
      throws Exception {
    StreamExecutionEnvironment env = environment(config, parallelism);
    ScoringBootstrap scoring =
        detects(config) ? ScoringBootstrap.ofDetection(config) : ScoringBootstrap.ofScoring(config);
    Bootstrap.write(stream(env, frames, config), scoring, config, range, savepoint);
    return env.execute();
  }

  /** Whether it is detectors that start warm. */
  private static boolean detects(Configuration config) {
    return !config.contains(ScoringOptions.MODEL_PATH);
  }

  private static List<Score> run(
      List<Frame> frames, Configuration config, int parallelism, String savepoint)
      throws Exception {
    return run(frames, config, parallelism, savepoint, null);
  }

  @SuppressWarnings("try") // the iterator's close() may be interrupted
  private static List<Score> run(
      List<Frame> frames, Configuration config, int parallelism, String savepoint, Release release)
      throws Exception {
    Configuration started = config.clone();
    if (savepoint != null) {
      started.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env = environment(started, parallelism);
    DataStream<Frame> stream = stream(env, frames, config);
    ScoredStreams scored =
        release == null
            ? detects(config)
                ? SsmDetection.detect(stream, config)
                : SsmScoring.score(stream, config)
            : SsmScoring.score(
                stream,
                env.fromData(SsmTypeInfo.RELEASE, release),
                new Known(
                    Path.of(URI.create(release.uri())).toString(), release.activateAtMicros()),
                config);
    List<Score> scores = new ArrayList<>();
    try (CloseableIterator<Score> results = scored.scores().executeAndCollect()) {
      results.forEachRemaining(scores::add);
    }
    return scores;
  }

  private static StreamExecutionEnvironment environment(Configuration config, int parallelism) {
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, config.clone());
  }

  private static DataStream<Frame> stream(
      StreamExecutionEnvironment env, List<Frame> frames, Configuration config) {
    return env.fromData(SsmTypeInfo.FRAME, frames.toArray(Frame[]::new))
        .assignTimestampsAndWatermarks(SsmScoring.watermarks(config));
  }

  /** Scores as text, in the order of their positions; the order between keys is free. */
  private static Map<String, List<String>> byKey(
      List<Score> scores, java.util.function.Predicate<Score> which) {
    return scores.stream()
        .filter(which)
        .collect(
            Collectors.groupingBy(
                Score::key,
                TreeMap::new,
                Collectors.mapping(BootstrapITCase::show, Collectors.toList())));
  }

  private static String show(Score score) {
    return score.position()
        + " "
        + score.timeMicros()
        + " "
        + score.segmentStartMicros()
        + " "
        + score.endOfSegment()
        + " "
        + java.util.Arrays.toString(
            score.anomaly() == null ? score.outputs() : score.anomaly().outputs());
  }

  /** Frames of real clips, all keys side by side as time goes on. */
  private static List<Frame> clips() throws IOException {
    Path digits = HOME.resolve("samples/digits");
    List<Frame> frames = new ArrayList<>();
    FrameFiles reader = new FrameFiles(digits, List.of(), null, 8000, 160);
    try (Stream<Path> files = Files.list(digits)) {
      for (Path file : files.filter(FrameFiles::understands).sorted().toList()) {
        reader.read(file, frames::add);
      }
    }
    frames.sort(Comparator.comparing(Frame::startMicros));
    return frames;
  }

  /** A time at which the shortest clip is still going on. */
  private static long middle(List<Frame> frames) {
    return frames.stream()
            .filter(Frame::endOfSegment)
            .mapToLong(Frame::startMicros)
            .min()
            .orElseThrow()
        / 2;
  }

  private static Path home() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("samples")) ? here : here.getParent();
  }
}
