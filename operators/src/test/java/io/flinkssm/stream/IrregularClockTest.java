package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.ScoringConfig.GapPolicy;
import io.flinkssm.stream.ScoringConfig.Sampling;
import io.flinkssm.testing.Golden;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The toy model's native rate is 1000 Hz, its range 10 Hz to 100 kHz, its time constant 10 ms. */
class IrregularClockTest {
  private static final double TAU = 0.01;

  private static ScoringConfig.Builder irregular() {
    return ScoringConfig.builder().sampling(Sampling.IRREGULAR);
  }

  /** Frames of one sample without a rate, at random intervals of 0.3 to 3 ms; a slow sine. */
  private static List<Frame> sine(int count, long seed) {
    Random random = new Random(seed);
    List<Frame> frames = new ArrayList<>();
    long time = T0;
    for (int i = 0; i < count; i++) {
      frames.add(frame("k", time, 0, (float) Math.sin(2 * Math.PI * 20e-6 * (time - T0))));
      time += Math.round(300 * Math.pow(10, random.nextDouble()));
    }
    return frames;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 16, 256})
  void theModelGoesThroughTheTimeOfTheStampsToHalfAStep(int steps) {
    List<Frame> frames = sine(3000, 1);
    OneKey run = new OneKey(ToyModel.features(1), irregular().irregularStepsPerOctave(steps));
    run.add(frames);
    assertThat(run.isSmooth()).isTrue();
    assertThat(run.collected.rediscretizations).isZero();
    double gone = 0;
    for (int i = 1; i < frames.size(); i++) {
      Score score = run.collected.scores.get(i);
      gone += 1 / score.sampleRateHz();
      double real = (frames.get(i).startMicros() - T0) * 1e-6;
      // Where steps are so long that one takes the time of several, the longest of them counts.
      double longest = steps < 16 ? 0.004 : 1 / score.sampleRateHz();
      double step = (Math.pow(2, 1.0 / steps) - 1) * longest;
      assertThat(gone).isCloseTo(real, within(0.5 * step + 1e-12));
      assertThat(score.timeMicros()).isEqualTo(frames.get(i).startMicros());
      assertThat(score.position()).isEqualTo(i + 1);
    }
    assertThat(run.scorer.sampleRates()).isLessThanOrEqualTo(5 * steps + 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 16, 256})
  void outputsStayAsNearToTheExactOnesAsTheGridAllows(int steps) {
    List<Frame> frames = sine(2000, 2);
    OneKey run = new OneKey(ToyModel.features(1), irregular().irregularStepsPerOctave(steps));
    run.add(frames);
    // Every time is wrong by at most half a step of the longest interval, so no two are further
    // apart than a whole one; an output changes with them by no more than its recent variation.
    double apart = 0.003 * (Math.pow(2, 1.0 / steps) - 1);
    double x = -Math.expm1(-0.001 / TAU) * frames.get(0).samples()[0];
    double variation = 0;
    double most = 0;
    for (int i = 1; i < frames.size(); i++) {
      double dt = (frames.get(i).startMicros() - frames.get(i - 1).startMicros()) * 1e-6;
      float u = frames.get(i).samples()[0];
      x += -Math.expm1(-dt / TAU) * (u - x);
      variation = variation * Math.exp(-dt / TAU) + Math.abs(u - frames.get(i - 1).samples()[0]);
      double found = run.collected.scores.get(i).outputs()[0];
      double bound = 1.1 * Math.expm1(apart / TAU) * (variation + 0.2);
      assertThat(found).as("sample %d", i).isCloseTo(x, within(bound));
      most = Math.max(most, Math.abs(found - x));
    }
    assertThat(most).as("rounding shows").isGreaterThan(0.01 * apart / TAU);
  }

  private static SequenceModel golden(String weights, String layer) throws IOException {
    String config =
        """
        {"format": 1, "name": "test", "version": "1", "sample_rate_hz": 100,
         "architecture": "s4-classifier", "task": "classification", "labels": ["a", "b", "c", "d"],
         "d_input": 2, "d_output": 4, "d_model": 32, "n_layers": 4, "prenorm": false, "layer": %s}
        """
            .formatted(layer);
    return ModelDirectory.read(
        "memory",
        file ->
            new ByteArrayInputStream(
                file.equals(ModelDirectory.CONFIG)
                    ? config.getBytes(StandardCharsets.UTF_8)
                    : Golden.bytes(weights)));
  }

  private static List<Frame> pairs(int count) {
    Random random = new Random(3);
    float[] u = Frames.signal(3, count, 2);
    List<Frame> frames = new ArrayList<>();
    long time = T0;
    for (int i = 0; i < count; i++) {
      float[] sample = {u[2 * i], u[2 * i + 1]};
      frames.add(new Frame("k", time, 0, 2, sample, false, Frame.Origin.UNKNOWN));
      time += 5000 + random.nextInt(20_000);
    }
    return frames;
  }

  /** The model discretised anew for every interval. */
  private static double[][] exact(SequenceModel model, List<Frame> frames) {
    DiscreteModel<double[]> discrete = model.discretize(100, Kernels.float64());
    double[] state = new double[discrete.stateLength()];
    discrete.reset(state);
    DiscreteModel.Workspace<double[]> workspace = discrete.newWorkspace(1);
    double[][] outputs = new double[frames.size()][4];
    for (int i = 0; i < frames.size(); i++) {
      if (i > 0) {
        long micros = frames.get(i).startMicros() - frames.get(i - 1).startMicros();
        discrete = model.discretize(1e6 / micros, Kernels.float64());
      }
      float[] u = frames.get(i).samples();
      discrete.advance(state, new double[] {u[0], u[1]}, 1, outputs[i], 1, workspace);
    }
    return outputs;
  }

  private static double error(SequenceModel model, List<Frame> frames, int steps) {
    OneKey run = new OneKey(model, irregular().irregularStepsPerOctave(steps));
    run.add(frames);
    double[][] exact = exact(model, frames);
    double error = 0;
    for (int i = 0; i < frames.size(); i++) {
      double[] found = run.collected.scores.get(i).outputs();
      for (int k = 0; k < found.length; k++) {
        error = Math.max(error, Math.abs(found[k] - exact[i][k]));
      }
    }
    return error;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "06-model-s4d-block.trained.safetensors;"
            + " {'kind': 's4', 'mode': 'diag', 'disc': 'zoh', 'dt_transform': 'exp'}",
        "05-model-s4-dplr.trained.safetensors;"
            + " {'kind': 's4', 'mode': 'dplr', 'dt_transform': 'exp', 'd_state': 64}"
      })
  void realModelsApproachTheirExactOutputs(String weights, String layer) throws IOException {
    SequenceModel model = golden(weights, layer.replace('\'', '"'));
    List<Frame> frames = pairs(200);
    double coarse = error(model, frames, 2);
    double middle = error(model, frames, 16);
    double fine = error(model, frames, 1000);
    assertThat(middle).isLessThan(coarse / 3);
    assertThat(fine).isLessThan(middle / 20).isPositive();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1000, 500, 700, 16_000})
  void regularSignalsGiveWhatStatedRatesGive(double rate) {
    float[] u = Frames.signal(4, 900, 1);
    ScoringConfig.Builder every =
        ScoringConfig.builder().emit(ScoringConfig.Emit.SAMPLES).emitEvery(7);
    List<Frame> frames = Frames.splitAnywhere("k", u, rate, 4);
    frames.addAll(Frames.split("k", u, 1, rate).subList(0, 50));
    OneKey expected = new OneKey(ToyModel.classifier(), every).add(frames);
    OneKey found = new OneKey(ToyModel.classifier(), every.sampling(Sampling.IRREGULAR));
    found.add(frames);
    assertThat(found.collected.scores)
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> Math.abs(a - b) < 1e-12 * Math.abs(a), Double.class)
        .isEqualTo(expected.collected.scores);
    assertThat(expected.collected.rejected).isEqualTo(found.collected.rejected);
  }

  @Test
  void singleSamplesAtTheNativeRateNeedNoRate() {
    float[] u = Frames.signal(5, 300, 1);
    List<Frame> bare = new ArrayList<>();
    for (int i = 0; i < u.length; i++) {
      bare.add(frame("k", T0 + i * 1000L, i % 2 == 0 ? 0 : -7, u[i]));
    }
    OneKey expected =
        new OneKey(ToyModel.classifier(), ScoringConfig.builder())
            .add(Frames.split("k", u, 1, 1000));
    OneKey found = new OneKey(ToyModel.classifier(), irregular()).add(bare);
    assertThat(found.collected.scores)
        .usingRecursiveComparison()
        .isEqualTo(expected.collected.scores);
  }

  @Test
  void framesOfSeveralSamplesNeedTheirRate() {
    OneKey run = new OneKey(ToyModel.classifier(), irregular()).add(frame("k", T0, 0, 1, 2));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.BAD_RATE, 1);
    run.add(frame("k", T0, 500, 1, 2, 3), frame("k", T0 + 7000, 250, 4, 5));
    assertThat(run.lastScore().timeMicros()).isEqualTo(T0 + 11_000);
    assertThat(run.lastScore().sampleRateHz()).isEqualTo(250);
    assertThat(run.lastScore().position()).isEqualTo(5);
    assertThat(run.isSmooth()).isFalse();
  }

  @Test
  void aFrameInTheFrameModeNeedsARate() {
    OneKey run = new OneKey(ToyModel.classifier(), ScoringConfig.builder());
    run.add(frame("k", T0, 0, 1));
    assertThat(run.collected.rejections.get(0).message()).contains("ssm.sampling");
  }

  @Test
  void theFirstSampleTakesTheStepOfTheNativeRate() {
    OneKey run = new OneKey(ToyModel.features(1), irregular()).add(frame("k", T0, 0, 1));
    assertThat(run.lastScore().outputs()[0]).isCloseTo(-Math.expm1(-0.1), within(1e-12));
    run.add(frame("k", T0 + 2_000_000, 0, 1));
    assertThat(run.collected.resets).isEqualTo(1);
    assertThat(run.lastScore().outputs()[0]).isCloseTo(-Math.expm1(-0.1), within(1e-12));
    assertThat(run.lastScore().sampleRateHz()).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(longs = {101_100, 149_000, 150_000, 333_333, 1_000_000})
  void longIntervalsAreBridgedByThePolicy(long micros) {
    for (GapPolicy policy : GapPolicy.values()) {
      OneKey run = new OneKey(ToyModel.features(1), irregular().gapPolicy(policy));
      run.add(frame("k", T0, 0, 1), frame("k", T0 + 1000, 0, 1), frame("k", T0 + micros, 0, 1));
      if (policy == GapPolicy.END) {
        assertThat(run.collected.resets).isEqualTo(1);
        assertThat(run.lastScore().position()).isEqualTo(1);
        continue;
      }
      long fillers = run.collected.gapSamples;
      assertThat(run.collected.gaps).isEqualTo(1);
      assertThat(run.lastScore().position()).isEqualTo(3 + fillers);
      double last = 1 / run.lastScore().sampleRateHz();
      assertThat(last).isBetween(0.049, 0.1);
      double modelTime = fillers * 0.05 + last + run.state.clockValue;
      assertThat(modelTime).isCloseTo((micros - 1000) * 1e-6, within(fillers * 0.003));
      double x = run.collected.scores.get(1).outputs()[0];
      x = policy == GapPolicy.HOLD ? 1 + (x - 1) * Math.exp(-(micros - 1000) * 1e-6 / TAU) : 0;
      x += policy == GapPolicy.HOLD ? 0 : -Math.expm1(-last / TAU);
      assertThat(run.lastScore().outputs()[0]).isCloseTo(x, within(0.01));
    }
  }

  @Test
  void aGapAboveTheLimitEndsTheSegment() {
    OneKey run = new OneKey(ToyModel.features(1), irregular().gapMax(Duration.ofMillis(50)));
    run.add(frame("k", T0, 0, 1), frame("k", T0 + 99_000, 0, 2));
    assertThat(run.isSmooth()).as("an interval within the range is no gap").isTrue();
    run.add(frame("k", T0 + 200_000, 0, 3));
    assertThat(run.collected.resets).isEqualTo(1);
    assertThat(run.collected.scores.get(2).endOfSegment()).isTrue();
    assertThat(run.collected.scores.get(2).timeMicros()).isEqualTo(T0 + 99_000);
    assertThat(run.lastScore().segmentStartMicros()).isEqualTo(T0 + 200_000);
  }

  @Test
  void timesThatDoNotRiseAreTheOldRules() {
    Frame second = frame("k", T0 + 1000, 0, 2);
    OneKey run = new OneKey(ToyModel.features(1), irregular().lateness(Duration.ofSeconds(1)));
    run.add(frame("k", T0, 0, 1), second, second);
    assertThat(run.collected.samplesDuplicate).isEqualTo(1);
    run.add(frame("k", T0 + 1000, 0, 3), frame("k", T0 + 500, 0, 3));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.LATE, 2);
    run.add(frame("k", T0 - 1_000_001, 0, 3));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.CLOCK_BACKWARDS, 1);
    run.add(frame("k", T0 + 1008, 0, 3));
    assertThat(run.collected.rejected).containsEntry(Rejection.Reason.BAD_RATE, 1);
    assertThat(run.collected.rejections.get(3).message()).contains("8 µs").contains("100000.0 Hz");
    run.add(frame("k", T0 + 2000, 1000, 3, 4), frame("k", T0 + 2000, 1000, 3, 4, 5, 6));
    assertThat(run.collected.overlapSamples).isEqualTo(2);
    assertThat(run.lastScore().position()).isEqualTo(6);
    assertThat(run.lastScore().timeMicros()).isEqualTo(T0 + 5000);
  }
}
