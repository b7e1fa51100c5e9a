package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.testing.Forecasters;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForecastDetectorTest {
  private static final DetectorConfig CONFIG = DetectorConfig.of(1);
  private static final Kernels<double[]> F64 = Kernels.float64();

  private static double[] run(DiscreteModel<double[]> model, double[] input, int block) {
    double[] state = new double[model.stateLength()];
    model.reset(state);
    return run(model, state, input, block);
  }

  /** Outputs of all samples, some at once. */
  private static double[] run(
      DiscreteModel<double[]> model, double[] state, double[] input, int block) {
    DiscreteModel.Workspace<double[]> workspace = model.newWorkspace(256);
    int size = model.model().info().outputSize();
    double[] all = new double[input.length * size];
    for (int from = 0; from < input.length; from += block) {
      int samples = Math.min(block, input.length - from);
      double[] piece = Arrays.copyOfRange(input, from, from + samples);
      double[] outputs = new double[samples * size];
      model.advance(state, piece, samples, outputs, samples, workspace);
      System.arraycopy(outputs, 0, all, from * size, outputs.length);
    }
    return all;
  }

  private static DiscreteModel<double[]> onForecaster(double rateHz) {
    return ForecastDetector.of(Forecasters.oscillation(), CONFIG).discretize(rateHz, F64);
  }

  @Test
  void theForecasterOfTheTestIsRightUpToTheNoise() {
    double[] y = Forecasters.series(1, 5000);
    double[] forecasts = run(Forecasters.oscillation().discretize(Forecasters.RATE, F64), y, 100);
    double errors = 0;
    double values = 0;
    for (int t = 1000; t < y.length; t++) {
      errors += Math.pow(y[t] - forecasts[t - 1], 2);
      values += y[t] * y[t];
    }
    assertThat(Math.sqrt(errors / 4000)).isCloseTo(1, within(0.05));
    assertThat(Math.sqrt(values / 4000)).isGreaterThan(2);
  }

  @Test
  void aBreakOfTheDynamicsIsSeenInTheErrors() {
    for (long seed = 1; seed <= 3; seed++) {
      double[] outputs = run(onForecaster(Forecasters.RATE), broken(seed), 256);
      double before = rarest(outputs, 2000, 3000);
      double after = rarest(outputs, 3000, 3100);
      assertThat(after).isLessThan(1e-3).isLessThan(0.5 * before);
    }
  }

  /** A series that from sample 3000 on oscillates faster, in the same range and as strongly. */
  private static double[] broken(long seed) {
    double[] usual = Forecasters.series(seed, 3000, Forecasters.PERIOD);
    double[] other = Forecasters.series(seed + 50, 3000, 8);
    double most = Arrays.stream(usual).map(Math::abs).max().orElseThrow();
    double scale = Math.sqrt(power(usual) / power(other));
    double[] all = Arrays.copyOf(usual, 6000);
    for (int t = 0; t < 3000; t++) {
      all[3000 + t] = Math.max(-0.9 * most, Math.min(0.9 * most, scale * other[t]));
    }
    return all;
  }

  private static double power(double[] values) {
    return Arrays.stream(values).map(v -> v * v).sum();
  }

  /** The smallest p-value of an error's size, alone or with those around it. */
  private static double rarest(double[] outputs, int from, int to) {
    double least = 1;
    for (int t = from; t < to; t++) {
      Anomaly anomaly = anomaly(outputs, t);
      least = Math.min(least, anomaly.pValue(Evidence.SPIKE));
      least = Math.min(least, anomaly.pValue(Evidence.VARIANCE));
    }
    return least;
  }

  private static Anomaly anomaly(double[] outputs, int sample) {
    return Anomaly.of(
        Arrays.copyOfRange(outputs, sample * Anomaly.SIZE, (sample + 1) * Anomaly.SIZE));
  }

  @Test
  void blocksChangeNoBit() {
    double[] y = broken(4);
    double[] whole = run(onForecaster(Forecasters.RATE), y, 256);
    assertThat(run(onForecaster(Forecasters.RATE), y, 1)).isEqualTo(whole);
    assertThat(run(onForecaster(Forecasters.RATE), y, 7)).isEqualTo(whole);
  }

  @Test
  void keysOfABlockKeepToThemselves() {
    DiscreteModel<double[]> model = onForecaster(Forecasters.RATE);
    DiscreteModel.Workspace<double[]> workspace = model.newWorkspace(256);
    Random random = new Random(5);
    double[][] series = new double[3][];
    double[][] states = new double[3][model.stateLength()];
    double[][] expected = new double[3][];
    for (int k = 0; k < 3; k++) {
      series[k] = Forecasters.series(k, 900);
      expected[k] = run(model, series[k], 256);
      model.reset(states[k]);
    }
    int[] next = new int[3];
    for (int round = 0; round < 20; round++) {
      Runs<double[]> runs = new Runs<>();
      double[] input = new double[256];
      int[] taken = new int[3];
      int rows = 0;
      for (int k = 0; k < 3; k++) {
        taken[k] = 1 + random.nextInt(45);
        System.arraycopy(series[k], next[k], input, rows, taken[k]);
        runs.add(states[k], taken[k], k == 1 ? 1 : taken[k]);
        rows += taken[k];
      }
      double[] output = new double[256 * Anomaly.SIZE];
      model.advance(runs, input, output, workspace);
      for (int k = 0; k < 3; k++) {
        next[k] += taken[k];
        Anomaly last = anomaly(output, runs.outputEnd(k) - 1);
        assertThat(last).isEqualTo(anomaly(expected[k], next[k] - 1));
      }
    }
  }

  @Test
  void aSampleAtAnotherTimeHasNoForecastOfTheModels() {
    double[] y = broken(6);
    assertThat(run(onForecaster(0.5 * Forecasters.RATE), y, 256))
        .isEqualTo(run(Detector.of(CONFIG).discretize(0.5 * Forecasters.RATE, F64), y, 256))
        .isNotEqualTo(run(onForecaster(Forecasters.RATE), y, 256));
  }

  @Test
  void aLongSilenceEndsTheMemoryOfTheModelAndNothingThatWasLearned() {
    DiscreteModel<double[]> model = onForecaster(Forecasters.RATE);
    DiscreteModel<double[]> forecaster =
        Forecasters.oscillation().discretize(Forecasters.RATE, F64);
    double[] y = Forecasters.series(7, 2000);
    double[] state = new double[model.stateLength()];
    model.reset(state);
    run(model, state, y, 256);
    double[] free = new double[Detector.of(CONFIG).discretize(1e-4, F64).stateLength()];
    System.arraycopy(state, state.length - free.length, free, 0, free.length);

    double[] late = {y[10], y[11], y[12]};
    double[] outputs = run(onForecaster(1e-4), state, late, 3);
    assertThat(outputs).isEqualTo(run(Detector.of(CONFIG).discretize(1e-4, F64), free, late, 3));
    assertThat(Arrays.copyOfRange(state, state.length - free.length, state.length)).isEqualTo(free);

    double[] memory = new double[forecaster.stateLength()];
    forecaster.reset(memory);
    double[] forecast = run(forecaster, memory, new double[] {y[12]}, 1);
    assertThat(Arrays.copyOf(state, memory.length)).isEqualTo(memory);
    assertThat(state[memory.length]).isEqualTo(forecast[0]);
  }

  @Test
  void silencesOfAnyLengthShareOneForecaster() {
    SequenceModel model = ForecastDetector.of(Forecasters.oscillation(), CONFIG);
    DiscreteModel<double[]> after = forecaster(model, 1e-4);
    assertThat(after.sampleRateHz()).isEqualTo(Forecasters.RATE);
    assertThat(forecaster(model, 1e-7)).isSameAs(after);
    assertThat(forecaster(model, 0.5 * Forecasters.RATE).sampleRateHz())
        .isEqualTo(0.5 * Forecasters.RATE);
  }

  private static DiscreteModel<double[]> forecaster(SequenceModel model, double rateHz) {
    return ((DiscreteForecastDetector) model.discretize(rateHz, F64)).forecaster();
  }

  @Test
  void isOneOfItsForecasterAndItsRules() {
    ModelInfo info = ForecastDetector.of(Forecasters.oscillation(), CONFIG).info();
    assertThat(info.name()).isEqualTo("oscillation");
    assertThat(info.version()).isEqualTo("3");
    assertThat(info.task()).isEqualTo(ModelInfo.Task.ANOMALY);
    assertThat(info.sampleRateHz()).isEqualTo(Forecasters.RATE);
    assertThat(info.sha256())
        .isEqualTo(
            ForecastDetector.of(Forecasters.oscillation(), CONFIG.withAlarmRate(0.1))
                .info()
                .sha256())
        .isNotEqualTo(Forecasters.oscillation().info().sha256())
        .isNotEqualTo(Detector.of(CONFIG).info().sha256());
  }

  @Test
  void saysWhatIsWrong() {
    SequenceModel features = Forecasters.features();
    assertThatThrownBy(() -> ForecastDetector.of(features, CONFIG))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("has task FEATURES")
        .hasMessageContaining("forecasts the next sample");
    assertThatThrownBy(
            () ->
                ForecastDetector.of(Forecasters.oscillation(), CONFIG)
                    .discretize(Forecasters.RATE, Kernels.float32()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float32");
  }
}
