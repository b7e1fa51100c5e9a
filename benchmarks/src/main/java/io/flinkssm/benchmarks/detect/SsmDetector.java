package io.flinkssm.benchmarks.detect;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.jobs.detect.SeriesDetector;
import java.util.function.ToDoubleFunction;

/**
 * This project's detector with its defaults, as {@code ssm detect} runs it: a sample that is
 * rejected, such as one behind the clock, scores 0.
 */
public final class SsmDetector implements OnlineDetector {
  private final SeriesDetector detector;
  private final ToDoubleFunction<Anomaly> reading;

  /** A detector whose scores are what is read from each {@link Anomaly}. */
  public SsmDetector(int channels, ToDoubleFunction<Anomaly> reading) {
    this.detector = new SeriesDetector("series", DetectorConfig.of(channels));
    this.reading = reading;
  }

  @Override
  public double score(long timeMicros, float[] sample) {
    Anomaly anomaly = detector.step(timeMicros, sample.clone());
    return anomaly == null ? 0 : reading.applyAsDouble(anomaly);
  }
}
