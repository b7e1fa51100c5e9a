package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Precision;
import io.flinkssm.stream.ToyModel;
import io.flinkssm.stream.WindowScoring;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.junit.jupiter.api.Test;

class WindowMetricsTest {
  private final Map<String, Metric> metrics = new HashMap<>();

  @Test
  void everyWindowIsCounted() {
    WindowMetrics windows = new WindowMetrics(new ScoringMetricsTest.Recorded("", metrics), "toy");
    WindowScoring<?> scoring =
        WindowScoring.of(
            ToyModel.features(2),
            new WindowScoring.Rules(
                0,
                Precision.FLOAT32,
                RateMethod.AUTO,
                ConvolutionMethod.AUTO,
                NonFinitePolicy.ZERO,
                3),
            plan -> {});
    windows.window(scoring.score(new float[] {1, 2, Float.NaN, 4}, 1000), 3_000);
    windows.window(scoring.score(new float[6], 1000), 5_000);
    windows.window(scoring.score(new float[8], 1000), 7_000);
    windows.rejected(Rejection.Reason.EMPTY);

    assertThat(count("windowsScored")).isEqualTo(2);
    assertThat(count("samplesRescored")).isEqualTo(5);
    assertThat(count("nonFiniteInput")).isEqualTo(1);
    assertThat(count("reason.OVERSIZED.rejected")).isEqualTo(1);
    assertThat(count("reason.EMPTY.rejected")).isEqualTo(1);
    assertThat(count("reason.NON_FINITE.rejected")).isZero();
    Histogram micros = (Histogram) metrics.get("ssm.model.toy.windowMicros");
    assertThat(micros.getStatistics().getMax()).isEqualTo(5);
    assertThat(micros.getCount()).isEqualTo(2);
  }

  private long count(String name) {
    return ((Counter) metrics.get("ssm.model.toy." + name)).getCount();
  }
}
