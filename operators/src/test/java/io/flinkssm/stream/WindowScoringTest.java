package io.flinkssm.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Precision;
import io.flinkssm.testing.BidirectionalModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows without a key. */
class WindowScoringTest {
  private static SequenceModel digits;
  private static double rate;

  @BeforeAll
  static void read() throws IOException {
    digits = ModelDirectory.read(Path.of("..", "models", "spoken-digits-s4d"));
    rate = digits.info().sampleRateHz();
  }

  private static WindowScoring.Rules rules(ConvolutionMethod method, NonFinitePolicy nonFinite) {
    return new WindowScoring.Rules(0, Precision.FLOAT32, RateMethod.AUTO, method, nonFinite, 5000);
  }

  private static WindowScoring<?> scoring(SequenceModel model, NonFinitePolicy nonFinite) {
    return WindowScoring.of(model, rules(ConvolutionMethod.AUTO, nonFinite), plan -> {});
  }

  private static <A> double[] convolved(
      SequenceModel model, Kernels<A> kernels, float[] u, double hz, ConvolutionMethod method) {
    A input = kernels.allocate(u.length);
    kernels.fromFloat(u, 0, input, 0, u.length);
    int size = model.info().outputSize();
    A output = kernels.allocate(size);
    model
        .discretize(hz, kernels)
        .convolve(null, input, u.length / model.info().inputChannels(), output, 1, method);
    double[] outputs = new double[size];
    kernels.toDouble(output, 0, outputs, 0, size);
    return outputs;
  }

  @ParameterizedTest
  @EnumSource(ConvolutionMethod.class)
  void aWindowGivesTheBitsOfConvolve(ConvolutionMethod method) {
    WindowScoring<?> scoring =
        WindowScoring.of(digits, rules(method, NonFinitePolicy.REJECT), plan -> {});
    for (int length : List.of(1, 700, 2300, 700)) {
      for (double hz : List.of(rate, rate / 2)) {
        float[] u = Frames.signal(length, length, 1);
        WindowScore score = scoring.score(u.clone(), hz).score();
        double[] expected = convolved(digits, Kernels.float32(), u, hz, method);
        assertThat(score.outputs()).isEqualTo(expected);
        assertThat(score.probabilities()).isEqualTo(Head.softmax(expected));
        assertThat(score.endPosition()).isEqualTo(length);
        assertThat(score.sampleRateHz()).isEqualTo(hz);
      }
    }
  }

  @Test
  void aWindowOfAWholeSegmentGivesWhatStreamingGives() {
    float[] u = Frames.signal(3, 2000, 1);
    Collected collected = new Collected();
    Scorer<float[]> scorer =
        new Scorer<>(
            digits,
            Kernels.float32(),
            ScoringConfig.builder().emit(Emit.SEGMENT_END).build(),
            collected);
    KeyState<float[]> state = null;
    for (Frame frame : Frames.splitAnywhere("k", u, rate, 5)) {
      state = scorer.score(state, frame, collected);
    }
    scorer.end(state, "k", collected);
    Score streamed = collected.scores.get(0);
    WindowScore window = scoring(digits, NonFinitePolicy.REJECT).score(u, rate).score();
    assertThat(window.label()).isEqualTo(streamed.label());
    for (int i = 0; i < streamed.outputs().length; i++) {
      assertThat(window.outputs()[i]).isCloseTo(streamed.outputs()[i], within(1e-4));
    }
  }

  @Test
  void thePrecisionIsThatOfTheRules() {
    float[] u = Frames.signal(3, 600, 1);
    WindowScoring.Rules rules =
        new WindowScoring.Rules(
            0,
            Precision.FLOAT64,
            RateMethod.AUTO,
            ConvolutionMethod.FFT,
            NonFinitePolicy.REJECT,
            5000);
    SequenceModel both = BidirectionalModel.read(11);
    double hz = both.info().sampleRateHz();
    WindowScore score = WindowScoring.of(both, rules, plan -> {}).score(u, hz).score();
    assertThat(score.precision()).isEqualTo("float64");
    assertThat(score.outputs())
        .isEqualTo(convolved(both, Kernels.float64(), u, hz, ConvolutionMethod.FFT));
  }

