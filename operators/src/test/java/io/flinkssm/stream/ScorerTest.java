package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.at;
import static io.flinkssm.stream.Frames.cut;
import static io.flinkssm.stream.Frames.frame;
import static io.flinkssm.stream.Frames.last;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.GapPolicy;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScorerTest {
  private static final double RATE = 1000;

  /** Runs the frames of one key through a fresh scorer. */
  private static final class Run {
    final Collected collected = new Collected();
    final ToyModel model;
    final Scorer<float[]> scorer;
    KeyState<float[]> state;

    Run(ToyModel model, ScoringConfig.Builder config) {
      this.model = model;
      scorer = new Scorer<>(model, Kernels.float32(), config.build(), collected);
    }

    Run(ScoringConfig.Builder config) {
      this(ToyModel.classifier(), config);
    }

    Run add(Frame... frames) {
      return add(List.of(frames));
    }

    Run add(List<Frame> frames) {
      for (Frame frame : frames) {
        if (scorer.check(frame, collected)) {
          KeyState<float[]> next = scorer.score(state, frame, collected);
          state = next == null ? state : next;
        }
      }
      return this;
    }

    Score lastScore() {
      return collected.scores.get(collected.scores.size() - 1);
    }
  }

  private static ScoringConfig.Builder config() {
    return ScoringConfig.builder();
  }

  private static ScoringConfig.Builder everySamples(int every) {
    return config().emit(Emit.SAMPLES).emitEvery(every);
  }

  @Test
  void scoresTheLastSampleOfEveryFrame() {
    float[] u = signal(1, 10, 1);
    Run run = new Run(config()).add(cut("k", u, 0, 3, RATE), last(cut("k", u, 3, 10, RATE)));

    double a = -Math.expm1(-0.1);
    double x = 0;
    double sum = 0;
    for (float v : u) {
      x += a * (v - x);
      sum += x;
    }
    assertThat(run.collected.scores).hasSize(2);
    Score first = run.collected.scores.get(0);
    assertThat(first.position()).isEqualTo(3);
    assertThat(first.timeMicros()).isEqualTo(T0 + 2000);
    assertThat(first.endOfSegment()).isFalse();
    Score score = run.lastScore();
    assertThat(score.position()).isEqualTo(10);
    assertThat(score.timeMicros()).isEqualTo(T0 + 9000);
    assertThat(score.segmentStartMicros()).isEqualTo(T0);
    assertThat(score.endOfSegment()).isTrue();
    assertThat(score.task()).isEqualTo("classification");
    assertThat(score.outputs()[0]).isCloseTo(sum / 10, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(score.probabilities()[0])
        .isCloseTo(1 / (1 + Math.exp(-2 * sum / 10)), org.assertj.core.data.Offset.offset(1e-6));
    assertThat(score.label()).isEqualTo(sum > 0 ? "high" : "low");
    assertThat(run.collected.samplesScored).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 256, 257})
  void cuttingTheSignalAnywhereChangesNothing(int every) {
    float[] u = signal(2, 777, 1);
    List<Score> whole =
        new Run(everySamples(every)).add(last(cut("k", u, 0, 777, RATE))).collected.scores;
    assertThat(whole).hasSize((int) Math.ceil(777.0 / every));
    for (int seed = 0; seed < 3; seed++) {
      List<Frame> frames = Frames.splitAnywhere("k", u, RATE, seed);
      frames.set(frames.size() - 1, last(frames.get(frames.size() - 1)));
      assertThat(new Run(everySamples(every)).add(frames).collected.scores)
          .usingRecursiveComparison()
          .isEqualTo(whole);
    }
  }

  @Test
  void emissionAtTheEndOfSegmentsOnly() {
    float[] u = signal(3, 300, 1);
    Run run = new Run(config().emit(Emit.SEGMENT_END)).add(Frames.split("k", u, 20, RATE));
    assertThat(run.collected.scores).isEmpty();
    run.add(at(frame("k", 0, RATE, 1), T0 + 10_000_000));
    assertThat(run.collected.scores).hasSize(1);
    assertThat(run.lastScore().endOfSegment()).isTrue();
    assertThat(run.lastScore().position()).isEqualTo(300);
    assertThat(run.lastScore().timeMicros()).isEqualTo(T0 + 299_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void emissionOnChangeOfLabel(int every) {
    float[] u = new float[90];
    for (int i = 0; i < u.length; i++) {
      u[i] = i < 30 ? 1 : -1;
    }
    Run run = new Run(config().emit(Emit.LABEL_CHANGE).emitEvery(every));
    run.add(Frames.split("k", u, 10, RATE));
    assertThat(run.collected.scores).extracting(Score::label).containsExactly("high", "low");
    assertThat(run.collected.scores.get(0).position()).isEqualTo(10);
    assertThat(run.collected.scores.get(1).position() % 10).isZero();
    run.scorer.end(run.state, "k", run.collected);
    assertThat(run.lastScore().endOfSegment()).isTrue();
    assertThat(run.collected.scores).hasSize(3);
  }

  @Test
  void bridgedZerosEqualReceivedZeros() {
    float[] u = signal(4, 600, 1);
    float[] zeros = u.clone();
    java.util.Arrays.fill(zeros, 200, 500, 0);
    List<Score> received =
        new Run(everySamples(50)).add(Frames.split("k", zeros, 40, RATE)).collected.scores;
    Run run = new Run(everySamples(50));
    run.add(cut("k", u, 0, 200, RATE), cut("k", u, 500, 600, RATE));
    assertThat(run.collected.scores).usingRecursiveComparison().isEqualTo(received);
    assertThat(run.collected.gaps).isEqualTo(1);
    assertThat(run.collected.gapSamples).isEqualTo(300);
    assertThat(run.collected.samplesScored).isEqualTo(300);
  }

  @Test
  void bridgedByHoldEqualsTheRepeatedSample() {
    float[] u = signal(5, 40, 1);
    float[] held = u.clone();
    java.util.Arrays.fill(held, 13, 30, u[12]);
    Run received = new Run(config()).add(cut("k", held, 0, 30, RATE), cut("k", held, 30, 40, RATE));
    Run run = new Run(config().gapPolicy(GapPolicy.HOLD));
    run.add(cut("k", u, 0, 13, RATE), cut("k", u, 30, 40, RATE));
    assertThat(run.lastScore()).usingRecursiveComparison().isEqualTo(received.lastScore());
  }

  @Test
  void longGapEndsTheSegmentWithItsFinalScore() {
    float[] u = signal(6, 3000, 1);
    Run run = new Run(config()).add(cut("k", u, 0, 100, RATE), cut("k", u, 1101, 1201, RATE));
    assertThat(run.collected.scores)
        .extracting(Score::endOfSegment)
        .containsExactly(false, true, false);
    assertThat(run.collected.scores.get(1).outputs())
        .isEqualTo(run.collected.scores.get(0).outputs());
    assertThat(run.collected.scores.get(1).position()).isEqualTo(100);
    assertThat(run.lastScore().segmentStartMicros()).isEqualTo(T0 + 1_101_000);
    assertThat(run.lastScore().position()).isEqualTo(100);
    assertThat(run.collected.resets).isEqualTo(1);
    assertThat(run.collected.gaps).isZero();

    Run bridged = new Run(config()).add(cut("k", u, 0, 100, RATE), cut("k", u, 1100, 1200, RATE));
    assertThat(bridged.lastScore().position()).isEqualTo(1200);
    Run ends = new Run(config().gapPolicy(GapPolicy.END));
    ends.add(cut("k", u, 0, 100, RATE), cut("k", u, 101, 102, RATE));
    assertThat(ends.lastScore().position()).isEqualTo(1);
  }

  @Test
  void overlapIsTrimmedAndWhollyOldFramesAreLate() {
    float[] u = signal(7, 200, 1);
    Run clean = new Run(config()).add(cut("k", u, 0, 50, RATE), cut("k", u, 50, 90, RATE));
    Run run = new Run(config()).add(cut("k", u, 0, 50, RATE), cut("k", u, 37, 90, RATE));
    assertThat(run.lastScore()).usingRecursiveComparison().isEqualTo(clean.lastScore());
    assertThat(run.collected.overlaps).isEqualTo(1);
    assertThat(run.collected.overlapSamples).isEqualTo(13);

    run.add(cut("k", u, 20, 90, RATE));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.LATE, 1);
    assertThat(run.collected.samplesLate).isEqualTo(70);
    Rejection rejection = run.collected.rejections.get(0);
    assertThat(rejection.message()).contains("" + (T0 + 20_000)).contains("" + (T0 + 90_000));
    assertThat(rejection.payload()).hasSize(280);
    assertThat(rejection.origin().offset()).isEqualTo(7);
  }

  @Test
  void exactDuplicatesAreDroppedAlsoBetweenSegments() {
    float[] u = signal(8, 100, 1);
    Frame a = cut("k", u, 0, 50, RATE);
    Frame b = last(cut("k", u, 50, 100, RATE));
    Run run = new Run(config().toleranceSamples(60)).add(a, a, b, a, b);
    assertThat(run.collected.samplesDuplicate).isEqualTo(3 * 50);
    assertThat(run.collected.rejections).isEmpty();
    assertThat(run.collected.scores).hasSize(2);
    assertThat(run.collected.samplesScored).isEqualTo(100);
  }

  @Test
  void clockThatJumpsBackIsToldApartFromLateness() {
    float[] u = signal(9, 10, 1);
    Run run = new Run(config().lateness(Duration.ofSeconds(2)));
    run.add(cut("k", u, 0, 10, RATE));
    run.add(
        frame("k", T0 + 10_000 - 2_000_000, RATE, 1), frame("k", T0 + 9_999 - 2_000_000, RATE, 2));
    assertThat(run.collected.rejections)
        .extracting(Rejection::reason)
        .containsExactly(Rejection.Reason.LATE, Rejection.Reason.CLOCK_BACKWARDS);
    run.add(frame("k", -FrameCheck.FARTHEST_MICROS, RATE, 3));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.CLOCK_BACKWARDS, 2);
  }

  @Test
  void jitterWithinToleranceAndSlowDriftAreAbsorbed() {
    float[] u = signal(10, 1000, 1);
    Run exact = new Run(config()).add(Frames.split("k", u, 10, RATE));
    Run run = new Run(config());
    List<Frame> frames = Frames.split("k", u, 10, RATE);
    for (int i = 0; i < frames.size(); i++) {
      // 0.3 samples of drift a frame, 30 samples in all, and jitter of ±0.15 samples.
      long start = frames.get(i).startMicros() + 300L * i + (i % 2 == 0 ? 75 : -75);
      run.add(at(frames.get(i), start));
    }
    assertThat(run.collected.gaps + run.collected.overlaps + run.collected.resets).isZero();
    assertThat(run.lastScore().position()).isEqualTo(1000);
    assertThat(run.lastScore().outputs()).isEqualTo(exact.lastScore().outputs());
    run.add(frame("k", run.state.nextMicros() + 501, RATE, 1));
    assertThat(run.collected.gapSamples).isEqualTo(1);
  }

  @Test
  void changedRateKeepsTheState() {
    float[] u = signal(11, 200, 1);
    Run run = new Run(ToyModel.features(1), config()).add(cut("k", u, 0, 100, 1000));
    double before = run.lastScore().outputs()[0];
    run.add(frame("k", T0 + 100_000, 250, 1));
    double a = -Math.expm1(-1 / (0.01 * 250));
    assertThat(run.lastScore().outputs()[0])
        .isCloseTo(before + a * (1 - before), org.assertj.core.data.Offset.offset(1e-6));
    assertThat(run.lastScore().sampleRateHz()).isEqualTo(250);
    assertThat(run.lastScore().position()).isEqualTo(101);
    assertThat(run.collected.rediscretizations).isEqualTo(1);
    assertThat(run.state.nextMicros()).isEqualTo(T0 + 104_000);
    run.add(frame("k", T0 + 104_000, 1000, 1));
    assertThat(run.collected.rediscretizations).isEqualTo(2);
    assertThat(run.model.discretizations()).as("cached").isEqualTo(2);
  }

  @Test
  void manyRatesAreHeldInBounds() {
    Run run = new Run(config());
    for (int i = 0; i < 3 * DiscreteModels.CAPACITY; i++) {
      run.add(last(frame("k", T0 + i * 1_000_000L, 1000 + i, 1)));
    }
    assertThat(run.scorer.sampleRates()).isEqualTo(DiscreteModels.CAPACITY);
    assertThat(run.collected.scores).hasSize(3 * DiscreteModels.CAPACITY);
  }

  @Test
  void nonFiniteFramesLeaveAndTheirHoleIsAGap() {
    float[] u = signal(12, 30, 1);
    float[] broken = u.clone();
    broken[15] = Float.NaN;
    broken[17] = Float.NEGATIVE_INFINITY;
    Run run = new Run(config()).add(Frames.split("k", broken, 10, RATE));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.NON_FINITE, 1);
    assertThat(run.collected.nonFinite).isEqualTo(2);
    assertThat(run.collected.gapSamples).isEqualTo(10);
    assertThat(run.lastScore().position()).isEqualTo(30);

    Run ended =
        new Run(config()).add(cut("k", broken, 0, 10, RATE), last(cut("k", broken, 10, 20, RATE)));
    assertThat(ended.lastScore().endOfSegment()).isTrue();
    assertThat(ended.lastScore().position()).isEqualTo(10);
  }

  @Test
  void nonFiniteValuesAreReplacedByPolicy() {
    float[] values = {1, 10, Float.NaN, 20, 3, Float.POSITIVE_INFINITY};
    float[] held = {1, 10, 1, 20, 3, 20};
    float[] zeroed = {1, 10, 0, 20, 3, 0};
    for (NonFinitePolicy policy : List.of(NonFinitePolicy.HOLD, NonFinitePolicy.ZERO)) {
      float[] expected = policy == NonFinitePolicy.HOLD ? held : zeroed;
      Run run = new Run(ToyModel.features(2), config().nonFinite(policy));
      run.add(new Frame("k", T0, RATE, 2, values.clone(), false, Frame.Origin.UNKNOWN));
      run.add(
          new Frame(
              "k", T0 + 3000, RATE, 2, new float[] {Float.NaN, 5}, false, Frame.Origin.UNKNOWN));
      Run clean = new Run(ToyModel.features(2), config());
      clean.add(new Frame("k", T0, RATE, 2, expected, false, Frame.Origin.UNKNOWN));
      clean.add(
          new Frame(
              "k",
              T0 + 3000,
              RATE,
              2,
              new float[] {policy == NonFinitePolicy.HOLD ? 3 : 0, 5},
              false,
              Frame.Origin.UNKNOWN));
      assertThat(run.lastScore()).usingRecursiveComparison().isEqualTo(clean.lastScore());
      assertThat(run.collected.nonFinite).isEqualTo(3);
      assertThat(run.collected.rejections).isEmpty();
    }
  }

  @Test
  void unusableFramesAreRejectedWithTheReason() {
    Run run = new Run(config().maxFrameSamples(4));
    Frame good = frame("k", T0, RATE, 1, 2);
    run.add(frame("", T0, RATE, 1), frame(null, T0, RATE, 1));
    run.add(frame("k", T0, RATE), frame("k", T0, RATE, 1, 2, 3, 4, 5));
    run.add(new Frame("k", T0, RATE, 2, new float[2], false, Frame.Origin.UNKNOWN));
    run.add(new Frame("k", T0, RATE, 0, new float[2], false, Frame.Origin.UNKNOWN));
    for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 9.99, 100_001}) {
      run.add(frame("k", T0, rate, 1));
    }
    run.add(frame("k", T0, 666, 1));
    for (long start : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 1L << 58, -(1L << 58)}) {
      run.add(frame("k", start, RATE, 1));
    }
    assertThat(run.collected.rejected)
        .containsEntry(Rejection.Reason.MISSING_KEY, 2)
        .containsEntry(Rejection.Reason.EMPTY, 1)
        .containsEntry(Rejection.Reason.OVERSIZED, 1)
        .containsEntry(Rejection.Reason.CHANNEL_MISMATCH, 2)
        .containsEntry(Rejection.Reason.BAD_RATE, 7)
        .containsEntry(Rejection.Reason.BAD_TIME, 4);
    assertThat(run.state).isNull();
    run.add(good);
    assertThat(run.lastScore().position()).isEqualTo(2);
    Run two = new Run(ToyModel.features(2), config());
    two.add(new Frame("k", T0, RATE, 2, new float[3], false, Frame.Origin.UNKNOWN));
    assertThat(two.collected.rejections.get(0).message())
        .contains("3 values")
        .contains("2 channels");
  }

  @Test
  void anotherModelStartsTheSegmentAnewButKeepsTheClock() {
    float[] u = signal(13, 30, 1);
    Run old = new Run(config()).add(cut("k", u, 0, 10, RATE));
    Run run =
        new Run(new ToyModel("2", io.flinkssm.model.ModelInfo.Task.CLASSIFICATION, 1), config());
    run.state = old.state;
    run.add(cut("k", u, 0, 9, RATE));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.LATE, 1);
    assertThat(run.collected.resets).isZero();
    run.add(cut("k", u, 15, 30, RATE));
    assertThat(run.collected.resets).isEqualTo(1);
    assertThat(run.collected.gaps).isZero();
    assertThat(run.lastScore().position()).isEqualTo(15);
    assertThat(run.lastScore().modelVersion()).isEqualTo("2");
  }

  @Test
  void changedPrecisionKeepsTheState() {
    float[] u = signal(14, 600, 1);
    Run run = new Run(config()).add(cut("k", u, 0, 301, RATE));
    Collected collected = new Collected();
    Scorer<double[]> scorer =
        new Scorer<>(ToyModel.classifier(), Kernels.float64(), config().build(), collected);
    KeyState<double[]> next =
        scorer.score(run.state.copy(), cut("k", u, 301, 600, RATE), collected);
    run.add(cut("k", u, 301, 600, RATE));
    assertThat(next.position()).isEqualTo(600);
    assertThat(collected.scores.get(0).outputs()[0])
        .isCloseTo(run.lastScore().outputs()[0], org.assertj.core.data.Offset.offset(1e-5))
        .isNotEqualTo(run.lastScore().outputs()[0]);
  }

  @Test
  void silenceDoesNotLeaveSubnormalStates() {
    Run run = new Run(ToyModel.features(1), config());
    run.add(frame("k", T0, RATE, 1), at(frame("k", 0, RATE, new float[5000]), T0 + 1000));
    run.add(at(frame("k", 0, RATE, new float[5000]), T0 + 5_001_000));
    assertThat(run.state.recurrence[0]).isEqualTo(0f);
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> new Run(ToyModel.features(1), config().emit(Emit.LABEL_CHANGE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label-change")
        .hasMessageContaining("FEATURES");
    assertThatThrownBy(() -> config().emit(Emit.SAMPLES).build())
        .hasMessageContaining("emit.every");
    assertThatThrownBy(() -> config().emitEvery(3).build()).hasMessageContaining("no meaning");
    assertThatThrownBy(() -> config().toleranceSamples(Double.NaN).build())
        .hasMessageContaining("timestamp-tolerance");
    assertThatThrownBy(() -> config().idleTimeout(Duration.ofMillis(999)).build())
        .hasMessageContaining("PT0.999S")
        .hasMessageContaining("gap.max");
    assertThatThrownBy(() -> config().maxFrameSamples(0).build()).hasMessageContaining("oversized");
    assertThatThrownBy(() -> config().gapMax(Duration.ofSeconds(-1)))
        .hasMessageContaining("gap.max");
  }
}
