package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.WindowRules;
import io.flinkssm.testing.OptionsPage;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/rescoring-options.md} to the options. */
class RescoringOptionsTest {

  @Test
  void documentIsUpToDate() throws IOException {
    OptionsPage.assertUpToDate(
        "rescoring-options.md",
        """
        # Options of rescoring

        Generated from `io.flinkssm.flink.RescoringOptions`; do not edit. The model and the rules of
        order, gaps, broken values and idleness are those of [options.md](options.md), all named
        `ssm.…`: give streaming and rescoring the same, or they see different segments. Emission,
        bundles and `ssm.precision` do not matter here.
        """,
        RescoringOptions.all(),
        "mvn verify -pl operators -am -Dtest=RescoringOptionsTest -Dflinkssm.regenerate=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs");
  }

  @Test
  void everyOptionIsListed() {
    assertThat(RescoringOptions.all())
        .hasSize(
            (int)
                Arrays.stream(RescoringOptions.class.getFields())
                    .filter(field -> Modifier.isStatic(field.getModifiers()))
                    .count())
        .allSatisfy(option -> assertThat(option.key()).startsWith("rescore."))
        .doesNotHaveDuplicates();
  }

  @Test
  void whatIsEmittedDoesNotMatter() {
    Configuration options = new Configuration();
    options.setString("ssm.emit.policy", "samples");
    options.setString("ssm.emit.every", "7");
    options.setString("ssm.retain", "5 s");
    options.setString("ssm.gap.max", "250 ms");
    ScoringConfig config = RescoringOptions.scoring(options);
    assertThat(config.emit()).isEqualTo(ScoringConfig.Emit.SEGMENT_END);
    assertThat(config.emitEvery()).isZero();
    assertThat(config.retainMicros()).isZero();
    assertThat(config.gapMaxMicros()).isEqualTo(250_000);
  }

  @Test
  void segmentsAreTheDefault() {
    assertThat(RescoringOptions.windows(new Configuration()))
        .isEqualTo(WindowRules.segment(1 << 18));
  }
}
