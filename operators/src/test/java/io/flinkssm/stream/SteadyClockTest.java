package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.stream.ScoringConfig.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The toy model's native rate is 1000 Hz, its range 10 Hz to 100 kHz. */
class SteadyClockTest {
  private static final int LENGTH = 20;

  private static ScoringConfig.Builder derived() {
    return ScoringConfig.builder().sampling(Sampling.DERIVED);
  }

  /** Frames of 20 samples that state {@code stated} Hz, the first at {@code start}. */
  private static List<Frame> frames(int count, long start, double rate, double stated) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long time = start + Math.round(i * LENGTH * 1e6 / rate);
      frames.add(frame("k", time, stated, Frames.signal(i, LENGTH, 1)));
    }
    return frames;
  }

  @ParameterizedTest
  @ValueSource(doubles = {500, 999, 1000, 1234, 5000})
  void theRateIsFoundWithTheSecondFrame(double rate) {
    OneKey run = new OneKey(ToyModel.features(1), derived()).add(frames(50, T0, rate, 0));
    List<Score> scores = run.collected.scores;
    assertThat(run.isSmooth()).isTrue();
    assertThat(scores).hasSize(50);
    assertThat(scores.get(0).sampleRateHz()).isEqualTo(1000);
    for (Score score : scores.subList(1, 50)) {
      assertThat(score.sampleRateHz()).isCloseTo(rate, Percentage.withPercentage(1.01));
      assertThat(score.sampleRateHz()).isEqualTo(scores.get(1).sampleRateHz());
    }
    assertThat(run.lastScore().position()).isEqualTo(50 * LENGTH);
    assertThat(run.collected.rediscretizations)
        .isEqualTo(scores.get(1).sampleRateHz() == 1000 ? 0 : 1);
  }

  @Test
  void whatFramesStateIsIgnored() {
    List<Frame> frames = new ArrayList<>();
    for (Frame f : frames(9, T0, 1000, 0)) {
      frames.add(
          frame("k", f.startMicros(), frames.size() % 2 == 0 ? -3 : Double.NaN, f.samples()));
    }
    OneKey run = new OneKey(ToyModel.features(1), derived()).add(frames);
    OneKey stated = new OneKey(ToyModel.features(1), ScoringConfig.builder());
    stated.add(frames(9, T0, 1000, 1000));
    assertThat(run.collected.scores).usingRecursiveComparison().isEqualTo(stated.collected.scores);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 20})
  void jitterBelowTheBoundChangesNothing(int confirm) {
    int most = (int) (confirm * 0.02 * LENGTH * 1000);
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      List<Frame> frames = frames(2, T0, 1000, 0);
      for (Frame f : frames(300, T0 + 2 * LENGTH * 1000, 1000, 0)) {
        frames.add(Frames.at(f, f.startMicros() + random.nextInt(most) - most / 2));
      }
      OneKey run = new OneKey(ToyModel.features(1), derived().rateConfirm(confirm)).add(frames);
      assertThat(run.isSmooth()).isTrue();
      assertThat(run.collected.rediscretizations).isZero();
      assertThat(run.lastScore().position()).isEqualTo(302 * LENGTH);
    }
  }

  @Test
  void lostFramesAreGapsAndNoRate() {
    List<Frame> frames = frames(40, T0, 1000, 0);
    for (int lost : new int[] {30, 21, 20, 11, 9, 5}) {
      frames.remove(lost);
    }
    OneKey run = new OneKey(ToyModel.features(1), derived()).add(frames);
    assertThat(run.collected.gaps).isEqualTo(5);
    assertThat(run.collected.gapSamples).isEqualTo(6 * LENGTH);
    assertThat(run.collected.rediscretizations).isZero();
    assertThat(run.lastScore().position()).isEqualTo(40 * LENGTH);
    assertThat(run.collected.rejections).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {100, 500, 900, 1100, 2000, 10_000})
  void aTrueChangeIsFollowedOnceConfirmed(double rate) {
    List<Frame> frames = frames(10, T0, 1000, 0);
    frames.addAll(frames(20, T0 + 10 * LENGTH * 1000, rate, 0));
    OneKey run = new OneKey(ToyModel.features(1), derived()).add(frames);
    assertThat(run.collected.rediscretizations).isEqualTo(1);
    assertThat(run.collected.overlaps).isZero();
    assertThat(run.collected.rejections).isEmpty();
    for (int i = 0; i < 30; i++) {
      // The interval behind the eleventh frame is the first new one; the third new one decides.
      double expected = i < 13 ? 1000 : rate;
      assertThat(run.collected.scores.get(i).sampleRateHz())
          .as("frame %d", i)
          .isCloseTo(expected, Percentage.withPercentage(1.01));
    }
    // Until then, time that a slower rate needs is bridged.
    assertThat(run.collected.gaps).isEqualTo(rate < 600 ? 2 : 0);
  }

  @Test
  void moreFramesConfirmIfAskedTo() {
    List<Frame> frames = frames(3, T0, 1000, 0);
    frames.addAll(frames(9, T0 + 3 * LENGTH * 1000, 1250, 0));
    for (int confirm : new int[] {1, 2, 5}) {
      OneKey run = new OneKey(ToyModel.features(1), derived().rateConfirm(confirm)).add(frames);
      List<Score> scores = run.collected.scores;
      assertThat(scores.get(2 + confirm).sampleRateHz()).isEqualTo(1000);
      assertThat(scores.get(3 + confirm).sampleRateHz()).isCloseTo(1250, within(13.0));
    }
  }

  @Test
  void aRateThatTheModelDoesNotDeclareIsRejected() {
    List<Frame> frames = frames(4, T0, 1000, 0);
    frames.addAll(frames(3, T0 + 4 * LENGTH * 1000, 200_000, 0));
    frames.addAll(frames(3, T0 + 4 * LENGTH * 1000 + 300, 200_000, 0));
    OneKey run = new OneKey(ToyModel.features(1), derived()).add(frames);
    assertThat(run.collected.rejections.stream().map(Rejection::reason)).isNotEmpty();
    assertThat(run.state.sampleRateHz()).isEqualTo(1000);

    OneKey slow = new OneKey(ToyModel.features(1), derived());
    slow.add(frame("k", T0, 0, 1), frame("k", T0 + 200_000, 0, 1), frame("k", T0 + 400_000, 0, 1));
    assertThat(slow.collected.rejections).isEmpty();
    assertThat(slow.collected.gaps).isEqualTo(2);
    slow.add(frame("k", T0 + 600_000, 0, 1));
    assertThat(slow.collected.rejected).containsEntry(Rejection.Reason.BAD_RATE, 1);
    assertThat(slow.collected.rejections.get(0).message())
        .contains("5.0 Hz")
        .contains("10.0 to 100000.0");
  }

  @Test
  void resentFramesAreKnown() {
    List<Frame> frames = frames(10, T0, 1000, 0);
    OneKey run = new OneKey(ToyModel.features(1), derived()).add(frames);
    run.add(frames.get(9), frames.get(4));
    assertThat(run.collected.samplesDuplicate).isEqualTo(2 * LENGTH);
    run.add(frame("k", frames.get(9).startMicros(), 0, Frames.signal(99, 2 * LENGTH, 1)));
    assertThat(run.collected.overlapSamples).isEqualTo(LENGTH);
    assertThat(run.lastScore().position()).isEqualTo(11 * LENGTH);
    run.add(frame("k", T0, 0, 1));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.LATE, 1);
  }

  @Test
  void aNewSegmentBeginsWithTheRateOfTheLast() {
    List<Frame> frames = frames(5, T0, 500, 0);
    frames.add(Frames.last(frames.remove(4)));
    frames.addAll(frames(5, T0 + 60_000_000, 500, 0));
    OneKey run = new OneKey(ToyModel.features(1), derived()).add(frames);
    assertThat(run.isSmooth()).isTrue();
    assertThat(run.collected.scores.get(5).sampleRateHz())
        .isEqualTo(run.collected.scores.get(4).sampleRateHz());
    assertThat(run.lastScore().position()).isEqualTo(5 * LENGTH);
  }

  @Test
  void statedRatesThatJitterCountAsOne() {
    List<Frame> frames = new ArrayList<>();
    for (Frame f : frames(40, T0, 1000, 0)) {
      double stated = frames.size() % 2 == 0 ? 999.7 : 1000.2;
      frames.add(frame("k", f.startMicros(), stated, f.samples()));
    }
    ScoringConfig.Builder config = ScoringConfig.builder();
    OneKey exact = new OneKey(ToyModel.features(1), config).add(frames);
    assertThat(exact.collected.rediscretizations).isEqualTo(39);
    OneKey run = new OneKey(ToyModel.features(1), config.rateTolerance(0.01)).add(frames);
    assertThat(run.collected.rediscretizations).isZero();
    assertThat(run.collected.scores).allMatch(score -> score.sampleRateHz() == 1000);

    run.add(frames(6, T0 + 40 * LENGTH * 1000, 2000, 2000));
    assertThat(run.isSmooth()).isTrue();
    assertThat(run.collected.rediscretizations).isEqualTo(1);
    assertThat(run.lastScore().sampleRateHz()).isCloseTo(2000, within(10.0));
    assertThat(run.lastScore().position()).isEqualTo(46 * LENGTH);
  }

  @Test
  void statedRatesWithToleranceStillSeeGapsAndOverlaps() {
    List<Frame> frames = frames(10, T0, 1000, 1003);
    frames.remove(4);
    frames.add(frame("k", T0 + 10 * LENGTH * 1000 - 5000, 1003, Frames.signal(1, 10, 1)));
    OneKey run =
        new OneKey(ToyModel.features(1), ScoringConfig.builder().rateTolerance(0.01)).add(frames);
    assertThat(run.collected.gapSamples).isEqualTo(LENGTH);
    assertThat(run.collected.overlapSamples).isEqualTo(5);
    assertThat(run.collected.rediscretizations).isZero();
    run.add(Frames.last(frame("k", run.state.nextMicros(), 1000, 1)));
    run.add(frame("k", run.state.nextMicros(), 500, 1));
    assertThat(run.lastScore().sampleRateHz()).as("a new segment").isCloseTo(500, within(5.0));
  }

  @Test
  void manyKeysShareFewModels() {
    Scorer<float[]> scorer =
        new Scorer<>(
            ToyModel.features(1),
            io.flinkssm.simd.Kernels.float32(),
            derived().build(),
            ScoringCounters.NONE);
    Random random = new Random(5);
    for (int key = 0; key < 500; key++) {
      double rate = 800 * (1 + 0.01 * random.nextGaussian());
      KeyState<float[]> state = null;
      for (Frame frame : frames(3, T0, rate, 0)) {
        state = scorer.score(state, frame, new Collected());
      }
    }
    assertThat(scorer.sampleRates()).isBetween(2, 6);
  }

  @Test
  void refusesWhatCannotWork() {
    assertThat(derived().build().rateTolerance()).isEqualTo(0.02);
    assertThat(ScoringConfig.builder().build().rateTolerance()).isZero();
    assertThatThrownBy(() -> derived().rateTolerance(0.3).build())
        .hasMessageContaining("rate.tolerance")
        .hasMessageContaining("derived");
    assertThatThrownBy(() -> derived().rateTolerance(Double.NaN).build())
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> ScoringConfig.builder().rateTolerance(1e-6).build())
        .hasMessageContaining("or 0");
    assertThatThrownBy(
            () -> ScoringConfig.builder().sampling(Sampling.IRREGULAR).rateTolerance(0.02).build())
        .hasMessageContaining("no meaning");
    assertThatThrownBy(() -> derived().rateConfirm(0).build()).hasMessageContaining("rate.confirm");
    assertThatThrownBy(() -> derived().irregularStepsPerOctave(0).build())
        .hasMessageContaining("steps-per-octave");
  }
}
