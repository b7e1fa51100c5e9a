package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.at;
import static io.flinkssm.stream.Frames.cut;
import static io.flinkssm.stream.Frames.signal;
import static io.flinkssm.stream.Frames.splitAnywhere;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.testing.BidirectionalModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rescored windows beside streaming, with the spoken-digits model of this repository. */
class WindowRescorerTest {
  private static final ScoringConfig EVERY_50 =
      ScoringConfig.builder().emit(Emit.SAMPLES).emitEvery(50).build();

  private static SequenceModel model;
  private static double rate;

  @BeforeAll
  static void read() throws IOException {
    model = ModelDirectory.read(Path.of("..", "models", "spoken-digits-s4d"));
    rate = model.info().sampleRateHz();
  }

  private static <A> List<Score> stream(Kernels<A> kernels, List<Frame> frames) {
    Collected collected = new Collected();
    Scorer<A> scorer = new Scorer<>(model, kernels, EVERY_50, collected);
    KeyState<A> state = null;
    for (Frame frame : frames) {
      state = scorer.score(state, frame, collected);
    }
    scorer.end(state, "k", collected);
    return collected.scores;
  }

  private static <A> Windowing<A> rescored(
      Kernels<A> kernels, WindowRules rules, ConvolutionMethod method, List<Frame> frames) {
    Windowing<A> windowing = new Windowing<>(model, kernels, EVERY_50, rules, method);
    windowing.streamed = stream(kernels, frames);
    return windowing.add(frames).end();
  }

  @ParameterizedTest
  @EnumSource(ConvolutionMethod.class)
  void windowsAgreeWithStreamingAtEveryJoinedPosition(ConvolutionMethod method) {
    List<Frame> frames = splitAnywhere("k", signal(1, 2300, 1), rate, 3);
    for (WindowRules rules : List.of(WindowRules.segment(5000), WindowRules.tumbling(700))) {
      Windowing<double[]> exact = rescored(Kernels.float64(), rules, method, frames);
      assertAgrees(exact, 1e-9);
      Windowing<float[]> rounded = rescored(Kernels.float32(), rules, method, frames);
      assertAgrees(rounded, 1e-4);
    }
  }

  private static void assertAgrees(Windowing<?> run, double tolerance) {
    // 46 multiples of 50, the last of them the final score too.
    assertThat(run.scores.stream().mapToLong(WindowScore::compared).sum()).isEqualTo(46);
    assertThat(run.scores).allMatch(s -> s.divergence() < tolerance && s.wholeSegment());
    WindowScore end = run.scores.get(run.scores.size() - 1);
    assertThat(end.streaming().position()).isEqualTo(2300);
    assertThat(end.streaming().label()).isEqualTo(end.label());
    for (int i = 0; i < end.outputs().length; i++) {
      assertThat(end.outputs()[i]).isCloseTo(end.streaming().outputs()[i], within(tolerance));
    }
  }

  @Test
  void theMethodIsNamedAndItsPlanToldOnce() {
    List<Frame> frames = splitAnywhere("k", signal(1, 2100, 1), rate, 3);
    Windowing<float[]> fft =
        rescored(Kernels.float32(), WindowRules.tumbling(700), ConvolutionMethod.FFT, frames);
    assertThat(fft.scores).hasSize(3).allMatch(s -> s.method().equals("fft"));
    assertThat(fft.plans).hasSize(1).first().asString().contains("700 samples").contains("FFT");
    Windowing<float[]> steps =
        rescored(
            Kernels.float32(), WindowRules.tumbling(700), ConvolutionMethod.RECURRENCE, frames);
    assertThat(steps.scores).allMatch(s -> s.method().equals("recurrence"));
    assertThat(steps.scores).allMatch(s -> s.precision().equals("float32"));
  }

