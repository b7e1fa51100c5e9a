package io.flinkssm.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.RateMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promise of a score: how often a stationary signal scores as high. */
class DetectorRatesTest {
  private static final int SAMPLES = 200_000;
  private static final int BLOCK = 1_000;
  private static final double RATE_HZ = 1 / 300.0;
  private static final long START_MICROS = 1_600_000_000_000_000L;
  private static final double P = 1e-3;

  @ParameterizedTest
  @EnumSource(StationarySeries.class)
  void falseAlarmsComeAtTheStatedRate(StationarySeries series) {
    DiscreteModel<double[]> model =
        Detector.of(DetectorConfig.of(1).withAlarmRate(P))
            .discretize(RATE_HZ, RateMethod.AUTO, Kernels.float64());
    DiscreteModel.Workspace<double[]> workspace = model.newWorkspace(BLOCK);
    double[] state = new double[model.stateLength()];
    double[] x = series.values(SAMPLES, 1);
    double[] block = new double[BLOCK];
    double[] outputs = new double[BLOCK * Anomaly.SIZE];
    Runs<double[]> runs = new Runs<>();
    int scores = 0;
    int alerts = 0;
    int begun = 0;
    boolean on = false;
    for (int from = 0; from < SAMPLES; from += BLOCK) {
      System.arraycopy(x, from, block, 0, BLOCK);
      runs.clear();
      runs.add(state, BLOCK, BLOCK, START_MICROS, from);
      model.advance(runs, block, outputs, workspace);
      for (int at = 0; at < outputs.length; at += Anomaly.SIZE) {
        scores += outputs[at + Anomaly.SCORE] >= 1 - P ? 1 : 0;
        alerts += outputs[at + Anomaly.ALERT] >= 1 - P ? 1 : 0;
        boolean alarm = outputs[at + Anomaly.ALARM] > 0;
        begun += alarm && !on ? 1 : 0;
        on = alarm;
      }
    }
    assertThat(scores / (P * SAMPLES)).as("samples").isBetween(0.5, 2.0);
    assertThat(alerts / (P * SAMPLES)).as("alerts").isBetween(0.5, 2.0);
    // An alarm outlasts the alerts of one excursion.
    assertThat(begun / (P * SAMPLES)).as("alarms").isBetween(0.25, 2.0);
  }
}
