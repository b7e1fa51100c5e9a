package io.flinkssm.benchmarks.detect;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Detector;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.Scorer;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringCounters;
import io.flinkssm.stream.ScoringSink;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * This project's detector, with its defaults, by the same rules as in a job: a sample that is
 * rejected, such as one behind the clock, scores 0.
 */
public final class SsmDetector implements OnlineDetector {
  private final ToDoubleFunction<Anomaly> reading;
  private final int channels;
  private final Scorer<double[]> scorer;
  private final Sink sink = new Sink();
  private KeyState<double[]> state;

  /** A detector whose scores are what is read from each {@link Anomaly}. */
  public SsmDetector(int channels, ToDoubleFunction<Anomaly> reading) {
    this.reading = reading;
    this.channels = channels;
    ScoringConfig rules =
        ScoringConfig.builder()
            .sampling(ScoringConfig.Sampling.IRREGULAR)
            .precision(ScoringConfig.Precision.FLOAT64)
            .idleTimeout(Duration.ZERO)
            .emit(ScoringConfig.Emit.SAMPLES)
            .emitEvery(1)
            .build();
    scorer =
        new Scorer<>(
            Detector.of(DetectorConfig.of(channels)),
            Kernels.float64(),
            rules,
            ScoringCounters.NONE);
  }

  @Override
  public double score(long timeMicros, float[] sample) {
    Frame frame = new Frame("key", timeMicros, 0, channels, sample, false, Frame.Origin.UNKNOWN);
    sink.last = 0;
    if (scorer.check(frame, sink)) {
      KeyState<double[]> changed = scorer.score(state, frame, sink);
      state = changed == null ? state : changed;
    }
    return sink.last;
  }

  /** Most bytes that a key costs in stored form. */
  public long maxBytesPerKey() {
    return scorer.maxBytesPerKey();
  }

  private final class Sink implements ScoringSink {
    private double last;

    @Override
    public void score(Score score) {
      last = reading.applyAsDouble(score.anomaly());
    }

    @Override
    public void reject(Rejection rejection) {}
  }
}
