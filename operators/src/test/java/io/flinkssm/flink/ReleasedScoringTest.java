package io.flinkssm.flink;

import static io.flinkssm.flink.Releases.toy;
import static io.flinkssm.flink.ScoringHarness.options;
import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.cut;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.Ordering;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Releases in the operator: what is scored by which version, whatever happens in between. */
class ReleasedScoringTest {
  private static final double RATE = 1000;
  private static final int SAMPLES = 700;

  /** Between two samples, within a frame of every key. */
  private static final long SWITCH = T0 + 350_500;

  private static final Comparator<Score> ORDER =
      Comparator.comparing(Score::key)
          .thenComparing(Score::timeMicros)
          .thenComparing(Score::endOfSegment);

  @AfterEach
  void noModelIsLeft() {
    assertThat(ModelCache.shared().size()).isZero();
  }

  /** Scores at fixed positions, so that the cut of frames does not show. */
  private static Configuration sampled() {
    return options()
        .set(ScoringOptions.EMIT_POLICY, Emit.SAMPLES)
        .set(ScoringOptions.EMIT_EVERY, 7)
        .set(ScoringOptions.RETAIN, Duration.ofSeconds(1));
  }

  /** Frames of thirteen keys, interleaved, cut anywhere into up to 80 samples. */
  private static List<Frame> frames(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Frame> all = new ArrayList<>();
    for (int key = 0; key < 13; key++) {
      float[] signal = signal(key, SAMPLES, 1);
      for (int from = 0; from < SAMPLES; ) {
        int to = Math.min(SAMPLES, from + 1 + random.nextInt(80));
        all.add(cut("key-" + key, signal, from, to, RATE));
        from = to;
      }
    }
    all.sort(Comparator.comparing(Frame::startMicros).thenComparing(Frame::key));
    return all;
  }

  /** Index of the first frame that starts at a time or later. */
  private static int at(List<Frame> frames, long micros) {
    int index = 0;
    while (frames.get(index).startMicros() < micros) {
      index++;
    }
    return index;
  }

  private static List<Score> sorted(List<Score> scores) {
    List<Score> sorted = new ArrayList<>(scores);
    sorted.sort(ORDER);
    return sorted;
  }

  /** Scores in order, every bit of them, as text. */
  private static List<String> lines(List<Score> scores) {
    return sorted(scores).stream()
        .map(
            s ->
                s.toString().replaceAll("\\[D@\\w+", "")
                    + Arrays.toString(s.outputs())
                    + Arrays.toString(s.probabilities()))
        .toList();
  }

  private static List<Score> uninterrupted(Release... releases) throws Exception {
    try (ReleaseHarness h = ReleaseHarness.of(sampled()).open()) {
      return sorted(h.release(releases).add(frames(0)).endOfInput().scores());
    }
  }

  @ParameterizedTest
  @EnumSource(StatePolicy.class)
  void theVersionGoesByTheTimeOfTheSample(StatePolicy policy) throws Exception {
    List<Score> scores = uninterrupted(toy("2", SWITCH, policy));
    // The sample that ends a segment at a switch belongs to the version that saw it.
    assertThat(scores)
        .isNotEmpty()
        .allMatch(s -> s.modelVersion().equals(s.timeMicros() < SWITCH ? "1" : "2"));
    int reset = policy == StatePolicy.RESET ? 13 : 0;
    assertThat(scores).filteredOn(Score::endOfSegment).hasSize(13 + reset);
    assertThat(scores)
        .filteredOn(s -> s.endOfSegment() && s.modelVersion().equals("2"))
        .allMatch(s -> s.position() == (reset > 0 ? SAMPLES - 351 : SAMPLES));
  }