  @Test
  void aChangeOfRateWithinAWindowIsThatOfStreaming() {
    float[] u = signal(2, 1500, 1);
    List<Frame> frames = new ArrayList<>();
    frames.add(cut("k", u, 0, 800, rate));
    long then = T0 + Math.round(800 * 1e6 / rate);
    frames.add(at(cut("k", u, 800, 1500, rate / 2), then));
    Windowing<double[]> run =
        rescored(Kernels.float64(), WindowRules.segment(5000), ConvolutionMethod.FFT, frames);
    assertThat(run.scores).hasSize(1);
    assertThat(run.scores.get(0).sampleRateHz()).isEqualTo(rate / 2);
    assertThat(run.scores.get(0).compared()).isEqualTo(30);
    assertThat(run.scores.get(0).divergence()).isLessThan(1e-9);
  }

  @ParameterizedTest
  @EnumSource(ScoringConfig.Sampling.class)
  void ratesThatAreNotStatedAreThoseOfStreaming(ScoringConfig.Sampling sampling) {
    ScoringConfig config = ScoringConfig.builder().sampling(sampling).rateTolerance(0).build();
    float[] u = signal(5, 600, 1);
    List<Frame> frames = new ArrayList<>(splitAnywhere("k", u, rate * 0.8, 5));
    long then = T0 + Math.round(600e6 / (rate * 0.8));
    for (int i = 0; i < 40; i++) {
      // Uneven steps and a gap; each interval is one of the model's range.
      then += 200 + 37 * (i % 5) + (i == 20 ? 3000 : 0);
      frames.add(at(cut("k", u, i, i + 1, rate), then));
    }
    Collected collected = new Collected();
    Scorer<double[]> scorer = new Scorer<>(model, Kernels.float64(), config, collected);
    Windowing<double[]> run =
        new Windowing<>(
            model, Kernels.float64(), config, WindowRules.tumbling(70), ConvolutionMethod.AUTO);
    KeyState<double[]> state = null;
    for (Frame frame : frames) {
      KeyState<double[]> next = scorer.score(state, frame, collected);
      state = next == null ? state : next;
    }
    scorer.end(state, "k", collected);
    run.streamed = collected.scores;
    run.add(frames).end();
    assertThat(collected.gaps).isPositive();
    assertThat(run.scores).hasSizeGreaterThan(5).allMatch(s -> s.divergence() < 1e-9);
    Score last = collected.scores.get(collected.scores.size() - 1);
    WindowScore end = run.scores.get(run.scores.size() - 1);
    assertThat(end.endMicros()).isEqualTo(last.timeMicros());
    assertThat(end.sampleRateHz()).isEqualTo(last.sampleRateHz());
  }

  @Test
  void aWindowMayHoldAQuarterOfAMillionSamples() {
    float[] u = signal(9, 1 << 18, 1);
    List<Frame> frames = new ArrayList<>(Frames.split("k", u, 4000, rate));
    frames.add(Frames.last(frames.remove(frames.size() - 1)));
    Windowing<float[]> run =
        rescored(Kernels.float32(), WindowRules.segment(1 << 18), ConvolutionMethod.FFT, frames);
    assertThat(run.scores).hasSize(1);
    assertThat(run.scores.get(0).endPosition()).isEqualTo(1 << 18);
    assertThat(run.scores.get(0).compared()).isEqualTo((1 << 18) / 50 + 1);
    // The rounding of a transform grows with its length, and reaches every position.
    assertThat(run.scores.get(0).divergence()).isLessThan(1e-3);
  }

  @Test
  void aDivergenceIsSeen() {
    List<Frame> frames = splitAnywhere("k", signal(1, 700, 1), rate, 3);
    Windowing<double[]> run =
        new Windowing<>(
            model, Kernels.float64(), EVERY_50, WindowRules.segment(5000), ConvolutionMethod.AUTO);
    List<Score> streamed = new ArrayList<>(stream(Kernels.float64(), frames));
    streamed.get(3).outputs()[2] += 0.25;
    run.streamed = streamed;
    run.add(frames).end();
    assertThat(run.scores.get(0).divergence()).isCloseTo(0.25, Offset.offset(1e-9));
    streamed.get(4).outputs()[0] = Double.NaN;
    Windowing<double[]> again =
        new Windowing<>(
            model, Kernels.float64(), EVERY_50, WindowRules.segment(5000), ConvolutionMethod.AUTO);
    again.streamed = streamed;
    again.add(frames).end();
    assertThat(again.scores.get(0).divergence()).isInfinite();
  }

