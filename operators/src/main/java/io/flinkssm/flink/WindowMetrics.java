package io.flinkssm.flink;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.WindowScoring;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of windows that stand for themselves: some of those of {@link ScoringMetrics} and
 * {@link RescoringMetrics}, by the same names in the same group.
 */
public final class WindowMetrics {
  private final Counter windowsScored;
  private final Counter samplesRescored;
  private final Counter nonFiniteInput;
  private final Map<Rejection.Reason, Counter> rejected = new EnumMap<>(Rejection.Reason.class);
  private final RecentHistogram windowMicros = new RecentHistogram(TimeUnit.HOURS.toMicros(1));

  /** Registers the metrics of one task that scores windows with one model. */
  public WindowMetrics(MetricGroup operatorGroup, String modelName) {
    MetricGroup group =
        operatorGroup.addGroup(ScoringMetrics.GROUP).addGroup(ScoringMetrics.MODEL, modelName);
    windowsScored = group.counter(RescoringMetrics.WINDOWS_SCORED);
    samplesRescored = group.counter(RescoringMetrics.SAMPLES_RESCORED);
    nonFiniteInput = group.counter(ScoringMetrics.NON_FINITE_INPUT);
    for (Rejection.Reason reason : Rejection.Reason.values()) {
      rejected.put(
          reason,
          group.addGroup(ScoringMetrics.REASON, reason.name()).counter(ScoringMetrics.REJECTED));
    }
    group.histogram(RescoringMetrics.WINDOW_MICROS, windowMicros);
  }

  /** One window that was scored or rejected, and how long that took. */
  public void window(WindowScoring.Result result, long nanos) {
    nonFiniteInput.inc(result.nonFinite());
    if (result.rejection() != null) {
      rejected(result.rejection().reason());
      return;
    }
    windowsScored.inc();
    samplesRescored.inc(result.score().endPosition());
    windowMicros.update(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  /** One window that was rejected unseen. */
  public void rejected(Rejection.Reason reason) {
    rejected.get(reason).inc();
  }
}