  @Test
  void aWarmStartedKeyScoresAsIfTheNewModelHadSeenAll() throws Exception {
    List<Score> switched = uninterrupted(toy("3s", SWITCH, StatePolicy.WARM_START));
    List<Score> always = uninterrupted(toy("3s", T0 - 1));
    assertThat(switched).hasSameSizeAs(always);
    int compared = 0;
    for (int i = 0; i < always.size(); i++) {
      if (always.get(i).timeMicros() >= SWITCH) {
        assertThat(switched.get(i).position()).isEqualTo(always.get(i).position());
        assertThat(switched.get(i).outputs())
            .containsExactly(always.get(i).outputs(), within(1e-6));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(13 * 40);
  }

  @ParameterizedTest
  @CsvSource({
    "HEAP, ARRIVAL, 1, RESET",
    "HEAP, ARRIVAL, 50, KEEP",
    "HEAP, SORTED, 50, WARM_START",
    "ROCKSDB, ARRIVAL, 1, WARM_START",
    "ROCKSDB, ARRIVAL, 50, RESET",
    "ROCKSDB, SORTED, 1, KEEP",
    "ROCKSDB, SORTED, 50, WARM_START",
  })
  void aFailureBetweenAnnouncementAndActivationLeavesNoTrace(
      Backend backend, Ordering ordering, int bundle, StatePolicy policy) throws Exception {
    Release[] releases = {
      toy("2", SWITCH, policy), toy("3", SWITCH + 150_000, policy), toy("1", SWITCH + 250_000)
    };
    Configuration options =
        sampled()
            .set(ScoringOptions.ORDERING, ordering)
            .set(ScoringOptions.BUNDLE_MAX_FRAMES, bundle);
    List<Frame> frames = frames(1);
    int announced = at(frames, T0 + 200_000);
    int failed = at(frames, T0 + 300_000);
    List<Score> scores = new ArrayList<>();
    OperatorSubtaskState state;
    try (ReleaseHarness h = ReleaseHarness.of(options).on(backend).open()) {
      h.add(frames.subList(0, announced)).release(releases[1], releases[2], releases[0]);
      h.add(frames.subList(announced, failed)).watermark(T0 + 250_000);
      state = h.snapshot();
      scores.addAll(h.scores());
      // What happens after the snapshot must not reach it.
      h.release(toy("9", SWITCH)).add(frames.subList(failed, frames.size())).endOfInput();
    }
    try (ReleaseHarness h = ReleaseHarness.of(options).on(backend).restore(state)) {
      scores.addAll(h.add(frames.subList(failed, frames.size())).endOfInput().scores());
      assertThat(h.rejected()).isEmpty();
    }
    assertThat(lines(scores)).isEqualTo(lines(uninterrupted(releases)));
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void rescalesFromTwoToFour(Backend backend) throws Exception {
    Release[] releases = {toy("2", SWITCH, StatePolicy.KEEP), toy("3s", SWITCH + 150_000)};
    List<Frame> frames = frames(2);
    int middle = at(frames, T0 + 300_000);
    List<Score> scores = new ArrayList<>();
    OperatorSubtaskState[] states = new OperatorSubtaskState[2];
    for (int index = 0; index < 2; index++) {
      try (ReleaseHarness h = ReleaseHarness.of(sampled()).on(backend).subtask(index, 2).open()) {
        // Broadcast streams may arrive in any order.
        h.release(releases[index], releases[1 - index]);
        h.add(ofSubtask(frames.subList(0, middle), index, 2));
        states[index] = h.snapshot();
        scores.addAll(h.scores());
      }
    }
    for (int index = 0; index < 4; index++) {
      try (ReleaseHarness h =
          ReleaseHarness.of(sampled()).on(backend).subtask(index, 4).restore(states)) {
        h.add(ofSubtask(frames.subList(middle, frames.size()), index, 4)).endOfInput();
        scores.addAll(h.scores());
      }
    }
    assertThat(lines(scores)).isEqualTo(lines(uninterrupted(releases)));
  }

  private static List<Frame> ofSubtask(List<Frame> frames, int index, int subtasks) {
    return frames.stream()
        .filter(
            frame ->
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        frame.key(), ScoringHarness.MAX_PARALLELISM, subtasks)
                    == index)
        .toList();
  }

  @Test
  void whatWasReleasedBeforeTheStartIsKnownFromTheFirstFrame() throws Exception {
    Release[] releases = {toy("2", SWITCH), toy("1", SWITCH + 150_000)};
    List<Frame> frames = frames(3);
    int middle = at(frames, T0 + 400_000);
    List<Score> scores = new ArrayList<>();
    OperatorSubtaskState state;
    try (ReleaseHarness h = ReleaseHarness.of(sampled()).after(releases[0]).open()) {
      h.add(frames.subList(0, middle)).release(releases[0]);
      state = h.snapshot();
      scores.addAll(h.scores());
    }
    // The second one was published while the job was down.
    try (ReleaseHarness h = ReleaseHarness.of(sampled()).after(releases).restore(state)) {
      h.add(frames.subList(middle, frames.size())).release(releases[1]).endOfInput();
      scores.addAll(h.scores());
    }
    assertThat(lines(scores)).isEqualTo(lines(uninterrupted(releases)));
  }

  @Test
  void savepointsOfJobsWithoutReleasesStartJobsWithThemAndBack() throws Exception {
    List<Frame> frames = frames(4);
    int middle = at(frames, T0 + 200_000);
    int end = at(frames, T0 + 250_000);
    OperatorSubtaskState state;
    List<Score> scores = new ArrayList<>();
    try (ScoringHarness h = ScoringHarness.open(sampled())) {
      state = h.add(frames.subList(0, middle)).snapshot();
      scores.addAll(h.scores());
    }
    try (ReleaseHarness h = ReleaseHarness.of(sampled()).restore(state)) {
      h.release(toy("2", SWITCH)).add(frames.subList(middle, end));
      state = h.snapshot();
      scores.addAll(h.scores());
    }
    try (ScoringHarness h = ScoringHarness.restore(sampled(), Backend.HEAP, state)) {
      scores.addAll(h.add(frames.subList(end, frames.size())).endOfInput().scores());
    }
    assertThat(lines(scores)).isEqualTo(lines(uninterrupted()));
  }

  @Test
  void framesBeforeTheFirstReleaseAreRejectedIfThereIsNoModel() throws Exception {
    Configuration options = options().set(ScoringOptions.MODEL_NAME, "toy");
    float[] u = signal(1, 40, 1);
    try (ReleaseHarness h = ReleaseHarness.of(options).open()) {
      h.add(cut("a", u, 0, 10, RATE)).release(toy("2", T0 + 20_000));
      h.add(cut("a", u, 10, 20, RATE), cut("a", u, 20, 30, RATE), cut("a", u, 30, 40, RATE));
      assertThat(h.rejected()).hasSize(2).allMatch(r -> r.reason() == Rejection.Reason.NO_MODEL);
      assertThat(h.scores()).hasSize(2).allMatch(s -> s.modelVersion().equals("2"));
    }
  }

  @Test
  void aReleaseThatComesLateTakesEffectAtTheNextSample() throws Exception {
    Configuration options = options().set(ScoringOptions.BUNDLE_MAX_FRAMES, 100);
    float[] u = signal(1, 100, 1);
    try (ReleaseHarness h = ReleaseHarness.of(options).open()) {
      h.add(cut("a", u, 0, 50, RATE)).watermark(T0 + 50_000);
      h.add(cut("a", u, 50, 60, RATE));
      h.release(toy("2", T0 + 10_000, StatePolicy.KEEP));
      h.add(cut("a", u, 60, 70, RATE)).endOfInput();
      assertThat(h.scores())
          .extracting(s -> s.position() + " " + s.modelVersion())
          .containsExactly("50 1", "60 1", "70 2", "70 2");
    }
  }

  /** Nobody has checked what comes from the log. */
  @Test
  void aBrokenReleaseOfTheLogIsRefusedWhenItIsNeeded() throws Exception {
    Release absent = new Release("toy", "2", "gone:2", "002", SWITCH, StatePolicy.RESET, 3);
    try (ReleaseHarness h = ReleaseHarness.of(sampled()).after(absent).open()) {
      h.add(frames(5)).endOfInput();
      assertThat(lines(h.scores())).isEqualTo(lines(uninterrupted()));
      assertThat(h.rejected())
          .hasSize(1)
          .allMatch(r -> r.reason() == Rejection.Reason.BAD_RELEASE)
          .allMatch(r -> r.message().contains("no toy model at gone:2"));
    }
  }

  /** The job has both versions elsewhere; it must not go on with two. */
  @Test
  void storageThatFailsFailsTheTaskAndNotTheRelease() throws Exception {
    Release absent = new Release("toy", "2", "gone:2", "002", SWITCH, StatePolicy.RESET, 3);
    ReleaseHarness h = ReleaseHarness.of(sampled()).open();
    h.release(absent);
    assertThatThrownBy(() -> h.add(frames(5)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("toy 2");
    h.flink.getOperator().close();
  }

  @Test
  void modelsAreLoadedAheadAndGivenUpBehind() throws Exception {
    Configuration options = options().set(ScoringOptions.LATENESS, Duration.ofSeconds(1));
    float[] u = signal(1, 10, 1);
    OperatorSubtaskState state;
    try (ReleaseHarness h = ReleaseHarness.of(options).open()) {
      assertThat(ModelCache.shared().size()).isEqualTo(1);
      h.release(toy("2", T0 + 1_000_000), toy("3", T0 + 5_000_000));
      assertThat(ModelCache.shared().size()).as("before a frame needs them").isEqualTo(3);
      h.add(cut("a", u, 0, 10, RATE)).watermark(T0 + 5_999_000);
      assertThat(ModelCache.shared().size()).as("for stragglers").isEqualTo(3);
      h.watermark(T0 + 6_000_000);
      assertThat(ModelCache.shared().size()).isEqualTo(2);
      state = h.snapshot();
    }
    try (ReleaseHarness h = ReleaseHarness.of(options).restore(state)) {
      assertThat(ModelCache.shared().size()).as("what matters is not known").isEqualTo(1);
      h.watermark(T0 + 3_000_000);
      assertThat(ModelCache.shared().size()).isEqualTo(3);
    }
  }

  @Test
  void timeIsThatOfFramesAlone() throws Exception {
    float[] u = signal(1, 10, 1);
    Configuration options = options().set(ScoringOptions.BUNDLE_MAX_FRAMES, 100);
    try (ReleaseHarness h = ReleaseHarness.of(options).open()) {
      h.flink.processWatermark2(Watermark.MAX_WATERMARK);
      h.flink.processWatermarkStatus2(WatermarkStatus.IDLE);
      h.add(cut("a", u, 0, 5, RATE)).watermark(T0 + 1000);
      h.flink.processWatermarkStatus2(WatermarkStatus.ACTIVE);
      h.flink.processWatermark2(new Watermark(1));
      h.watermark(T0 + 2000);
      h.add(cut("a", u, 5, 10, RATE));
      h.flink.processWatermarkStatus1(WatermarkStatus.IDLE);
      h.flink.processWatermarkStatus1(WatermarkStatus.ACTIVE);
      h.flink.processWatermark1(Watermark.MAX_WATERMARK);
      assertThat(h.flink.getOutput())
          .extracting(e -> e instanceof StreamRecord<?> ? "score" : e)
          .containsExactly(
              "score",
              new Watermark(T0 / 1000 + 1),
              new Watermark(T0 / 1000 + 2),
              "score",
              WatermarkStatus.IDLE,
              WatermarkStatus.ACTIVE,
              "score",
              Watermark.MAX_WATERMARK);
    }
  }

  @Test
  void onlySoManyReleasesAreRemembered() throws Exception {
    OperatorSubtaskState state;
    Configuration options = options();
    try (ReleaseHarness h = ReleaseHarness.of(options).open()) {
      for (int i = 0; i < 150; i++) {
        h.release(toy("" + (1 + i * 7 % 150), T0 + 1000L * (i * 7 % 150)));
      }
      state = h.snapshot();
    }
    float[] u = signal(1, 300, 1);
    try (ReleaseHarness h = ReleaseHarness.of(options).restore(state)) {
      h.add(Frames.split("a", u, 1, RATE).subList(0, 60));
      assertThat(h.scores())
          .filteredOn(s -> !s.endOfSegment())
          .first()
          .extracting(Score::modelVersion)
          .isEqualTo("1");
      assertThat(h.scores().get(h.scores().size() - 1).modelVersion()).isEqualTo("60");
    }
  }
}
