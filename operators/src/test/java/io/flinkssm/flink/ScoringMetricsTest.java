package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.stream.Rejection;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class ScoringMetricsTest {

  /** Keeps metrics by their path. */
  static final class Recorded extends UnregisteredMetricsGroup {
    private final String path;
    private final Map<String, Metric> metrics;

    Recorded(String path, Map<String, Metric> metrics) {
      this.path = path;
      this.metrics = metrics;
    }

    @Override
    public MetricGroup addGroup(String name) {
      return new Recorded(path + name + ".", metrics);
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
      return new Recorded(path + key + "." + value + ".", metrics);
    }

    @Override
    public Counter counter(String name) {
      Counter counter = super.counter(name);
      metrics.put(path + name, counter);
      return counter;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      metrics.put(path + name, gauge);
      return gauge;
    }

    @Override
    public <H extends Histogram> H histogram(String name, H histogram) {
      metrics.put(path + name, histogram);
      return histogram;
    }
  }

  @Test
  void everyDecisionHasItsCounter() {
    Map<String, Metric> metrics = new HashMap<>();
    ScoringMetrics counted = new ScoringMetrics(new Recorded("", metrics), "toy");
    counted.samplesScored(2);
    counted.samplesLate(3);
    counted.samplesDuplicate(4);
    counted.overlapTrimmed(5);
    counted.gapBridged(7);
    counted.stateReset();
    counted.nonFiniteInput(11);
    counted.rediscretization();
    counted.aliasedModes(13);
    counted.aliasedModes(12);
    counted.rejected(Rejection.Reason.LATE);
    for (int i = 0; i < 3; i++) {
      counted.modelSwitch();
      counted.modelRejected();
    }
    counted.modelRejected();
    counted.warmStartPartial();
    counted.lateRelease();
    counted.lateRelease();
    counted.modelVersion("1");
    counted.held(1234, 5, 8);
    counted.bundle(6, 4);
    counted.stepNanos(1000);
    counted.eventTimeLagMillis(-5);

    Map<String, Object> expected = new HashMap<>();
    expected.put(ScoringMetrics.SAMPLES_SCORED, 2L);
    expected.put(ScoringMetrics.SAMPLES_LATE, 3L);
    expected.put(ScoringMetrics.SAMPLES_DUPLICATE, 4L);
    expected.put(ScoringMetrics.OVERLAPS_TRIMMED, 1L);
    expected.put(ScoringMetrics.SAMPLES_TRIMMED, 5L);
    expected.put(ScoringMetrics.GAPS_BRIDGED, 1L);
    expected.put(ScoringMetrics.SAMPLES_BRIDGED, 7L);
    expected.put(ScoringMetrics.STATE_RESETS, 1L);
    expected.put(ScoringMetrics.NON_FINITE_INPUT, 11L);
    expected.put(ScoringMetrics.REDISCRETIZATIONS, 1L);
    expected.put(ScoringMetrics.MODEL_SWITCHES, 3L);
    expected.put(ScoringMetrics.MODEL_REJECTED, 4L);
    expected.put(ScoringMetrics.WARM_START_PARTIAL, 1L);
    expected.put(ScoringMetrics.LATE_RELEASES, 2L);
    expected.put(ScoringMetrics.MODELS_LOADED, 8);
    for (Rejection.Reason reason : Rejection.Reason.values()) {
      expected.put("reason." + reason + ".rejected", reason == Rejection.Reason.LATE ? 1L : 0L);
    }
    expected.put(ScoringMetrics.MODEL_VERSION, "1");
    expected.put(ScoringMetrics.STATE_BYTES_PER_KEY, 1234L);
    expected.put(ScoringMetrics.SAMPLE_RATES, 5);
    expected.put(ScoringMetrics.ALIASED_MODES, 13);
    expected.put(ScoringMetrics.BUNDLE_SIZE, 6);
    expected.put(ScoringMetrics.BUNDLE_RATIO, 1.5);
    expected.put(ScoringMetrics.STEP_NANOS, 1L);
    expected.put(ScoringMetrics.EVENT_TIME_LAG_MILLIS, 1L);
    Map<String, Object> found = new HashMap<>();
    metrics.forEach((path, metric) -> found.put(path.replace("ssm.model.toy.", ""), value(metric)));
    assertThat(found).isEqualTo(expected);
  }

  private static Object value(Metric metric) {
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    return metric instanceof Gauge<?> gauge ? gauge.getValue() : ((Histogram) metric).getCount();
  }

  @Test
  void histogramForgetsTheDistantPast() {
    RecentHistogram histogram = new RecentHistogram(1_000_000);
    for (int i = 0; i < RecentHistogram.WINDOW; i++) {
      histogram.update(500_000);
    }
    assertThat(histogram.getStatistics().getQuantile(0.5)).isBetween(495_000.0, 505_000.0);
    for (int half = 0; half < 2; half++) {
      histogram.getStatistics();
      for (int i = 0; i < RecentHistogram.WINDOW; i++) {
        histogram.update(100 + i % 10);
      }
      histogram.getStatistics();
    }
    histogram.update(2_000_000);
    HistogramStatistics recent = histogram.getStatistics();
    assertThat(recent.getQuantile(0.999)).isLessThan(112);
    assertThat(recent.getMax()).isBetween(990_000L, 1_010_000L);
    assertThat(recent.getMin()).isEqualTo(100);
    assertThat(histogram.getCount()).isEqualTo(3 * RecentHistogram.WINDOW + 1);
  }
}
