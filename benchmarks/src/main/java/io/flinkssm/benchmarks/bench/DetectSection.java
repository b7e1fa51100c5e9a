package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.detect.Contender;
import io.flinkssm.benchmarks.detect.OnlineDetector;
import io.flinkssm.benchmarks.detect.RandomCutForestDetector;
import io.flinkssm.benchmarks.detect.Signal;
import io.flinkssm.benchmarks.detect.SsmDetector;
import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.stream.Detection;
import io.flinkssm.stream.Scorer;
import io.flinkssm.stream.ScoringCounters;
import java.io.IOException;

/** What a point costs the detector of anomalies, and what a key keeps, beside Random Cut Forest. */
final class DetectSection implements Section {
  private static final int BLOCK = 256;
  private static final int SAMPLES = 1 << 16;
  private static final int CHANNELS = 8;
  private static final long SEED = 1;
  private static final double KIB = 1024;

  /** Points after which a forest is as large as it gets, and its code is compiled. */
  private static final int SETTLED = 30_000;

  @Override
  public String name() {
    return "detect";
  }

  @Override
  public String title() {
    return "Anomaly detection: points per second and state of one series, beside Random Cut Forest";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    double[] signal = Signal.SEASONAL.samples(SAMPLES, SEED);
    DetectorStepper one = new DetectorStepper(DetectorConfig.of(1), BLOCK);
    Paired.Work singles = one.work(signal, 1);
    Paired.Work blocks = new DetectorStepper(DetectorConfig.of(1), BLOCK).work(signal, BLOCK);
    for (Contender forest : Contender.forests().toList()) {
      Target target = Contender.FORESTS.contains(forest) ? Target.atLeast(10, "×") : null;
      Paired.Work reference = points(forest.factory().create(1, SEED), signal, 1);
      speed(bench, "samples one by one", forest, target, paired.compare(singles, reference), 1);
      speed(bench, "blocks of 256", forest, target, paired.compare(blocks, reference), BLOCK);
    }
    frames(bench, paired, signal);
    channels(bench, paired);
    state(bench, one, signal);
  }

  private void speed(
      Bench bench, String what, Contender forest, Target target, Paired.Comparison c, int block) {
    double subject = c.subject().median() / block;
    bench.row(
        Row.ratio(
            name(),
            "detector, one channel, %s, speed".formatted(what),
            forest.name(),
            target,
            c.times(1.0 / block).inverse(),
            "%s beside %s a point; %s beside %s points a second"
                .formatted(
                    Figures.time(subject),
                    Figures.time(c.reference().median()),
                    Figures.text(1e9 / subject, ""),
                    Figures.text(1e9 / c.reference().median(), ""))));
  }

  /** What the operator's core adds: a frame for each sample, checked, placed and scored. */
  private void frames(Bench bench, Paired paired, double[] signal) throws IOException {
    Contender forest = Contender.FORESTS.get(0);
    Paired.Comparison c =
        paired.compare(
            points(new SsmDetector(1, Anomaly::score), signal, 1),
            points(forest.factory().create(1, SEED), signal, 1));
    speed(bench, "frames of one sample through the operator's core", forest, null, c, 1);
  }

  private void channels(Bench bench, Paired paired) throws IOException {
    double[] signal = new double[SAMPLES * CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      double[] channel = Signal.AR_95.samples(SAMPLES, c);
      for (int i = 0; i < SAMPLES; i++) {
        signal[i * CHANNELS + c] = channel[i];
      }
    }
    Contender forest = Contender.FORESTS.get(0);
    DetectorStepper stepper = new DetectorStepper(DetectorConfig.of(CHANNELS), BLOCK);
    Paired.Comparison c =
        paired.compare(
            stepper.work(signal, BLOCK),
            points(forest.factory().create(CHANNELS, SEED), signal, CHANNELS));
    double subject = c.subject().median() / BLOCK;
    bench.row(
        Row.ratio(
            name(),
            "detector, %d channels, blocks of 256, speed".formatted(CHANNELS),
            forest.name(),
            null,
            c.times(1.0 / BLOCK).inverse(),
            "%s beside %s a point of all channels"
                .formatted(Figures.time(subject), Figures.time(c.reference().median()))));
    double kib = stepper.stateBytes() / KIB;
    bench.row(
        Row.single(
            name(),
            "detector, state of %d channels, a channel".formatted(CHANNELS),
            "",
            null,
            kib / CHANNELS,
            "KiB",
            Figures.text(kib, "KiB in all")));
  }

  private void state(Bench bench, DetectorStepper one, double[] signal) {
    Scorer<double[]> scorer =
        Detection.scorer(DetectorConfig.of(1), Detection.rules().build(), ScoringCounters.NONE);
    bench.row(
        Row.single(
            name(),
            "detector, state of one channel",
            "",
            Target.atMost(16, "KiB"),
            one.stateBytes() / KIB,
            "KiB",
            Figures.text(scorer.maxBytesPerKey() / KIB, "KiB as Flink stores a key, at most")));
    for (int trees : new int[] {50, 100}) {
      RandomCutForestDetector forest = new RandomCutForestDetector(1, trees, 1, SEED);
      float[] sample = new float[1];
      for (int i = 0; i < SETTLED; i++) {
        sample[0] = (float) signal[i];
        forest.score(i, sample);
      }
      bench.row(
          Row.single(
              name(),
              "RCF, %d trees, state of one channel".formatted(trees),
              "",
              null,
              forest.stateBytes() / KIB,
              "KiB",
              "the state that its library makes of a forest, in Java's serialization"));
    }
  }

  /** One point a call, going round a signal. */
  private static Paired.Work points(OnlineDetector detector, double[] signal, int channels) {
    float[][] samples = new float[signal.length / channels][channels];
    for (int i = 0; i < signal.length; i++) {
      samples[i / channels][i % channels] = (float) signal[i];
    }
    long[] position = {0};
    Runnable point =
        () -> {
          detector.score(
              Signal.timeMicros(position[0]), samples[(int) (position[0] % samples.length)]);
          position[0]++;
        };
    for (int i = 0; i < SETTLED; i++) {
      point.run();
    }
    return Paired.Work.of(point);
  }
}
