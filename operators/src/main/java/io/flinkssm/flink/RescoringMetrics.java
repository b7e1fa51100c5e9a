package io.flinkssm.flink;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.WindowScore;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of the rescoring operator besides those of {@link ScoringMetrics}, which count what
 * happens to frames; in the same group.
 */
public final class RescoringMetrics {
  /** Counter, windows: scored. */
  public static final String WINDOWS_SCORED = "windowsScored";

  /** Counter, samples: of scored windows; those of overlapping windows count for each. */
  public static final String SAMPLES_RESCORED = "samplesRescored";

  /** Counter, windows: differ from streaming by more than allowed. */
  public static final String WINDOWS_DIVERGED = "windowsDiverged";

  /** Counter, positions: compared with streaming. */
  public static final String SCORES_COMPARED = "scoresCompared";

  /** Histogram, microseconds: reading and scoring one window. */
  public static final String WINDOW_MICROS = "windowMicros";

  private final Counter windowsScored;
  private final Counter samplesRescored;
  private final Counter windowsDiverged;
  private final Counter scoresCompared;
  private final RecentHistogram windowMicros = new RecentHistogram(TimeUnit.HOURS.toMicros(1));

  RescoringMetrics(MetricGroup operatorGroup, ModelInfo info) {
    MetricGroup group =
        operatorGroup.addGroup(ScoringMetrics.GROUP).addGroup(ScoringMetrics.MODEL, info.name());
    windowsScored = group.counter(WINDOWS_SCORED);
    samplesRescored = group.counter(SAMPLES_RESCORED);
    windowsDiverged = group.counter(WINDOWS_DIVERGED);
    scoresCompared = group.counter(SCORES_COMPARED);
    group.histogram(WINDOW_MICROS, windowMicros);
  }

  void scored(WindowScore score, long nanos) {
    windowsScored.inc();
    samplesRescored.inc(score.endPosition() - score.startPosition());
    scoresCompared.inc(score.compared());
    windowMicros.update(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  void diverged() {
    windowsDiverged.inc();
  }
}
