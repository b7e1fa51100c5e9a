package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.detect.OnlineDetector;
import io.flinkssm.benchmarks.detect.Signal;
import io.flinkssm.benchmarks.detect.ThresholdedForestDetector;
import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.DetectorConfig;

/**
 * How often the detector calls a sample of a stationary signal unusual, beside what it promises.
 */
final class AlarmSection implements Section {
  private static final int BLOCK = 256;
  private static final long SEED = 1;

  @Override
  public String name() {
    return "alarms";
  }

  @Override
  public String title() {
    return "False alarms of the detector on stationary signals, in which nothing is an anomaly";
  }

  /** Rates per sample. */
  private record Rates(double score, double alert, double alarm) {}

  @Override
  public void run(Bench bench) {
    DetectorConfig config = DetectorConfig.of(1);
    int count = bench.quick() ? 200_000 : 1_000_000;
    // A forest takes its time.
    int forestCount = count / 10;
    for (Signal signal : Signal.values()) {
      bench.progress(signal.title());
      Rates rates = rates(config, signal.samples(count, SEED));
      double ratio = rates.score() / config.alarmRate();
      bench.row(
          Row.single(
              name(),
              "%s, %s samples: share that scores ≥ %s, off by a factor of"
                  .formatted(signal.title(), Figures.text(count, ""), 1 - config.alarmRate()),
              "the rate that is set, %s".formatted(config.alarmRate()),
              Target.atMost(2, "×"),
              Math.max(ratio, 1 / ratio),
              "×",
              "%s; alerts as high %s, alarms begun %s; thresholded RCF with shingle 8 gives a grade to %s"
                  .formatted(
                      Figures.text(rates.score(), ""),
                      Figures.text(rates.alert(), ""),
                      Figures.text(rates.alarm(), ""),
                      Figures.text(forestRate(signal.samples(forestCount, SEED)), ""))));
    }
  }

  private static Rates rates(DetectorConfig config, double[] samples) {
    DetectorStepper detector = new DetectorStepper(config, BLOCK);
    double threshold = 1 - config.alarmRate();
    double count = samples.length;
    int unusual = 0;
    int alerts = 0;
    int alarms = 0;
    boolean before = false;
    for (int from = 0; from < samples.length; from += BLOCK) {
      int block = Math.min(BLOCK, samples.length - from);
      detector.advance(samples, from, block);
      for (int i = 0; i < block; i++) {
        Anomaly anomaly = detector.anomaly(i);
        unusual += anomaly.score() >= threshold ? 1 : 0;
        alerts += anomaly.alert() >= threshold ? 1 : 0;
        alarms += anomaly.alarm() && !before ? 1 : 0;
        before = anomaly.alarm();
      }
    }
    return new Rates(unusual / count, alerts / count, alarms / count);
  }

  /** Rate of samples to which the library of forests gives a grade. */
  private static double forestRate(double[] samples) {
    OnlineDetector forest = new ThresholdedForestDetector(1, 50, 8, SEED);
    int graded = 0;
    float[] sample = new float[1];
    for (int i = 0; i < samples.length; i++) {
      sample[0] = (float) samples[i];
      graded += forest.score(Signal.timeMicros(i), sample) > 0 ? 1 : 0;
    }
    return (double) graded / samples.length;
  }
}
