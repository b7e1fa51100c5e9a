package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.DetectionOptions;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.testing.OptionsPage;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The options of a call, and {@code docs/sql-function-options.md}. */
class FunctionOptionsTest {

  @Test
  void documentIsUpToDate() throws IOException {
    OptionsPage.assertUpToDate(
        "sql-function-options.md",
        """
        # Options of SsmScore and SsmDetect

        Generated from `io.flinkssm.sql.FunctionOptions`; do not edit. Give them to the functions of
        [sql.md](sql.md), as in `options => MAP['ssm.gap.max', '250 ms', 'ssm.emit.policy', 'segment-end']`.
        `SsmDetect` takes the options of [detection-options.md](detection-options.md) and `ssm.model.path` besides; it says
        there which defaults are others for it. Without `rate` and `rate_column`, `ssm.sampling` is `derived` for `SsmScore`.
        """,
        FunctionOptions.ofScore(),
        "mvn verify -pl operators -am -Dtest=FunctionOptionsTest -Dflinkssm.regenerate=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs");
  }

  @Test
  void everyOptionOfTheOperatorIsTakenOrHasAReasonNotToBe() {
    assertThat(ScoringOptions.all())
        .filteredOn(option -> !FunctionOptions.ofScore().contains(option))
        .containsExactlyInAnyOrder(
            ScoringOptions.MODEL_PATH,
            ScoringOptions.MODEL_NAME,
            ScoringOptions.MAX_OUT_OF_ORDERNESS,
            ScoringOptions.RETAIN,
            ScoringOptions.BUNDLE_MAX_FRAMES,
            ScoringOptions.BUNDLE_MAX_LATENCY,
            ScoringOptions.MAX_PARALLELISM);
    assertThat(FunctionOptions.ofDetect())
        .containsAll(FunctionOptions.ofScore())
        .containsAll(DetectionOptions.all())
        .doesNotHaveDuplicates();
  }

  @Test
  void readsWhatIsGiven() {
    assertThat(
            FunctionOptions.read(Map.of("ssm.gap.max", "250 ms"), FunctionOptions.ofScore())
                .get(ScoringOptions.GAP_MAX))
        .isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void saysWhyAnOptionIsNotTaken() {
    assertThatThrownBy(
            () ->
                FunctionOptions.read(
                    Map.of("ssm.bundle.max-frames", "10"), FunctionOptions.ofScore()))
        .hasMessageContaining("'ssm.bundle.max-frames'")
        .hasMessageContaining("bundles are for DataStream jobs");
    assertThatThrownBy(
            () ->
                FunctionOptions.read(
                    Map.of("ssm.max-out-of-orderness", "1 s"), FunctionOptions.ofScore()))
        .hasMessageContaining("WATERMARK FOR ts");
    assertThatThrownBy(
            () ->
                FunctionOptions.read(
                    Map.of("ssm.detect.alarm-rate", "often"), FunctionOptions.ofDetect()))
        .hasMessageContaining("'ssm.detect.alarm-rate' = 'often'");
  }
}