  @Test
  void whatCannotBeScoredSaysWhy() {
    WindowScoring<?> scoring = scoring(ToyModel.features(2), NonFinitePolicy.REJECT);
    assertRejected(scoring.score(new float[0], 1000), Rejection.Reason.EMPTY, "no samples");
    assertRejected(
        scoring.score(new float[3], 1000),
        Rejection.Reason.CHANNEL_MISMATCH,
        "3 values, not a multiple of the 2 channels");
    assertRejected(
        scoring.score(new float[10002], 1000),
        Rejection.Reason.OVERSIZED,
        "5001 samples, the limit is 5000");
    assertThat(scoring.score(new float[10000], 1000).score()).isNotNull();
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 9}) {
      assertRejected(
          scoring.score(new float[4], bad), Rejection.Reason.BAD_RATE, "sampling rate is " + bad);
    }
    WindowScoring.Result broken = scoring.score(new float[] {1, 2, Float.NaN, 4}, 1000);
    assertRejected(broken, Rejection.Reason.NON_FINITE, "1 of 4 values");
    assertThat(broken.nonFinite()).isEqualTo(1);
  }

  private static void assertRejected(
      WindowScoring.Result result, Rejection.Reason reason, String message) {
    assertThat(result.score()).isNull();
    assertThat(result.rejection().reason()).isEqualTo(reason);
    assertThat(result.rejection().message()).contains(message);
  }

  @Test
  void brokenValuesAreReplacedChannelByChannel() {
    float nan = Float.NaN;
    float[] u = {nan, 1, 2, Float.POSITIVE_INFINITY, nan, 3};
    assertReplaced(NonFinitePolicy.HOLD, u, 0, 1, 2, 1, 2, 3);
    assertReplaced(NonFinitePolicy.ZERO, u, 0, 1, 2, 0, 0, 3);
  }

  private static void assertReplaced(NonFinitePolicy policy, float[] broken, float... repaired) {
    WindowScoring<?> scoring = scoring(ToyModel.features(2), policy);
    WindowScoring.Result result = scoring.score(broken.clone(), 1000);
    assertThat(result.nonFinite()).isEqualTo(3);
    assertThat(result.score().outputs()).isEqualTo(scoring.score(repaired, 1000).score().outputs());
  }

  @Test
  void aRateIsMadeOnceAndKept() {
    ToyModel model = ToyModel.features(1);
    WindowScoring<?> scoring = scoring(model, NonFinitePolicy.REJECT);
    int before = model.discretizations();
    for (int i = 0; i < 5; i++) {
      scoring.score(new float[10], 500);
      scoring.score(new float[10], 250);
    }
    assertThat(model.discretizations()).isEqualTo(before + 2);
  }

  @Test
  void plansAreToldOnce() {
    List<String> plans = new ArrayList<>();
    WindowScoring<?> scoring =
        WindowScoring.of(digits, rules(ConvolutionMethod.FFT, NonFinitePolicy.REJECT), plans::add);
    scoring.score(new float[700], rate);
    scoring.score(new float[700], rate);
    assertThat(plans).hasSize(1).first().asString().contains("700 samples").contains("FFT");
  }

  @Test
  void rulesThatCannotWorkAreRefused() {
    assertThatThrownBy(
            () ->
                WindowScoring.of(
                    BidirectionalModel.read(11),
                    rules(ConvolutionMethod.RECURRENCE, NonFinitePolicy.REJECT),
                    plan -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no recurrence");
    assertThatThrownBy(() -> WindowScoring.of(digits, at(9000), plan -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("declared for 2000.0 … 8000.0 Hz");
    assertThatThrownBy(() -> at(-1)).hasMessageContaining("rate is -1.0 Hz");
    assertThatThrownBy(() -> at(Double.NaN)).hasMessageContaining("rate is NaN Hz");
    assertThatThrownBy(
            () ->
                new WindowScoring.Rules(
                    0,
                    Precision.FLOAT32,
                    RateMethod.AUTO,
                    ConvolutionMethod.AUTO,
                    NonFinitePolicy.REJECT,
                    0))
        .hasMessageContaining("max-samples is 0");
    assertThat(WindowScoring.of(digits, at(3000), plan -> {}).sampleRateHz()).isEqualTo(3000);
    assertThat(WindowScoring.of(digits, at(0), plan -> {}).sampleRateHz()).isEqualTo(rate);
  }

  private static WindowScoring.Rules at(double hz) {
    return new WindowScoring.Rules(
        hz,
        Precision.FLOAT32,
        RateMethod.AUTO,
        ConvolutionMethod.AUTO,
        NonFinitePolicy.REJECT,
        5000);
  }
}
