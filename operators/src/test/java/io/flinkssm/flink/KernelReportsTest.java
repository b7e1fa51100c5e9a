package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.testing.BidirectionalModel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KernelReportsTest {
  private final SequenceModel model = BidirectionalModel.read(3);

  @Test
  void eachRateIsPreparedAndSummarisedOnce() {
    AtomicInteger prepared = new AtomicInteger();
    try (KernelReports reports = new KernelReports(model, 64)) {
      reports.at(100, prepared::incrementAndGet);
      reports.at(100, prepared::incrementAndGet);
      reports.at(50, prepared::incrementAndGet);
      assertThat(reports.rest())
          .hasSize(4)
          .allMatch(summary -> summary.taps() == 64)
          .extracting(KernelSummary::sampleRateHz)
          .containsExactly(100.0, 100.0, 50.0, 50.0);
      assertThat(prepared).hasValue(2);
      assertThat(reports.ready()).isEmpty();
      reports.again();
      assertThat(reports.rest()).hasSize(4);
      assertThat(prepared).hasValue(2);
    }
  }

  @Test
  void whatFailsIsMissedByPeopleOnly() {
    try (KernelReports reports = new KernelReports(model, 64)) {
      reports.at(
          100,
          () -> {
            throw new IllegalStateException("on purpose");
          });
      reports.at(50, () -> {});
      assertThat(reports.rest()).extracting(KernelSummary::sampleRateHz).containsOnly(50.0);
    }
  }
}
