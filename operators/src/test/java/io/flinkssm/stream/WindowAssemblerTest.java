package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.at;
import static io.flinkssm.stream.Frames.cut;
import static io.flinkssm.stream.Frames.last;
import static io.flinkssm.stream.Frames.signal;
import static io.flinkssm.stream.Frames.split;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which samples a window holds, with the model of the tests, which is exact under splitting. */
class WindowAssemblerTest {
  private static final double RATE = 1000;
  private static final ScoringConfig DEFAULTS = ScoringConfig.builder().build();

  private static Windowing<double[]> windowing(WindowRules rules, ScoringConfig config) {
    return new Windowing<>(
        ToyModel.classifier(), Kernels.float64(), config, rules, ConvolutionMethod.AUTO);
  }

  private static Windowing<double[]> windowing(WindowRules rules) {
    return windowing(rules, DEFAULTS);
  }

  private static List<String> texts(List<WindowScore> scores) {
    return scores.stream()
        .map(s -> s + Arrays.toString(s.outputs()))
        .map(WindowAssemblerTest::plain)
        .toList();
  }

  /** Without the identities of arrays. */
  private static String plain(String text) {
    return text.replaceAll("\\[D@[0-9a-f]+", "[]");
  }

  @Test
  void segmentsAreCutAtTheirEndsOnly() {
    float[] u = signal(1, 300, 1);
    List<Frame> frames = split("k", u, 100, RATE);
    Windowing<double[]> run = windowing(WindowRules.segment(1000));
    run.add(List.of(frames.get(0), frames.get(1), last(frames.get(2))));
    assertThat(run.shapes()).containsExactly("0..300 end");
    WindowScore score = run.scores.get(0);
    assertThat(score.segmentStartMicros()).isEqualTo(T0);
    assertThat(score.startMicros()).isEqualTo(T0);
    assertThat(score.endMicros()).isEqualTo(T0 + 299_000);
    assertThat(score.wholeSegment()).isTrue();
    assertThat(run.log).isEmpty();
  }

  @Test
  void longSegmentsAreCutAndWhatRemainsIsAWindow() {
    Windowing<double[]> run = windowing(WindowRules.segment(128));
    run.add(split("k", signal(1, 300, 1), 100, RATE));
    assertThat(run.shapes()).containsExactly("0..128", "128..256");
    assertThat(run.log).hasSize(1);
    assertThat(run.end().shapes()).containsExactly("0..128", "128..256", "256..300 end");
    assertThat(run.scores).allMatch(WindowScore::wholeSegment);
    assertThat(run.log).isEmpty();
  }

  @Test
  void slidingWindowsOverlapAndCoverEverySample() {
    Windowing<double[]> run = windowing(WindowRules.sliding(100, 30));
    run.add(split("k", signal(1, 215, 1), 50, RATE)).end();
    assertThat(run.shapes())
        .containsExactly("0..100", "30..130", "60..160", "90..190", "120..215 end");
    assertThat(run.scores)
        .extracting(WindowScore::wholeSegment)
        .containsExactly(true, false, false, false, false);
  }

  @Test
  void aFullLastWindowKnowsTheSegmentsEndIfItsFrameDoes() {
    List<Frame> frames = split("k", signal(1, 200, 1), 100, RATE);
    Windowing<double[]> flagged = windowing(WindowRules.tumbling(100));
    flagged.add(List.of(frames.get(0), last(frames.get(1))));
    assertThat(flagged.shapes()).containsExactly("0..100", "100..200 end");
    Windowing<double[]> quiet = windowing(WindowRules.tumbling(100));
    assertThat(quiet.add(frames).end().shapes()).containsExactly("0..100", "100..200");
  }

  @Test
  void gapsAreFilledOrEndTheSegmentAsInStreaming() {
    float[] u = signal(2, 400, 1);
    Windowing<double[]> bridged = windowing(WindowRules.segment(1000));
    bridged.add(List.of(cut("k", u, 0, 100, RATE), cut("k", u, 150, 200, RATE))).end();
    assertThat(bridged.shapes()).containsExactly("0..200 end");
    assertThat(bridged.collected.gapSamples).isEqualTo(50);
    float[] filled = u.clone();
    Arrays.fill(filled, 100, 150, 0f);
    Windowing<double[]> same = windowing(WindowRules.segment(1000));
    same.add(List.of(cut("k", Arrays.copyOf(filled, 200), 0, 200, RATE))).end();
    assertThat(bridged.scores.get(0).outputs()).isEqualTo(same.scores.get(0).outputs());

    Windowing<double[]> broken = windowing(WindowRules.segment(1000));
    Frame later = at(cut("k", u, 150, 200, RATE), T0 + 5_000_000);
    broken.add(List.of(cut("k", u, 0, 100, RATE), later)).end();
    assertThat(broken.shapes()).containsExactly("0..100 end", "0..50 end");
    assertThat(broken.scores.get(1).segmentStartMicros()).isEqualTo(T0 + 5_000_000);
  }

