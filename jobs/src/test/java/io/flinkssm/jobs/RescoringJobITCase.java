package io.flinkssm.jobs;

import static io.flinkssm.jobs.ScoringJobFixture.KEYS;
import static io.flinkssm.jobs.ScoringJobFixture.LENGTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.flink.RescoringOptions;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmRescoring;
import io.flinkssm.jobs.kafka.AvroRecords;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.schemas.KernelSummary;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.schemas.RejectionReason;
import io.flinkssm.schemas.WindowScore;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.Ordering;
import io.flinkssm.stream.ScoringConfig.Precision;
import io.flinkssm.stream.WindowRules.Kind;
import io.flinkssm.testing.BidirectionalModel;
import io.flinkssm.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streaming, rescored live and rescored in batch mode agree, through a real broker. */
class RescoringJobITCase {
  private static final int ROUNDS = 12;
  private static final int WINDOW = 110;
  private static final String DPLR =
      """
      {"format": 1, "name": "golden", "version": "5", "architecture": "s4-classifier",
       "task": "classification", "labels": ["a", "b", "c", "d"], "sample_rate_hz": 100,
       "d_input": 2, "d_output": 4, "d_model": 32, "n_layers": 4, "prenorm": false,
       "layer": {"kind": "s4", "mode": "dplr", "dt_transform": "exp", "d_state": 64}}
      """;

  private final KafkaTesting kafka = KafkaTesting.shared();

