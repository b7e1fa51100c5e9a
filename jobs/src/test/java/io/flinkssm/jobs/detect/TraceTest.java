package io.flinkssm.jobs.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Evidence;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceTest {
  private static final int ROWS = 100_001;

  @Test
  void aLongSeriesLosesNoExtreme() {
    Trace trace = new Trace(2);
    for (int i = 0; i < ROWS; i++) {
      float value = i == 70_000 ? 99 : i == 70_001 ? -99 : i % 7;
      trace.add(i, new float[] {i, value}, anomaly(i == 50_000 ? 0.9 : 0.1));
    }

    int[] buckets = IntStream.range(0, trace.size()).toArray();
    assertThat(trace.size()).isBetween(Trace.MOST / 2, Trace.MOST);
    assertThat(trace.first(0)).isZero();
    assertThat(trace.last(trace.size() - 1)).isEqualTo(ROWS - 1);
    for (int b : buckets) {
      assertThat(trace.low(b, 0)).isEqualTo((float) trace.first(b));
      assertThat(trace.high(b, 0)).isEqualTo((float) trace.last(b));
      assertThat(b == 0 || trace.first(b) == trace.last(b - 1) + 1).isTrue();
    }
    assertThat(Arrays.stream(buckets).filter(b -> trace.high(b, 1) == 99)).hasSize(1);
    assertThat(Arrays.stream(buckets).filter(b -> trace.low(b, 1) == -99)).hasSize(1);
    int[] rare = Arrays.stream(buckets).filter(b -> trace.score(b) == 0.9).toArray();
    assertThat(rare).hasSize(1);
    assertThat(trace.first(rare[0])).isLessThanOrEqualTo(50_000);
    assertThat(trace.last(rare[0])).isGreaterThanOrEqualTo(50_000);
    assertThat(trace.p(rare[0], Evidence.SPIKE)).isEqualTo(1 - 0.9);
    assertThat(trace.p(rare[0], Evidence.DRIFT)).isNaN();
  }

  private static Anomaly anomaly(double score) {
    return Anomaly.of(
        score, score, false, 0, kind -> kind == Evidence.SPIKE ? 1 - score : Double.NaN);
  }
}
