package io.flinkssm.flink;

import static io.flinkssm.flink.Releases.toy;
import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;
import io.flinkssm.stream.Score;
import io.flinkssm.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Releases in a real, small cluster: announced to a running job, through a real failure. */
@Timeout(
    value = 120,
    threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a fault may show as waiting forever
class ReleasesITCase {
  private static final InMemoryReporter REPORTER = InMemoryReporter.create();
  private static final double RATE = 1000;
  private static final long SWITCH = T0 + 450_500;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  private static List<String> expected;

  @TempDir Path dir;

  @BeforeEach
  void forget() {
    GatedFrames.FAIL.set(false);
    GatedFrames.condition = () -> true;
  }

  @AfterEach
  void noModelIsLeft() {
    assertThat(ModelCache.shared().size()).isZero();
  }

  private static StreamExecutionEnvironment environment(int parallelism) {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            new Configuration()
                .set(PipelineOptions.GENERIC_TYPES, false)
                .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
                .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1)
                .set(
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                    Duration.ofMillis(1)));
    env.setParallelism(parallelism);
    env.enableCheckpointing(20);
    return env;
  }

  /** Frames of nine keys, interleaved; the gate is well before the switch. */
  private static void feed(int samples, int channels) {
    List<Frame> frames = new ArrayList<>();
    for (int key = 0; key < 9; key++) {
      float[] signal = signal(key, samples, channels);
      for (int from = 0; from < samples; from += 17 + key) {
        int to = Math.min(samples, from + 17 + key);
        float[] values = Arrays.copyOfRange(signal, from * channels, to * channels);
        long start = T0 + from * 1000L;
        frames.add(
            new Frame("key-" + key, start, RATE, channels, values, false, Frame.Origin.UNKNOWN));
      }
    }
    frames.sort(Comparator.comparing(Frame::startMicros).thenComparing(Frame::key));
    GatedFrames.frames = frames;
    GatedFrames.gate = frames.size() / 4;
  }

  /** Whether every parallel instance of the operator holds so many released models. */
  private static boolean held(int parallelism, int models) {
    return REPORTER.getMetricsByGroup().values().stream()
            .map(metrics -> metrics.get(ScoringMetrics.MODELS_LOADED))
            .filter(metric -> metric instanceof Gauge<?> gauge && gauge.getValue().equals(models))
            .count()
        == parallelism;
  }

  /** What left, each score once, in an order of its own. */
  private static List<String> scores() {
    return Gather.SCORES.stream()
        .sorted(
            Comparator.comparing(Score::key)
                .thenComparing(Score::timeMicros)
                .thenComparing(Score::endOfSegment))
        .map(
            s ->
                s.key()
                    + ' '
                    + s.timeMicros()
                    + ' '
                    + s.position()
                    + ' '
                    + s.modelVersion()
                    + ' '
                    + s.endOfSegment()
                    + Arrays.toString(s.outputs()))
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "4, false", "1, true", "2, true", "4, true"})
  void theSameLeavesAtAnyParallelismAndThroughAFailure(int parallelism, boolean fail)
      throws Exception {
    feed(1000, 1);
    GatedFrames.FAIL.set(fail);
    // After the failure nothing is held until time goes on.
    GatedFrames.condition = () -> (fail && !GatedFrames.FAIL.get()) || held(parallelism, 3);
    Release[] releases = {
      toy("3s", SWITCH + 200_000, StatePolicy.WARM_START),
      toy("2", SWITCH, StatePolicy.KEEP),
      toy("1", SWITCH + 400_000) // rolled back
    };
    Configuration options =
        new Configuration()
            .set(ScoringOptions.MODEL_PATH, ToyLoader.URI)
            .set(ScoringOptions.RETAIN, Duration.ofSeconds(2));
    StreamExecutionEnvironment env = environment(parallelism);
    Gather.all(
        SsmScoring.score(
            GatedFrames.stream(env, options),
            env.fromData(List.of(releases), SsmTypeInfo.RELEASE),
            ReleaseHistory.none(),
            options,
            new ToyLoader()));
    env.execute();

    assertThat(Gather.REJECTED).isEmpty();
    assertThat(GatedFrames.FAIL).isFalse();
    List<String> scores = scores();
    assertThat(Gather.SCORES).extracting(Score::modelVersion).containsOnly("1", "2", "3s");
    assertThat(Gather.SCORES)
        .allMatch(
            s ->
                s.modelVersion()
                    .equals(
                        s.timeMicros() < SWITCH
                            ? "1"
                            : s.timeMicros() < SWITCH + 200_000
                                ? "2"
                                : s.timeMicros() < SWITCH + 400_000 ? "3s" : "1"));
    if (expected == null) {
      expected = scores;
    }
    assertThat(scores).isEqualTo(expected);
  }

  @Test
  void brokenModelsAreRefusedAndTheJobGoesOn() throws Exception {
    byte[] good = Files.readAllBytes(model("1", UnaryOperator.identity()).resolve(WEIGHTS));
    Release[] releases = {
      release("2", 2, model("2", file -> Arrays.copyOf(file, file.length / 2)), null),
      release("3", 3, model("3", ReleasesITCase::touched), sha256(good)),
      release("4", 4, model("4", file -> header(file, Long.MAX_VALUE / 2)), null),
      release("5", 5, narrower(model("5", UnaryOperator.identity())), null),
      release("6", 6, model("6", ReleasesITCase::notANumber), null),
      release("7", 7, dir.resolve("nowhere"), sha256(good)),
      release("8", 8, model("8", UnaryOperator.identity()), null),
    };
    feed(200, 2);
    GatedFrames.condition = () -> held(2, 1);
    Configuration options =
        new Configuration().set(ScoringOptions.MODEL_PATH, dir.resolve("1").toUri().toString());
    StreamExecutionEnvironment env = environment(2);
    Gather.all(
        SsmScoring.score(
            GatedFrames.stream(env, options),
            env.fromData(List.of(releases), SsmTypeInfo.RELEASE),
            ReleaseHistory.none(),
            options));
    env.execute();

    assertThat(Gather.REJECTED).allMatch(r -> r.reason() == Rejection.Reason.BAD_RELEASE);
    assertThat(
            Gather.REJECTED.stream()
                .sorted(Comparator.comparing(r -> r.origin().offset()))
                .map(Rejection::message))
        .satisfiesExactly(
            m -> assertThat(m).contains("version 2", WEIGHTS),
            m -> assertThat(m).contains("version 3", "sha256", sha256(good)),
            m -> assertThat(m).contains("version 4", WEIGHTS),
            m -> assertThat(m).contains("version 5", "expected"),
            m -> assertThat(m).contains("version 6", "NaN"),
            m -> assertThat(m).contains("version 7", "nowhere"));
    assertThat(Gather.SCORES)
        .isNotEmpty()
        .allMatch(s -> s.modelVersion().equals(s.timeMicros() < T0 + 120_500 ? "1" : "8"));
  }

  private static final String WEIGHTS = "model.safetensors";

  private static final String CONFIG =
      """
      {"format": 1, "name": "golden", "version": "%s", "architecture": "s4-classifier",
       "task": "classification", "labels": ["a", "b", "c", "d"], "sample_rate_hz": 1000,
       "d_input": 2, "d_output": 4, "d_model": 32, "n_layers": 4, "prenorm": true,
       "layer": {"kind": "s4d-minimal"}}
      """;

  private Path model(String version, UnaryOperator<byte[]> damage) throws IOException {
    Path model = Files.createDirectory(dir.resolve(version));
    Files.writeString(model.resolve("config.json"), CONFIG.formatted(version));
    Path weights = model.resolve(WEIGHTS);
    Golden.copy("06b-model-s4d-standalone.trained.safetensors", weights);
    Files.write(weights, damage.apply(Files.readAllBytes(weights)));
    return model;
  }

  private static Path narrower(Path model) throws IOException {
    Path config = model.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"d_model\": 32", "\"d_model\": 16"));
    return model;
  }

  private static byte[] touched(byte[] file) {
    file[file.length - 4] ^= 1;
    return file;
  }

  private static byte[] header(byte[] file, long length) {
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    return file;
  }

  private static byte[] notANumber(byte[] file) {
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putFloat(file.length - 4, Float.NaN);
    return file;
  }

  private static Release release(String version, long sequence, Path model, String sha256)
      throws IOException {
    String digest = sha256 != null ? sha256 : sha256(Files.readAllBytes(model.resolve(WEIGHTS)));
    return new Release(
        "golden",
        version,
        model.toUri().toString(),
        digest,
        T0 + 120_500,
        StatePolicy.RESET,
        sequence);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every JDK has it", e);
    }
  }
}
