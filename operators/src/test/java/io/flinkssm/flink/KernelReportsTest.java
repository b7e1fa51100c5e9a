package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.testing.BidirectionalModel;
import io.flinkssm.testing.Golden;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KernelReportsTest {
  private final SequenceModel model = BidirectionalModel.read(3);

  @Test
  void eachRateIsPreparedAndSummarisedOnce() {
    AtomicInteger prepared = new AtomicInteger();
    try (KernelReports reports = new KernelReports(model, RateMethod.AUTO, 64)) {
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
  void kernelsAreThoseOfTheRateMethod() throws IOException {
    SequenceModel lowRank = lowRank();
    StateSpaceLayer layer = lowRank.stateSpaces().get(0);
    try (KernelReports held = new KernelReports(lowRank, RateMethod.HOLD, 64)) {
      held.at(50, () -> {});
      StateSpaceLayer two =
          new StateSpaceLayer(layer.name(), layer.stride(), RateMethod.HOLD.of(layer.system(), 2));
      assertThat(held.rest().get(0).meanGain())
          .isEqualTo(KernelSummary.of(lowRank.info(), two, 50, 64).meanGain())
          .isNotEqualTo(KernelSummary.of(lowRank.info(), layer, 50, 64).meanGain());
    }
  }

  /** Bilinear, with a native rate of 100 Hz. */
  private static SequenceModel lowRank() throws IOException {
    String config =
        """
        {"format": 1, "name": "golden", "version": "1", "architecture": "s4-classifier",
         "task": "classification", "labels": ["a", "b", "c", "d"], "d_input": 2, "d_output": 4,
         "d_model": 32, "n_layers": 4, "sample_rate_hz": 100,
         "layer": {"kind": "s4", "mode": "dplr", "dt_transform": "exp"}}
        """;
    byte[] weights = Golden.bytes("05-model-s4-dplr.trained.safetensors");
    return ModelDirectory.read(
        "memory",
        file ->
            new ByteArrayInputStream(
                file.equals(ModelDirectory.CONFIG)
                    ? config.getBytes(StandardCharsets.UTF_8)
                    : weights));
  }

  @Test
  void whatFailsIsMissedByPeopleOnly() {
    try (KernelReports reports = new KernelReports(model, RateMethod.AUTO, 64)) {
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
