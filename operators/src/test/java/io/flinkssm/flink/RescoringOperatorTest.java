package io.flinkssm.flink;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.frame;
import static io.flinkssm.stream.Frames.last;
import static io.flinkssm.stream.Frames.signal;
import static io.flinkssm.stream.Frames.split;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.model.KernelSummary;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Ordering;
import io.flinkssm.stream.WindowRules.Kind;
import io.flinkssm.stream.WindowScore;
import io.flinkssm.testing.BidirectionalModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows of several keys in the operator, beside the streaming scores of the same frames. */
class RescoringOperatorTest {
  private static final double RATE = 1000;

  private static Configuration tumbling(int size) {
    return RescoringHarness.options()
        .set(RescoringOptions.WINDOW_KIND, Kind.TUMBLING)
        .set(RescoringOptions.WINDOW_SIZE, size);
  }

  /** Frames of three keys in turn; one key's segments end now and then. */
  private static List<Frame> frames(int rounds) {
    List<List<Frame>> ofKeys = new ArrayList<>();
    for (int key = 0; key < 3; key++) {
      ofKeys.add(split("k" + key, signal(key, rounds * 40, 1), 40, RATE));
    }
    List<Frame> frames = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (int key = 0; key < 3; key++) {
        Frame frame = ofKeys.get(key).get(round);
        frames.add(key == 2 && round % 5 == 4 ? last(frame) : frame);
      }
    }
    return frames;
  }

  private static List<Score> streamed(List<Frame> frames) throws Exception {
    try (ScoringHarness harness = ScoringHarness.open(ScoringHarness.options())) {
      return harness.add(frames).endOfInput().scores();
    }
  }

  private static RescoringHarness open(Configuration options) throws Exception {
    return RescoringHarness.open(options, new ToyLoader(), Backend.HEAP);
  }

  /** What was emitted, as text, in any order of keys. */
  private static List<String> texts(List<WindowScore> windows) {
    return windows.stream()
        .map(
            w ->
                String.join(
                    " ",
                    w.key(),
                    w.segmentStartMicros() + "+" + w.startPosition() + ".." + w.endPosition(),
                    Arrays.toString(w.outputs()),
                    w.endOfSegment() + " " + w.compared() + " " + w.divergence(),
                    w.streaming() == null ? "" : Arrays.toString(w.streaming().outputs())))
        .sorted()
        .toList();
  }

  @Test
  @SuppressWarnings("try") // the harness's close() may be interrupted
  void withoutStreamingScoresAWindowIsScoredAtItsLastSample() throws Exception {
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<String, Frame, WindowScore>(
            SsmRescoring.operator(
                tumbling(100),
                new ToyLoader(),
                ReleaseHistory.none(),
                false,
                KernelsChoice.usual()),
            SsmScoring::key,
            Types.STRING)) {
      harness.setup(SsmTypeInfo.WINDOW_SCORE.createSerializer(null));
      harness.open();
      for (Frame frame : split("k", signal(1, 240, 1), 40, RATE)) {
        harness.processElement(frame, 0);
      }
      assertThat(harness.extractOutputValues())
          .extracting(WindowScore::endPosition)
          .containsExactly(100L, 200L);
      assertThat(harness.extractOutputValues()).allMatch(w -> w.streaming() == null);
    }
  }

  @Test
  void computesWithTheKernelsOfTheJobsChoice() throws Exception {
    // Not closed: Flink's harness would finish an operator that has never opened.
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<String, Frame, WindowScore>(
            SsmRescoring.operator(
                tumbling(100), new ToyLoader(), ReleaseHistory.none(), false, new NoSuchKernels()),
            SsmScoring::key,
            Types.STRING);
    harness.setup(SsmTypeInfo.WINDOW_SCORE.createSerializer(null));
    assertThatThrownBy(harness::open).hasMessage("nothing but float32");
  }

  /** Kernels that cannot run here. */
  private static final class NoSuchKernels implements KernelsChoice {
    @Override
    public <A> Kernels<A> of(Kernels<A> usual) {
      throw new IllegalStateException("nothing but " + usual.name().substring(0, 7));
    }
  }

  @Test
  void aWindowWaitsForBothInputsAndIsComparedAtEveryScore() throws Exception {
    List<Frame> frames = split("k", signal(1, 240, 1), 40, RATE);
    Configuration options = tumbling(100).set(RescoringOptions.WAIT, Duration.ofMillis(50));
    try (RescoringHarness harness = open(options)) {
      harness.frames(frames).watermark1(T0 + 1_000_000).scores(streamed(frames));
      assertThat(harness.windows()).isEmpty();
      harness.watermark2(T0 + 140_000);
      assertThat(harness.windows()).isEmpty();
      harness.watermark2(T0 + 149_000);
      assertThat(harness.windows()).hasSize(1);
      // Frames end at 40 and 80.
      assertThat(harness.windows().get(0).compared()).isEqualTo(2);
      assertThat(harness.windows().get(0).streaming().position()).isEqualTo(80);
      harness.endOfInput();
      assertThat(harness.windows())
          .extracting(WindowScore::endPosition)
          .containsExactly(100L, 200L, 240L);
      assertThat(harness.windows()).allMatch(w -> w.divergence() < 1e-6);
      assertThat(harness.windows().stream().mapToLong(WindowScore::compared).sum()).isEqualTo(6);
      assertThat(harness.diverged()).isEmpty();
      assertThat(harness.flink.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void whatDivergesLeavesByItsOwnOutputToo() throws Exception {
    List<Frame> frames = split("k", signal(1, 200, 1), 40, RATE);
    List<Score> scores = streamed(frames);
    scores.get(1).outputs()[0] += 0.01;
    try (RescoringHarness harness = open(tumbling(100))) {
      harness.frames(frames).scores(scores).endOfInput();
      assertThat(harness.windows()).hasSize(2);
      assertThat(harness.diverged()).hasSize(1);
      assertThat(harness.diverged().get(0).startPosition()).isZero();
    }
  }

  @Test
  void scoresWithoutFramesAreForgotten() throws Exception {
    List<Frame> frames = split("k", signal(1, 200, 1), 40, RATE);
    try (RescoringHarness harness = open(tumbling(100))) {
      harness.scores(streamed(frames)).watermark(T0 + 100_000);
      assertThat(harness.flink.numKeyedStateEntries()).isPositive();
      harness.watermark(T0 + 300_000);
      assertThat(harness.flink.numKeyedStateEntries()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aRestoredOperatorGoesOnAsIfNothingHadHappened(Backend backend) throws Exception {
    List<Frame> frames = frames(23);
    List<Score> scores = streamed(frames);
    for (Configuration options :
        List.of(
            tumbling(100),
            RescoringHarness.options(),
            RescoringHarness.options()
                .set(RescoringOptions.WINDOW_KIND, Kind.SLIDING)
                .set(RescoringOptions.WINDOW_SIZE, 150)
                .set(RescoringOptions.WINDOW_SLIDE, 70))) {
      List<String> expected;
      try (RescoringHarness whole = open(options)) {
        whole.frames(frames).scores(scores).endOfInput();
        expected = texts(whole.windows());
      }
      assertThat(expected).hasSizeGreaterThan(3);
      List<WindowScore> windows = new ArrayList<>();
      int cut = frames.size() / 2 + 1;
      long until = frames.get(cut).startMicros();
      try (RescoringHarness first = RescoringHarness.open(options, new ToyLoader(), backend)) {
        first.frames(frames.subList(0, cut));
        first.scores(scores.stream().filter(s -> s.timeMicros() < until).toList());
        first.watermark(until - 1000);
        windows.addAll(first.windows());
        var state = first.snapshot();
        try (RescoringHarness second =
            RescoringHarness.restore(options, new ToyLoader(), backend, state)) {
          second.frames(frames.subList(cut, frames.size()));
          second.scores(scores.stream().filter(s -> s.timeMicros() >= until).toList());
          second.endOfInput();
          windows.addAll(second.windows());
          if (backend == Backend.HEAP) {
            assertThat(second.flink.numKeyedStateEntries()).isZero();
          }
        }
      }
      assertThat(texts(windows)).isEqualTo(expected);
    }
  }

  @Test
  void sortedFramesGiveTheSameWindowsInAnyOrderOfArrival() throws Exception {
    List<Frame> frames = frames(12);
    Configuration options = tumbling(100).set(ScoringOptions.ORDERING, Ordering.SORTED);
    List<String> expected;
    try (RescoringHarness harness = open(options)) {
      expected = texts(harness.frames(frames).endOfInput().windows());
    }
    List<Frame> shuffled = new ArrayList<>(frames);
    Collections.shuffle(shuffled, new Random(3));
    try (RescoringHarness harness = open(options)) {
      harness.frames(shuffled).endOfInput();
      assertThat(texts(harness.windows())).isEqualTo(expected);
      assertThat(harness.rejected()).isEmpty();
    }
  }

  @Test
  void anIdleKeyEndsItsSegmentAndIsForgotten() throws Exception {
    Configuration options = tumbling(100).set(ScoringOptions.IDLE_TIMEOUT, Duration.ofSeconds(2));
    try (RescoringHarness harness = open(options)) {
      harness.frames(split("k", signal(1, 130, 1), 40, RATE)).watermark(T0 + 1_000_000);
      assertThat(harness.windows()).hasSize(1);
      harness.watermark(T0 + 2_200_000);
      assertThat(harness.windows()).hasSize(2);
      assertThat(harness.windows().get(1).endOfSegment()).isTrue();
      assertThat(harness.flink.numKeyedStateEntries()).isPositive();
      harness.watermark(T0 + 100_000_000);
      assertThat(harness.flink.numKeyedStateEntries()).isZero();
      // The key starts anew, its log at zero.
      harness.frames(List.of(frame("k", T0 + 200_000_000, RATE, signal(2, 100, 1))));
      harness.endOfInput();
      assertThat(harness.windows()).hasSize(3);
      assertThat(harness.windows().get(2).startPosition()).isZero();
    }
  }

  @Test
  void unusableFramesAreRejected() throws Exception {
    try (RescoringHarness harness = open(tumbling(100))) {
      harness.frames(
          List.of(
              frame("k", T0, -1, 1f),
              frame("k", T0, RATE, 1f, Float.NaN),
              frame(null, T0, RATE, 1f)));
      assertThat(harness.rejected())
          .extracting(Rejection::reason)
          .containsExactly(
              Rejection.Reason.BAD_RATE, Rejection.Reason.NON_FINITE, Rejection.Reason.MISSING_KEY);
    }
  }

  @Test
  void aWindowThatCannotBeScoredIsRejectedWithItsSamples() throws Exception {
    ModelLoader both = uri -> BidirectionalModel.read(5);
    Configuration options = RescoringHarness.options().set(RescoringOptions.WINDOW_SIZE, 100);
    float[] u = signal(1, 150, 1);
    try (RescoringHarness harness = RescoringHarness.open(options, both, Backend.HEAP)) {
      harness.frames(List.of(frame("k", T0, 100, u))).endOfInput();
      assertThat(harness.windows()).isEmpty();
      assertThat(harness.rejected())
          .extracting(Rejection::reason)
          .containsExactly(Rejection.Reason.OVERSIZED, Rejection.Reason.OVERSIZED);
      assertThat(harness.rejected().get(0).payload()).hasSize(400);
      assertThat(harness.rejected().get(1).payload()).hasSize(200);
    }
  }

  @Test
  void kernelsAreSummarisedOnceForEachRate() throws Exception {
    ModelLoader digits = uri -> ModelDirectory.read(Path.of("..", "models", "spoken-digits-s4d"));
    Configuration options = tumbling(128);
    try (RescoringHarness harness = RescoringHarness.open(options, digits, Backend.HEAP)) {
      double rate = digits.load("").info().sampleRateHz();
      harness.frames(Frames.split("k", signal(1, 400, 1), 40, rate));
      harness.frames(Frames.split("other", signal(1, 400, 1), 40, rate / 2));
      harness.endOfInput();
      harness.flink.getOperator().finish();
      int layers = digits.load("").stateSpaces().size();
      assertThat(harness.kernels()).hasSize(2 * layers);
      assertThat(harness.kernels())
          .extracting(KernelSummary::sampleRateHz)
          .containsOnly(rate, rate / 2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rescore.window.size, 0",
    "rescore.window.kind, sliding",
    "rescore.window.slide, 5",
    "rescore.divergence.max, NaN",
    "rescore.wait, -1 s"
  })
  void contradictoryOptionsAreNamed(String option, String value) {
    Configuration options = RescoringHarness.options();
    options.setString(option, value);
    assertThatThrownBy(
            () ->
                SsmRescoring.operator(
                    options, new ToyLoader(), ReleaseHistory.none(), true, KernelsChoice.usual()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(option.replace("kind", "slide").replace("rescore.", ""));
  }
}
