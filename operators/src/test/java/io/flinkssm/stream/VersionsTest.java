package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.cut;
import static io.flinkssm.stream.Frames.frame;
import static io.flinkssm.stream.Frames.last;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo.Task;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.Release.StatePolicy;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.Sampling;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VersionsTest {
  private static final double RATE = 1000;
  private static final ToyModel A = toy("1", 0.01, 1);
  private static final ToyModel SLOW = toy("slow", 0.05, 1);
  private static final ToyModel DOUBLED = toy("doubled", 0.01, 2);

  private final Released released = new Released();
  private final MemoryHistory history = new MemoryHistory(1);

  private static ToyModel toy(String version, double tauSeconds, double scale) {
    return new ToyModel(version, Task.FEATURES, 1, tauSeconds, scale);
  }

  /** Time of a sample of the signal. */
  private static long time(int sample) {
    return T0 + 1000L * sample;
  }

  private static ScoringConfig.Builder everySample() {
    return ScoringConfig.builder().emit(Emit.SAMPLES).emitEvery(1);
  }

  /** One key through one scorer. */
  private final class Run {
    final Collected collected = new Collected();
    final Scorer<float[]> scorer;
    KeyState<float[]> state;

    Run(SequenceModel initial, ScoringConfig.Builder config) {
      scorer =
          new Scorer<>(
              "toy", initial, released, history, Kernels.float32(), config.build(), collected);
    }

    Run announce(Release... releases) {
      for (Release release : releases) {
        assertThat(scorer.announce(release)).isTrue();
      }
      return this;
    }

    Run add(Frame... frames) {
      for (Frame frame : frames) {
        if (scorer.check(frame, collected)) {
          KeyState<float[]> next = scorer.score(state, frame, collected);
          state = next == null ? state : next;
        }
      }
      return this;
    }

    List<Score> scores() {
      return collected.scores;
    }

    List<Double> values() {
      return scores().stream().map(score -> score.outputs()[0]).toList();
    }
  }

  /** Scores of a signal by one model alone. */
  private Run alone(SequenceModel model, float[] u, int from, int to) {
    return new Run(model, everySample()).add(cut("k", u, from, to, RATE));
  }

  @Test
  void resetEndsTheSegmentAtTheSample() {
    float[] u = signal(1, 600, 1);
    Release release = released.release(SLOW, time(301), StatePolicy.RESET);
    Run run = new Run(A, everySample()).announce(release).add(cut("k", u, 0, 600, RATE));
    assertThat(run.scores()).hasSize(601);
    Score end = run.scores().get(301);
    assertThat(end.endOfSegment()).isTrue();
    assertThat(end.position()).isEqualTo(301);
    assertThat(end.modelVersion()).isEqualTo("1");
    assertThat(run.scores().subList(0, 301))
        .usingRecursiveComparison()
        .isEqualTo(alone(A, u, 0, 301).scores());
    assertThat(run.scores().subList(302, 601))
        .usingRecursiveComparison()
        .isEqualTo(alone(SLOW, u, 301, 600).scores());
    assertThat(run.scores().get(302).modelVersion()).isEqualTo("slow");
    assertThat(run.collected.modelSwitches).isEqualTo(1);
    assertThat(run.collected.resets).isEqualTo(1);
    assertThat(run.collected.samplesScored).isEqualTo(600);
  }

  @Test
  void keepCarriesTheRecurrence() {
    float[] u = signal(2, 600, 1);
    Release release = released.release(DOUBLED, time(100), StatePolicy.KEEP);
    Run run = new Run(A, everySample()).announce(release).add(cut("k", u, 0, 600, RATE));
    List<Double> expected = alone(A, u, 0, 600).values();
    assertThat(run.scores()).hasSize(600);
    for (int i = 0; i < 600; i++) {
      double factor = i < 100 ? 1 : 2;
      assertThat(run.values().get(i)).isEqualTo((double) (float) (factor * expected.get(i)));
      assertThat(run.scores().get(i).position()).isEqualTo(i + 1);
      assertThat(run.scores().get(i).modelVersion()).isEqualTo(i < 100 ? "1" : "doubled");
    }
    assertThat(run.collected.modelSwitches).isEqualTo(1);
    assertThat(run.collected.resets).isZero();
  }

  @Test
  void warmStartGivesTheScoresOfAKeyThatHadTheModelFromTheStart() {
    float[] u = signal(3, 2000, 1);
    Release release = released.release(SLOW, time(1300), StatePolicy.WARM_START);
    Run run = new Run(A, everySample().retain(Duration.ofSeconds(2))).announce(release);
    // At two rates, with a gap to fill, and frames of all lengths.
    run.add(cut("k", u, 0, 500, RATE), cut("k", u, 510, 511, RATE), cut("k", u, 511, 900, RATE));
    run.add(frame("k", time(900), 500, 1, 2, 3, 4), cut("k", u, 908, 2000, RATE));
    Run expected = new Run(SLOW, everySample());
    expected.add(cut("k", u, 0, 500, RATE), cut("k", u, 510, 900, RATE));
    expected.add(frame("k", time(900), 500, 1, 2, 3, 4), cut("k", u, 908, 2000, RATE));
    assertThat(run.scores()).hasSize(1996);
    assertThat(run.values().subList(1296, 1996)).isEqualTo(expected.values().subList(1296, 1996));
    assertThat(run.values().subList(0, 1296)).doesNotContainSequence(expected.values().get(1295));
    assertThat(run.scores().get(1995).segmentStartMicros()).isEqualTo(T0);
    assertThat(run.collected.partialWarmStarts).isZero();
    assertThat(run.collected.modelSwitches).isEqualTo(1);
  }

  @Test
  void warmStartFromLessThanTheSegmentIsCountedAndDependsOnTheSignalAlone() {
    float[] u = signal(4, 2000, 1);
    Release release = released.release(SLOW, time(1300), StatePolicy.WARM_START);
    ScoringConfig.Builder config = everySample().retain(Duration.ofMillis(400));
    Run run = new Run(A, config).announce(release).add(cut("k", u, 0, 2000, RATE));
    assertThat(run.collected.partialWarmStarts).isEqualTo(1);
    // What 0.4 s leave of the memory of a mode with a time constant of 0.05 s.
    assertThat(run.values().get(1300))
        .isCloseTo(alone(SLOW, u, 0, 2000).values().get(1300), offset(1e-3));
    assertThat(run.values().subList(1300, 1400))
        .isEqualTo(alone(SLOW, u, 900, 2000).values().subList(400, 500));
    Run cut = new Run(A, config).announce(release);
    Frames.splitAnywhere("k", u, RATE, 4).forEach(cut::add);
    assertThat(cut.scores()).usingRecursiveComparison().isEqualTo(run.scores());
    assertThat(history.samples("k")).isBetween(400, 800);
    cut.add(last(frame("k", time(2000), RATE, 1)));
    assertThat(history.samples("k")).isZero();
  }

  private static org.assertj.core.data.Offset<Double> offset(double value) {
    return org.assertj.core.data.Offset.offset(value);
  }

  @Test
  void releasesForOneTimeAreInTheirOwnOrder() {
    Release first = released.release(SLOW, time(10), StatePolicy.KEEP);
    Release second = released.release(DOUBLED, time(10), StatePolicy.KEEP);
    Run run = new Run(A, everySample()).announce(second, first);
    run.add(frame("k", T0, RATE, new float[20]));
    assertThat(run.scores().get(19).modelVersion()).isEqualTo("doubled");
    assertThat(released.asked).containsExactly("doubled");
    assertThat(run.scorer.announce(first)).isFalse();
    assertThat(run.scorer.releases()).containsExactly(first, second);
    assertThat(run.scorer.announcedVersion(time(9))).isEqualTo("1");
    assertThat(run.scorer.announcedVersion(time(10))).isEqualTo("doubled");
    Release other = new Release("other", "1", "", "", time(5), StatePolicy.RESET, 0);
    assertThat(run.scorer.announce(other)).isFalse();
  }

  @Test
  void aRollBackIsAReleaseOfTheOldVersion() {
    float[] u = signal(5, 300, 1);
    Run run = new Run(A, everySample());
    run.announce(released.release(A, time(200), StatePolicy.KEEP));
    run.announce(released.release(DOUBLED, time(100), StatePolicy.KEEP));
    run.add(cut("k", u, 0, 300, RATE));
    List<Double> expected = alone(A, u, 0, 300).values();
    assertThat(run.values().subList(200, 300)).isEqualTo(expected.subList(200, 300));
    assertThat(run.values().get(150)).isEqualTo((double) (float) (2 * expected.get(150)));
    assertThat(released.asked).containsExactly("doubled");
  }

  @ParameterizedTest
  @EnumSource(StatePolicy.class)
  void whatCannotBeUsedIsForgotten(StatePolicy policy) {
    float[] u = signal(6, 100, 1);
    Run run = new Run(A, everySample());
    Release good = released.release(DOUBLED, time(10), policy);
    run.announce(
        new Release("toy", "2", good.uri(), good.sha256(), time(20), policy, 1),
        new Release("toy", "doubled", good.uri(), "ff", time(30), policy, 1),
        new Release("toy", "gone", "nowhere", "ff", time(40), policy, 1),
        released.release(new ToyModel("wide", Task.FEATURES, 2), time(50), StatePolicy.RESET),
        released.release(SLOW, time(60), StatePolicy.KEEP));
    run.add(cut("k", u, 0, 50, RATE), cut("k", u, 50, 100, RATE));
    assertThat(run.values()).isEqualTo(alone(A, u, 0, 100).values());
    assertThat(run.scores()).extracting(Score::modelVersion).containsOnly("1");
    assertThat(run.collected.modelsRejected).isEqualTo(5);
    assertThat(released.refusals).hasSize(5);
    assertThat(released.refusals.get(0)).contains("version doubled, announced is toy version 2");
    assertThat(released.refusals.get(1)).contains("sha256 00doubled, announced is ff");
    assertThat(released.refusals.get(2)).contains("nowhere does not exist");
    assertThat(released.refusals.get(3)).contains("2 channels, the one before it 1");
    assertThat(released.refusals.get(4)).contains("keep");
    assertThat(run.scorer.releases()).isEmpty();
    assertThat(run.collected.modelSwitches).isZero();
  }

  @Test
  void unfitForTheRulesIsRefused() {
    Run warm = new Run(A, everySample());
    warm.announce(released.release(SLOW, time(1), StatePolicy.WARM_START));
    warm.add(frame("k", T0, RATE, 1, 2, 3));
    assertThat(released.refusals.get(0)).contains("ssm.retain is 0");
    ToyModel classifier = ToyModel.classifier();
    Run labels = new Run(classifier, ScoringConfig.builder().emit(Emit.LABEL_CHANGE));
    labels.announce(released.release(SLOW, time(1), StatePolicy.RESET));
    labels.add(frame("k", T0, RATE, 1, 2, 3));
    assertThat(released.refusals.get(1)).contains("needs a classifier");
  }

  @Test
  void withoutAModelSamplesAreRejectedUpToTheFirstRelease() {
    float[] u = signal(7, 100, 1);
    Run run = new Run(null, everySample());
    run.add(cut("k", u, 0, 10, RATE));
    run.announce(released.release(SLOW, time(25), StatePolicy.RESET));
    run.add(cut("k", u, 10, 20, RATE), cut("k", u, 20, 100, RATE));
    assertThat(run.collected.rejections)
        .extracting(Rejection::reason)
        .containsOnly(Rejection.Reason.NO_MODEL);
    assertThat(run.collected.rejections)
        .extracting(rejection -> rejection.payload().length / 4)
        .containsExactly(10, 10, 5);
    assertThat(run.scores()).usingRecursiveComparison().isEqualTo(alone(SLOW, u, 25, 100).scores());
    assertThat(run.collected.overlaps).isZero();
    run.add(new Frame("k", time(100), RATE, 2, new float[2], false, Frame.Origin.UNKNOWN));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.CHANNEL_MISMATCH, 1);
  }

  /** Whoever asks for it first, and a frame is cut only where a model begins. */
  @Test
  void aReleaseThatCannotBeUsedCutsNoRejection() {
    Release gone = new Release("toy", "gone", "nowhere", "ff", time(5), StatePolicy.RESET, 9);
    Run none = new Run(null, everySample());
    none.announce(gone, released.release(SLOW, time(15), StatePolicy.RESET));
    none.add(frame("k", T0, RATE, new float[20]));
    assertThat(rejectedSamples(none)).containsExactly(15);
    Run cursed = new Run(A, everySample()).announce(gone);
    cursed.add(frame("k", T0, 666, new float[20]));
    assertThat(rejectedSamples(cursed)).containsExactly(20);
    assertThat(cursed.collected.modelsRejected).isEqualTo(1);
  }

  private static List<Integer> rejectedSamples(Run run) {
    return run.collected.rejections.stream().map(r -> r.payload().length / 4).toList();
  }

  /** A rate that is to be derived is not known before there is a model, a stated one is. */
  @ParameterizedTest
  @EnumSource(Sampling.class)
  void framesThatStartWithoutAModelAreCutByTheRateThatTheyState(Sampling sampling) {
    Run run = new Run(null, everySample().sampling(sampling));
    run.announce(released.release(SLOW, time(15), StatePolicy.RESET));
    run.add(frame("k", T0, RATE, new float[20]), frame("k", time(20), RATE, new float[20]));
    int rejected = sampling == Sampling.DERIVED ? 20 : 15;
    assertThat(rejectedSamples(run)).containsExactly(rejected);
    assertThat(run.collected.samplesScored).isEqualTo(40 - rejected);
    assertThat(run.scores().get(0).segmentStartMicros()).isEqualTo(time(rejected));
    assertThat(run.collected.gaps + run.collected.overlaps).isZero();
  }

  @Test
  void aGapIsFilledForTheModelOfItsTimeAndNoSegmentBeginsInIt() {
    float[] u = signal(8, 100, 1);
    float[] zeros = u.clone();
    java.util.Arrays.fill(zeros, 30, 60, 0);
    Release keep = released.release(DOUBLED, time(45), StatePolicy.KEEP);
    Run filled = new Run(A, everySample()).announce(keep).add(cut("k", zeros, 0, 100, RATE));
    Run gap = new Run(A, everySample()).announce(keep);
    gap.add(cut("k", u, 0, 30, RATE), cut("k", u, 60, 100, RATE));
    assertThat(gap.scores()).usingRecursiveComparison().isEqualTo(filled.scores());
    assertThat(gap.collected.gapSamples).isEqualTo(30);

    Release reset = released.release(SLOW, time(45), StatePolicy.RESET);
    Run ends = new Run(A, everySample()).announce(reset);
    ends.add(cut("k", u, 0, 30, RATE), cut("k", u, 60, 100, RATE));
    assertThat(ends.scores()).hasSize(45 + 1 + 40);
    assertThat(ends.scores().get(45).endOfSegment()).isTrue();
    assertThat(ends.scores().get(46).segmentStartMicros()).isEqualTo(time(60));
    assertThat(ends.collected.gapSamples).isEqualTo(15);
  }

  @Test
  void aRateThatTheNewModelRefusesIsRejectedFromTheSwitchOn() {
    ToyModel picky =
        new ToyModel("picky", Task.FEATURES, 1) {
          @Override
          public <B> DiscreteModel<B> discretize(double rate, RateMethod method, Kernels<B> k) {
            if (rate == 500) {
              throw new IllegalArgumentException("not at 500 Hz");
            }
            return super.discretize(rate, method, k);
          }
        };
    Run run = new Run(A, everySample());
    run.announce(released.release(picky, time(10), StatePolicy.RESET));
    run.announce(released.release(A, time(20), StatePolicy.RESET));
    run.add(frame("k", T0, 500, new float[15]));
    assertThat(run.collected.rejections).hasSize(1);
    assertThat(run.collected.rejections.get(0).reason()).isEqualTo(Rejection.Reason.BAD_RATE);
    assertThat(run.collected.rejections.get(0).message()).isEqualTo("not at 500 Hz");
    assertThat(run.collected.rejections.get(0).payload()).hasSize(4 * 5);
    assertThat(run.collected.samplesScored).isEqualTo(10);
    assertThat(run.scores()).extracting(Score::modelVersion).containsOnly("1");
  }

  @Test
  void modelsThatOnlyStragglersNeedAreLetGo() {
    float[] u = signal(9, 300, 1);
    Run run = new Run(A, everySample().lateness(Duration.ofMillis(50)));
    run.announce(released.release(SLOW, time(100), StatePolicy.RESET));
    run.announce(released.release(DOUBLED, time(200), StatePolicy.RESET));
    run.add(cut("k", u, 0, 150, RATE), cut("k", u, 150, 220, RATE));
    assertThat(run.scorer.sampleRates()).isEqualTo(3);
    run.scorer.retire(Long.MIN_VALUE);
    run.scorer.retire(time(200));
    assertThat(released.letGo).isEmpty();
    assertThat(run.scorer.sampleRates()).as("without the initial one").isEqualTo(2);
    run.scorer.retire(time(250));
    assertThat(released.letGo).containsExactly("slow");
    KeyState<float[]> kept = run.state;
    run.state = null;
    int before = run.scores().size();
    run.add(cut("k", u, 90, 120, RATE));
    assertThat(run.scores().subList(before + 11, before + 31))
        .usingRecursiveComparison()
        .isEqualTo(alone(SLOW, u, 100, 120).scores());
    assertThat(released.asked).containsExactly("slow", "doubled", "slow");
    run.state = kept;
    run.add(cut("k", u, 220, 300, RATE));
    assertThat(run.scores().get(run.scores().size() - 1).modelVersion()).isEqualTo("doubled");
  }

  @Test
  void aModelThatIsGoneCostsTheSamplesOfItsTimeAndNothingElse() {
    float[] u = signal(10, 300, 1);
    Run run = new Run(A, everySample());
    Release gone = released.release(SLOW, time(100), StatePolicy.RESET);
    run.announce(gone, released.release(DOUBLED, time(200), StatePolicy.RESET));
    run.add(cut("k", u, 0, 150, RATE));
    KeyState<float[]> silent = run.state.copy();
    run.add(cut("k", u, 150, 220, RATE));
    run.scorer.retire(time(200) + 60_000_000);
    released.remove(gone);
    KeyState<float[]> kept = run.state;

    run.state = null;
    run.scores().clear();
    run.add(cut("k", u, 90, 215, RATE));
    assertThat(rejectedSamples(run)).containsExactly(100);
    assertThat(run.collected.rejections.get(0).timeMicros()).isEqualTo(time(100));
    assertThat(run.scores()).extracting(Score::position).contains(10L, 15L).doesNotContain(16L);
    assertThat(run.scores()).extracting(Score::modelVersion).containsOnly("1", "doubled");
    assertThat(Collections.frequency(released.asked, "slow")).as("tries in a row").isEqualTo(2);

    // The segment of a key that went quiet ends with the score that it had.
    run.state = silent;
    run.scores().clear();
    run.add(cut("k", u, 150, 160, RATE));
    assertThat(run.scores()).isEmpty();
    assertThat(run.state.position()).isEqualTo(50);
    run.add(cut("k", u, 200, 202, RATE));
    assertThat(run.scores())
        .extracting(score -> score.modelVersion() + " " + score.position())
        .containsExactly("slow 50", "doubled 1", "doubled 2");
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.NO_MODEL, 2);
    assertThat(run.collected.rejections)
        .allMatch(r -> r.message().contains("model toy version slow was in use"));
    assertThat(run.collected.modelsRejected).isZero();

    run.state = kept;
    run.add(cut("k", u, 220, 300, RATE));
    assertThat(run.state.position()).isEqualTo(100);
    run.scorer.retire(time(200) + 60_000_001);
    released.restore(gone, SLOW);
    run.state = null;
    run.add(cut("k", u, 170, 180, RATE));
    assertThat(run.scores().get(run.scores().size() - 1).modelVersion()).isEqualTo("slow");
  }

  @ParameterizedTest
  @EnumSource(StatePolicy.class)
  void aSegmentOfAModelThatIsGoneGoesOnIfItCan(StatePolicy policy) {
    Release gone = released.release(DOUBLED, time(100), StatePolicy.RESET);
    Run run = new Run(A, everySample().retain(Duration.ofSeconds(1))).announce(gone);
    run.add(frame("k", time(290), RATE, new float[10]));
    KeyState<float[]> silent = run.state;
    run.announce(released.release(toy("last", 0.01, 4), time(300), policy));
    run.state = null;
    run.add(frame("other", time(290), RATE, new float[20]));
    run.scorer.retire(time(300) + 60_000_000);
    assertThat(released.letGo).containsExactly("doubled");
    released.remove(gone);
    run.state = silent;
    run.scores().clear();
    run.add(frame("k", time(300), RATE, 1, 2));
    assertThat(run.scores())
        .extracting(score -> score.modelVersion() + " " + score.position())
        .isEqualTo(
            policy == StatePolicy.WARM_START
                ? List.of("last 11", "last 12")
                : List.of("doubled 10", "last 1", "last 2"));
    assertThat(run.collected.rejections).isEmpty();
  }

  @Test
  void whatIsRememberedIsBounded() {
    Run run = new Run(A, everySample());
    for (int i = 0; i < 300; i++) {
      run.announce(released.release(toy("v" + i, 0.01, i), time(i), StatePolicy.KEEP));
      if (i == 150) {
        run.scorer.retire(time(150) + 60_000_000L);
      }
    }
    assertThat(run.scorer.releases()).hasSize(Timeline.CAPACITY + 1);
    assertThat(run.scorer.releases().get(0).version()).isEqualTo("v150");
    assertThat(run.scorer.releases().get(1).version()).isEqualTo("v200");
  }

  @Test
  void whatIsForgottenIsLetGo() {
    Run run = new Run(A, everySample());
    run.announce(released.release(SLOW, time(1), StatePolicy.RESET));
    run.add(frame("k", T0, RATE, 1, 2, 3));
    run.announce(released.release(DOUBLED, time(2), StatePolicy.RESET));
    run.scorer.retire(time(2) + 60_000_000L);
    assertThat(released.letGo).isEmpty();
    for (int i = 0; i < Timeline.CAPACITY; i++) {
      run.announce(released.release(toy("v" + i, 0.01, i), time(10 + i), StatePolicy.RESET));
    }
    assertThat(run.scorer.releases()).hasSize(Timeline.CAPACITY + 1);
    assertThat(released.letGo).containsExactly("slow");
  }

  @Test
  void aWarmStartThroughARateThatTheNewModelRefusesIsAReset() {
    ToyModel picky =
        new ToyModel("picky", Task.FEATURES, 1) {
          @Override
          public <B> DiscreteModel<B> discretize(double rate, RateMethod method, Kernels<B> k) {
            if (rate == 500) {
              throw new IllegalArgumentException("not at 500 Hz");
            }
            return super.discretize(rate, method, k);
          }
        };
    Run run = new Run(A, everySample().retain(Duration.ofSeconds(1)));
    run.announce(released.release(picky, time(15), StatePolicy.WARM_START));
    run.add(frame("k", T0, 500, new float[5]), frame("k", time(10), RATE, new float[10]));
    assertThat(run.scores().get(10).endOfSegment()).isTrue();
    assertThat(run.scores().get(11).position()).isEqualTo(1);
    assertThat(run.scores().get(11).modelVersion()).isEqualTo("picky");
    assertThat(run.collected.resets).isEqualTo(1);
  }

  /** Samples from before the option was set are not there. */
  @Test
  void aSegmentThatWasNotRetainedFromItsStartIsWarmedInPart() {
    float[] u = signal(12, 30, 1);
    Run without = new Run(A, everySample()).add(cut("k", u, 0, 10, RATE));
    Run run = new Run(A, everySample().retain(Duration.ofSeconds(1)));
    run.announce(released.release(SLOW, time(20), StatePolicy.WARM_START));
    run.state = without.state;
    run.add(cut("k", u, 10, 30, RATE));
    assertThat(run.collected.partialWarmStarts).isEqualTo(1);
    assertThat(run.values().subList(10, 20))
        .isEqualTo(alone(SLOW, u, 10, 30).values().subList(10, 20));
  }

  @Test
  void silentKeysEndWithTheModelTheyHad() {
    Run run = new Run(A, everySample()).add(frame("k", T0, RATE, 1, 2, 3));
    run.announce(released.release(SLOW, time(10), StatePolicy.RESET));
    run.scorer.retire(time(1_000_000));
    run.scorer.end(run.state, "k", run.collected);
    assertThat(run.scores().get(3).endOfSegment()).isTrue();
    assertThat(run.scores().get(3).modelVersion()).isEqualTo("1");
    assertThat(released.asked).isEmpty();
  }

  @Test
  void severalActivationsBetweenTwoSamplesAreAppliedInTurn() {
    Run run = new Run(A, everySample());
    run.announce(
        released.release(DOUBLED, time(3) - 500, StatePolicy.KEEP),
        released.release(SLOW, time(3) - 400, StatePolicy.RESET),
        released.release(toy("slower", 0.05, 3), time(3) - 300, StatePolicy.KEEP));
    run.add(frame("k", T0, RATE, 1, 2, 3, 4));
    assertThat(run.scores())
        .extracting(Score::modelVersion)
        .isEqualTo(List.of("1", "1", "1", "1", "slower"));
    assertThat(run.scores()).extracting(Score::endOfSegment).startsWith(false, false, false, true);
    assertThat(run.scores().get(4).position()).isEqualTo(1);
    Run keeps = new Run(A, everySample());
    keeps.announce(
        released.release(DOUBLED, time(3) - 500, StatePolicy.KEEP),
        released.release(toy("tripled", 0.01, 3), time(3) - 300, StatePolicy.KEEP));
    keeps.add(frame("k", T0, RATE, 1, 2, 3, 4));
    assertThat(keeps.values().get(3))
        .isEqualTo((double) (float) (3 * alone(A, new float[] {1, 2, 3, 4}, 0, 4).values().get(3)));
    assertThat(Collections.frequency(released.asked, "tripled")).isEqualTo(1);
  }
}
