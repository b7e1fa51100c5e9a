package io.flinkssm.flink;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.last;
import static io.flinkssm.stream.Frames.signal;
import static io.flinkssm.stream.Frames.split;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.WindowRules.Kind;
import io.flinkssm.stream.WindowScore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows are scored by the version that is in force at their end. */
class RescoringReleasesTest {
  private static final double RATE = 1000;

  /** In the middle of a frame of 40 samples. */
  private static final long SWITCH = T0 + 310_000;

  private static Configuration tumbling(int size) {
    return RescoringHarness.options()
        .set(RescoringOptions.WINDOW_KIND, Kind.TUMBLING)
        .set(RescoringOptions.WINDOW_SIZE, size);
  }

  private static List<Frame> frames() {
    List<Frame> frames = new ArrayList<>(split("k", signal(1, 600, 1), 40, RATE));
    frames.add(last(frames.remove(frames.size() - 1)));
    return frames;
  }

  private static List<Score> streamed(Release release) throws Exception {
    try (ReleaseHarness harness = ReleaseHarness.of(ScoringHarness.options()).open()) {
      harness.release(release);
      return harness.add(frames()).endOfInput().scores();
    }
  }

  private static List<WindowScore> rescored(
      Configuration options, Backend backend, Release... releases) throws Exception {
    try (RescoringHarness harness =
        RescoringHarness.open(options, new ToyLoader(), () -> List.of(releases), backend)) {
      return harness.frames(frames()).endOfInput().windows();
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aReleaseThatResetsEndsTheSegmentWhereStreamingDoes(Backend backend) throws Exception {
    Release release = Releases.toy("2", SWITCH);
    List<WindowScore> windows = rescored(tumbling(100), backend, release);
    assertThat(windows)
        .extracting(WindowScore::modelVersion)
        .containsExactly("1", "1", "1", "1", "2", "2", "2");
    assertThat(windows)
        .extracting(WindowScore::endPosition)
        .containsExactly(100L, 200L, 300L, 310L, 100L, 200L, 290L);
    assertThat(windows)
        .extracting(WindowScore::segmentStartMicros)
        .containsExactly(T0, T0, T0, T0, SWITCH, SWITCH, SWITCH);
    assertThat(windows)
        .extracting(WindowScore::endOfSegment)
        .containsExactly(false, false, false, true, false, false, true);
  }

  @Test
  void everyStreamingScoreFindsItsWindow() throws Exception {
    Release release = Releases.toy("2", SWITCH);
    List<Score> streamed = streamed(release);
    try (RescoringHarness harness =
        RescoringHarness.open(
            tumbling(100), new ToyLoader(), () -> List.of(release), Backend.HEAP)) {
      harness.frames(frames()).scores(streamed).endOfInput();
      assertThat(harness.windows().stream().mapToLong(WindowScore::compared).sum())
          .isEqualTo(streamed.size());
      assertThat(harness.windows()).allMatch(w -> w.divergence() < 1e-5);
      assertThat(harness.diverged()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = StatePolicy.class,
      names = {"KEEP", "WARM_START"})
  void whereTheSegmentGoesOnAWholeOneIsScoredByItsLastVersion(StatePolicy policy) throws Exception {
    List<WindowScore> windows =
        rescored(RescoringHarness.options(), Backend.HEAP, Releases.toy("2", SWITCH, policy));
    List<WindowScore> second =
        rescored(RescoringHarness.options().set(ScoringOptions.MODEL_PATH, "toy:2"), Backend.HEAP);
    assertThat(windows).hasSize(1);
    assertThat(windows.get(0).modelVersion()).isEqualTo("2");
    assertThat(windows.get(0).endPosition()).isEqualTo(600);
    assertThat(windows.get(0).outputs()).containsExactly(second.get(0).outputs());
  }

  @Test
  void aWindowThatCannotGoOnFromAnotherVersionSaysSo() throws Exception {
    List<WindowScore> windows =
        rescored(tumbling(100), Backend.HEAP, Releases.toy("2", SWITCH, StatePolicy.KEEP));
    assertThat(windows)
        .extracting(WindowScore::modelVersion)
        .containsExactly("1", "1", "1", "2", "2", "2");
    assertThat(windows)
        .extracting(WindowScore::wholeSegment)
        .containsExactly(true, true, true, false, true, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone:2", "toy:3"})
  void aReleaseThatCannotBeUsedChangesNothing(String uri) throws Exception {
    Release broken = new Release("toy", "2", uri, "002", SWITCH, StatePolicy.RESET, 0);
    try (RescoringHarness harness =
        RescoringHarness.open(
            tumbling(100), new ToyLoader(), () -> List.of(broken), Backend.HEAP)) {
      harness.frames(frames()).endOfInput();
      assertThat(harness.windows()).hasSize(6).allMatch(w -> w.modelVersion().equals("1"));
      assertThat(harness.rejected())
          .extracting(Rejection::reason)
          .containsExactly(Rejection.Reason.BAD_RELEASE);
    }
  }

  @Test
  void aReleaseThatIsPublishedMeanwhileIsFound() throws Exception {
    List<Release> log = new CopyOnWriteArrayList<>();
    AtomicInteger reads = new AtomicInteger();
    ReleaseHistory history =
        () -> {
          reads.incrementAndGet();
          return List.copyOf(log);
        };
    Configuration options =
        tumbling(100).set(RescoringOptions.RELEASES_PERIOD, Duration.ofSeconds(1));
    try (RescoringHarness harness =
        RescoringHarness.open(options, new ToyLoader(), history, Backend.HEAP)) {
      harness.frames(frames().subList(0, 3));
      log.add(Releases.toy("2", SWITCH));
      // The third look from now on begins when what the second has found is known.
      int seen = reads.get() + 3;
      for (long second = 1; reads.get() < seen; second++) {
        harness.flink.setProcessingTime(1000 * second);
        Thread.onSpinWait();
      }
      harness.frames(frames().subList(3, 15)).endOfInput();
      assertThat(harness.windows()).hasSize(7);
      assertThat(harness.windows().get(6).modelVersion()).isEqualTo("2");
    }
  }

  @Test
  void aRestoredJobKnowsThemAgain() throws Exception {
    Release release = Releases.toy("2", SWITCH);
    OperatorSubtaskState snapshot;
    List<WindowScore> windows = new ArrayList<>();
    try (RescoringHarness harness =
        RescoringHarness.open(
            tumbling(100), new ToyLoader(), () -> List.of(release), Backend.ROCKSDB)) {
      harness.frames(frames().subList(0, 9));
      snapshot = harness.snapshot();
      windows.addAll(harness.windows());
    }
    try (RescoringHarness harness =
        RescoringHarness.restore(
            tumbling(100), new ToyLoader(), () -> List.of(release), Backend.ROCKSDB, snapshot)) {
      windows.addAll(harness.frames(frames().subList(9, 15)).endOfInput().windows());
    }
    List<WindowScore> unbroken = rescored(tumbling(100), Backend.HEAP, release);
    assertThat(windows).usingRecursiveComparison().isEqualTo(unbroken);
  }
}