  @TempDir private Path directory;
  private ScoringJobFixture fixture;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new ScoringJobFixture(kafka, directory);
  }

  /** Options of a rescoring run over the topics of a scoring run. */
  private Configuration rescoring(Configuration scored) {
    Configuration config = new Configuration(scored);
    String windows = kafka.createTopic("window-scores", 2);
    return config
        .set(RescoringJobOptions.WINDOW_SCORES_TOPIC, windows)
        .set(RescoringJobOptions.DIVERGED_TOPIC, kafka.createTopic("diverged", 1))
        .set(RescoringJobOptions.KERNELS_TOPIC, kafka.createTopic("kernels", 1))
        .set(JobOptions.REJECTED_TOPIC, kafka.createTopic("rejected", 1))
        .set(JobOptions.STOP_AT_END, false)
        .set(JobOptions.GROUP_ID, windows)
        .set(JobOptions.TRANSACTIONAL_ID_PREFIX, windows)
        .set(RescoringOptions.WINDOW_KIND, Kind.TUMBLING)
        .set(RescoringOptions.WINDOW_SIZE, WINDOW);
  }

  private static void toTheEnd(Configuration run) throws Exception {
    run.set(JobOptions.STOP_AT_END, true);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, run);
    RescoringJob.build(env, run);
    env.executeAsync().getJobExecutionResult().get(2, TimeUnit.MINUTES);
  }

  private List<WindowScore> windows(String topic) throws IOException {
    List<WindowScore> windows = new ArrayList<>();
    for (var record : kafka.readCommitted(topic)) {
      windows.add(AvroRecords.decode(WindowScore.class, WindowScore.SCHEMA$, record.value()));
    }
    return windows;
  }

  @ParameterizedTest
  @CsvSource({
    "06b-model-s4d-standalone, FLOAT32, 1e-4",
    "06b-model-s4d-standalone, FLOAT64, 1e-9",
    "05-model-s4-dplr, FLOAT32, 1e-4",
    "05-model-s4-dplr, FLOAT64, 1e-9"
  })
  void streamingLiveAndBatchAgree(String model, Precision precision, double tolerance)
      throws Exception {
    if (model.startsWith("05")) {
      Files.writeString(fixture.model.resolve("config.json"), DPLR);
      Path weights = fixture.model.resolve("model.safetensors");
      Files.delete(weights);
      Golden.copy(model + ".trained.safetensors", weights);
    }
    fixture.send(0, ROUNDS);
    Configuration scored =
        fixture
            .run()
            .set(ScoringOptions.PRECISION, precision)
            .set(ScoringOptions.EMIT_POLICY, Emit.SAMPLES)
            .set(ScoringOptions.EMIT_EVERY, 10);
    ScoringJobFixture.toTheEnd(scored);

    Configuration live = rescoring(scored).set(RescoringOptions.PRECISION, precision);
    toTheEnd(live);
    Configuration batch = rescoring(scored).set(RescoringOptions.PRECISION, precision);
    batch.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    toTheEnd(batch);
    Configuration sorted = rescoring(scored).set(RescoringOptions.PRECISION, precision);
    sorted.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    sorted.set(ScoringOptions.ORDERING, Ordering.SORTED);
    toTheEnd(sorted);

    List<WindowScore> windows = windows(live.get(RescoringJobOptions.WINDOW_SCORES_TOPIC));
    // 300 samples of each key: two full windows and what remains.
    assertThat(windows).hasSize(3 * KEYS);
    assertThat(windows).allSatisfy(w -> assertThat(w.getDivergence()).isLessThan(tolerance));
    assertThat(windows.stream().mapToLong(WindowScore::getCompared).sum())
        .isEqualTo(KEYS * ROUNDS * LENGTH / 10);
    assertThat(windows).allMatch(WindowScore::getWholeSegment);
    assertThat(windows)
        .allMatch(
            w -> w.getLabel().equals(w.getStreaming().getLabel()) || w.getEndPosition() < 300);
    assertThat(fixture.byKey(batch.get(RescoringJobOptions.WINDOW_SCORES_TOPIC)))
        .isEqualTo(fixture.byKey(live.get(RescoringJobOptions.WINDOW_SCORES_TOPIC)));
    assertThat(fixture.byKey(sorted.get(RescoringJobOptions.WINDOW_SCORES_TOPIC)))
        .isEqualTo(fixture.byKey(live.get(RescoringJobOptions.WINDOW_SCORES_TOPIC)));
    assertThat(kafka.readCommitted(live.get(RescoringJobOptions.DIVERGED_TOPIC))).isEmpty();
    assertThat(fixture.rejected(live)).isEmpty();
    List<String> layers = new ArrayList<>();
    for (var record : kafka.readCommitted(live.get(RescoringJobOptions.KERNELS_TOPIC))) {
      layers.add(
          AvroRecords.decode(KernelSummary.class, KernelSummary.SCHEMA$, record.value())
              .getLayer());
    }
    assertThat(layers).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void aBidirectionalModelIsRescoredThoughItCannotStream() throws Exception {
    Path model = directory.resolve("both-ways");
    BidirectionalModel.write(model, 21);
    float[] u = new float[200];
    Random random = new Random(4);
    for (int i = 0; i < u.length; i++) {
      u[i] = (float) random.nextGaussian();
    }
    fixture.send(
        List.of(new Frame("one", 1_700_000_000_000_000L, 100, 1, u, true, Frame.Origin.UNKNOWN)));
    Configuration run =
        rescoring(fixture.run())
            .set(ScoringOptions.MODEL_PATH, model.toUri().toString())
            .set(RescoringOptions.WINDOW_KIND, Kind.SEGMENT)
            .set(RescoringOptions.WINDOW_SIZE, 1000)
            .set(RescoringOptions.PRECISION, Precision.FLOAT64)
            .set(RescoringJobOptions.JOIN, false);
    toTheEnd(run);

    List<WindowScore> windows = windows(run.get(RescoringJobOptions.WINDOW_SCORES_TOPIC));
    assertThat(windows).hasSize(1);
    SequenceModel read = ModelDirectory.read(model);
    DiscreteModel<double[]> discrete = read.discretize(100, Kernels.float64());
    double[] input = new double[u.length];
    for (int i = 0; i < u.length; i++) {
      input[i] = u[i];
    }
    double[] expected = new double[3];
    discrete.convolve(null, input, input.length, expected, 1, ConvolutionMethod.FFT);
    for (int i = 0; i < 3; i++) {
      assertThat(windows.get(0).getOutputs().get(i)).isCloseTo(expected[i], within(1e-12));
    }
    assertThat(windows.get(0).getMethod()).isEqualTo("fft");
    assertThat(windows.get(0).getStreaming()).isNull();
    assertThat(windows.get(0).getDivergence()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"SNAPSHOT, hashmap", "COMPLETION, rocksdb"})
  void aFailureChangesNoWindow(FailOnce.At at, String backend) throws Exception {
    fixture.send(0, ROUNDS);
    Configuration scored = fixture.run();
    ScoringJobFixture.toTheEnd(scored);
    Configuration undisturbed = rescoring(scored);
    toTheEnd(undisturbed);

    int quietRounds = 5;
    Path other = Files.createDirectory(directory.resolve("other"));
    ScoringJobFixture again = new ScoringJobFixture(kafka, other);
    Configuration disturbed =
        rescoring(scored)
            .set(JobOptions.FRAMES_TOPIC, again.framesTopic)
            .set(StateBackendOptions.STATE_BACKEND, backend);
    again.send(0, quietRounds);
    FailOnce failOnce = FailOnce.at(at, quietRounds * KEYS, ROUNDS * KEYS);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, disturbed);
    RescoringJob.build(
        env,
        disturbed,
        (frames, scores, options) -> SsmRescoring.rescore(failOnce.in(frames), scores, options));
    JobClient job = env.executeAsync();
    await(FailOnce.covered(), job);
    again.send(quietRounds, ROUNDS);
    await(FailOnce.finished(), job);
    job.stopWithSavepoint(true, other.toUri().toString(), SavepointFormatType.CANONICAL)
        .get(1, TimeUnit.MINUTES);
    job.getJobExecutionResult().get(1, TimeUnit.MINUTES);

    String expected = undisturbed.get(RescoringJobOptions.WINDOW_SCORES_TOPIC);
    assertThat(windows(expected)).hasSize(3 * KEYS).allMatch(w -> w.getCompared() > 0);
    assertThat(fixture.byKey(disturbed.get(RescoringJobOptions.WINDOW_SCORES_TOPIC)))
        .isEqualTo(fixture.byKey(expected));
  }

  @Test
  void whatDivergesHasATopicOfItsOwn() throws Exception {
    fixture.send(0, ROUNDS);
    Configuration scored = fixture.run();
    ScoringJobFixture.toTheEnd(scored);
    // Nothing but equal bits is allowed, and transforms round otherwise.
    Configuration run =
        rescoring(scored)
            .set(RescoringOptions.METHOD, ConvolutionMethod.FFT)
            .set(RescoringOptions.DIVERGENCE_MAX, 0d);
    toTheEnd(run);
    assertThat(windows(run.get(RescoringJobOptions.DIVERGED_TOPIC)))
        .hasSize(3 * KEYS)
        .allMatch(w -> w.getDivergence() > 0);
  }

  @Test
  void aRangeOfTimeIsRescoredAndBrokenScoresAreRejected() throws Exception {
    fixture.send(0, 5);
    Configuration scored = fixture.run();
    ScoringJobFixture.toTheEnd(scored);
    Instant end = Instant.now().plusMillis(1);
    while (!Instant.now().isAfter(end)) {
      Thread.onSpinWait();
    }
    fixture.send(5, ROUNDS);
    kafka.send(
        List.of(
            new ProducerRecord<>(scored.get(JobOptions.SCORES_TOPIC), ScoringJobFixture.GARBAGE)));
    Configuration early = rescoring(scored).set(RescoringJobOptions.TO, end.toString());
    toTheEnd(early);
    assertThat(windows(early.get(RescoringJobOptions.WINDOW_SCORES_TOPIC)))
        .filteredOn(WindowScore::getEndOfSegment)
        .hasSize(KEYS)
        .allMatch(w -> w.getEndPosition() == 5 * LENGTH && w.getCompared() > 0);
    assertThat(fixture.rejected(early)).isEmpty();

    Configuration late = rescoring(scored).set(RescoringJobOptions.FROM, end.toString());
    toTheEnd(late);
    assertThat(windows(late.get(RescoringJobOptions.WINDOW_SCORES_TOPIC)))
        .filteredOn(WindowScore::getEndOfSegment)
        .hasSize(KEYS)
        .allMatch(w -> w.getEndPosition() == (ROUNDS - 5) * LENGTH);
    assertThat(fixture.rejected(late))
        .extracting(RejectedRecord::getReason)
        .containsExactly(RejectionReason.UNDECODABLE);
  }

  @Test
  void contradictoryOptionsAreNamed() {
    Configuration same =
        rescoring(fixture.run())
            .set(RescoringJobOptions.KERNELS_TOPIC, "one")
            .set(RescoringJobOptions.DIVERGED_TOPIC, "one");
    assertThatThrownBy(() -> toTheEnd(same))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must differ");
    Configuration noTime = rescoring(fixture.run()).set(RescoringJobOptions.TO, "tomorrow");
    assertThatThrownBy(() -> toTheEnd(noTime))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rescore.to is 'tomorrow'");
  }

  /** Waits for a job's progress, or for its end, which is then a failure. */
  private static void await(CompletableFuture<Void> progress, JobClient job) throws Exception {
    CompletableFuture<?> end = job.getJobExecutionResult();
    CompletableFuture.anyOf(progress, end).get(1, TimeUnit.MINUTES);
    assertThat(progress).as("the job ended early: %s", end).isDone();
  }
}