  @Test
  void duplicatesLateFramesAndOverlapsAreThoseOfStreaming() {
    float[] u = signal(3, 300, 1);
    Windowing<double[]> run = windowing(WindowRules.segment(1000));
    Frame first = cut("k", u, 0, 100, RATE);
    run.add(
            List.of(
                first,
                first,
                cut("k", u, 50, 200, RATE),
                cut("k", u, 20, 40, RATE),
                cut("k", u, 200, 300, RATE)))
        .end();
    assertThat(run.collected.samplesDuplicate).isEqualTo(100);
    assertThat(run.collected.overlapSamples).isEqualTo(50);
    assertThat(run.collected.rejected).containsOnlyKeys(Rejection.Reason.LATE);
    Windowing<double[]> whole = windowing(WindowRules.segment(1000));
    whole.add(List.of(cut("k", u, 0, 300, RATE))).end();
    assertThat(texts(run.scores)).isEqualTo(texts(whole.scores));
  }

  @Test
  void brokenValuesAreReplacedByThePolicy() {
    float[] u = signal(4, 100, 1);
    float[] broken = u.clone();
    broken[40] = Float.NaN;
    u[40] = u[39];
    ScoringConfig hold = ScoringConfig.builder().nonFinite(NonFinitePolicy.HOLD).build();
    Windowing<double[]> run = windowing(WindowRules.segment(1000), hold);
    run.add(split("k", broken, 30, RATE)).end();
    Windowing<double[]> same = windowing(WindowRules.segment(1000), hold);
    same.add(split("k", u, 30, RATE)).end();
    assertThat(texts(run.scores)).isEqualTo(texts(same.scores));
  }

  @ParameterizedTest
  @ValueSource(strings = {"segment", "tumbling", "sliding"})
  void anyCutIntoFramesGivesTheSameWindows(String kind) {
    WindowRules rules =
        switch (kind) {
          case "segment" -> WindowRules.segment(1700);
          case "tumbling" -> WindowRules.tumbling(333);
          default -> WindowRules.sliding(500, 77);
        };
    float[] u = signal(5, 4000, 1);
    List<String> expected = texts(windowing(rules).add(split("k", u, 4000, RATE)).end().scores);
    assertThat(expected).hasSizeGreaterThan(2);
    for (int seed = 0; seed < 20; seed++) {
      List<Frame> frames = new ArrayList<>(Frames.splitAnywhere("k", u, RATE, seed));
      Random random = new Random(seed);
      for (int repeat = 0; repeat < 5; repeat++) {
        int i = random.nextInt(frames.size());
        frames.add(i, frames.get(i));
      }
      assertThat(texts(windowing(rules).add(frames).end().scores))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void timesOfWindowsAreThoseOfScores() {
    float[] u = signal(6, 500, 1);
    double rate = 3000;
    Windowing<double[]> run = windowing(WindowRules.tumbling(7));
    Collected streamed = new Collected();
    Scorer<double[]> scorer =
        new Scorer<>(
            ToyModel.classifier(),
            Kernels.float64(),
            ScoringConfig.builder().emit(ScoringConfig.Emit.SAMPLES).emitEvery(7).build(),
            streamed);
    KeyState<double[]> state = null;
    for (Frame frame : Frames.splitAnywhere("k", u, rate, 8)) {
      state = scorer.score(state, frame, streamed);
    }
    run.add(Frames.splitAnywhere("k", u, rate, 8));
    assertThat(run.scores)
        .extracting(WindowScore::endMicros)
        .isEqualTo(streamed.scores.stream().map(Score::timeMicros).toList());
  }

  @Test
  void contradictoryRulesAreRefused() {
    assertThatThrownBy(() -> WindowRules.tumbling(0)).hasMessageContaining("window.size");
    assertThatThrownBy(() -> WindowRules.sliding(10, 11)).hasMessageContaining("window.slide");
    assertThatThrownBy(() -> new WindowRules(WindowRules.Kind.TUMBLING, 10, 5))
        .hasMessageContaining("window.slide");
  }
}