  @Test
  void slidingWindowsStartFromZero() {
    float[] u = signal(7, 900, 1);
    Windowing<double[]> run =
        rescored(
            Kernels.float64(),
            WindowRules.sliding(400, 250),
            ConvolutionMethod.AUTO,
            List.of(cut("k", u, 0, 900, rate)));
    WindowScore second = run.scores.get(1);
    assertThat(second.startPosition()).isEqualTo(250);
    assertThat(second.wholeSegment()).isFalse();
    DiscreteModel<double[]> discrete = model.discretize(rate, Kernels.float64());
    double[] input = new double[400];
    for (int i = 0; i < input.length; i++) {
      input[i] = u[250 + i];
    }
    double[] expected = new double[10];
    discrete.convolve(null, input, 400, expected, 1, ConvolutionMethod.FFT);
    for (int i = 0; i < 10; i++) {
      assertThat(second.outputs()[i]).isCloseTo(expected[i], within(1e-9));
    }
  }

  @Test
  void aBidirectionalModelIsRescoredWindowByWindow() {
    SequenceModel both = BidirectionalModel.read(11);
    assertThat(both.streams()).isFalse();
    double hz = both.info().sampleRateHz();
    float[] u = signal(8, 600, 1);
    Windowing<double[]> run =
        new Windowing<>(
            both, Kernels.float64(), EVERY_50, WindowRules.tumbling(250), ConvolutionMethod.AUTO);
    run.add(splitAnywhere("k", u, hz, 1)).end();
    assertThat(run.shapes()).containsExactly("0..250", "250..500", "500..600 end");
    assertThat(run.scores)
        .extracting(WindowScore::wholeSegment)
        .containsExactly(true, false, false);
    double[] input = new double[250];
    for (int i = 0; i < input.length; i++) {
      input[i] = u[250 + i];
    }
    int size = both.info().outputSize();
    double[] expected = new double[size];
    both.discretize(hz, Kernels.float64())
        .convolve(null, input, 250, expected, 1, ConvolutionMethod.FFT);
    assertThat(run.scores.get(1).outputs()).isEqualTo(expected);
  }

  @Test
  void whatABidirectionalModelCannotDoIsRefusedWithTheReason() {
    SequenceModel both = BidirectionalModel.read(11);
    double hz = both.info().sampleRateHz();
    float[] u = signal(8, 600, 1);
    Windowing<double[]> rates =
        new Windowing<>(
            both, Kernels.float64(), EVERY_50, WindowRules.segment(5000), ConvolutionMethod.AUTO);
    long then = T0 + Math.round(300 * 1e6 / hz);
    rates.add(List.of(cut("k", u, 0, 300, hz), at(cut("k", u, 300, 600, hz / 2), then))).end();
    assertThat(rates.scores).isEmpty();
    assertThat(rates.refused).hasSize(1).first().asString().contains("sampling rate changes");

    Windowing<double[]> tooLong =
        new Windowing<>(
            both, Kernels.float64(), EVERY_50, WindowRules.segment(250), ConvolutionMethod.AUTO);
    tooLong.add(List.of(cut("k", u, 0, 600, hz))).end();
    assertThat(tooLong.refused).hasSize(3).allMatch(r -> r.contains("rescore.window.size"));

    assertThatThrownBy(
            () ->
                new WindowRescorer<>(
                    both,
                    Kernels.float64(),
                    RateMethod.AUTO,
                    ConvolutionMethod.RECURRENCE,
                    WindowRules.segment(250),
                    plan -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no recurrence");
  }
}
