package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.testing.OptionsPage;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/options.md} to the options. */
class OptionsDocTest {

  @Test
  void documentIsUpToDate() throws IOException {
    OptionsPage.assertUpToDate(
        "options.md",
        """
        # Options

        Generated from `io.flinkssm.flink.ScoringOptions`; do not edit. Set them in the configuration
        given to `SsmScoring.score`, or as arguments of the job, see [job-options.md](job-options.md).
        Durations take a unit, as in `500 ms`, `10 s`, `1 h`.
        """,
        ScoringOptions.all(),
        "mvn verify -pl operators -am -Dtest=OptionsDocTest -Dflinkssm.regenerate=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs");
  }

  @Test
  void everyOptionIsListed() {
    assertThat(ScoringOptions.all())
        .hasSize(
            (int)
                Arrays.stream(ScoringOptions.class.getFields())
                    .filter(field -> Modifier.isStatic(field.getModifiers()))
                    .count())
        .allSatisfy(option -> assertThat(option.key()).startsWith("ssm."))
        .doesNotHaveDuplicates();
  }

  @Test
  void defaultsAreThoseOfTheScorer() {
    assertThat(ScoringOptions.scoring(new Configuration()))
        .usingRecursiveComparison()
        .isEqualTo(ScoringConfig.builder().build());
  }

  @Test
  void textIsParsed() {
    Configuration options = new Configuration();
    options.setString("ssm.emit.policy", "label-change");
    options.setString("ssm.gap.max", "250 ms");
    options.setString("ssm.precision", "float64");
    ScoringConfig config = ScoringOptions.scoring(options);
    assertThat(config.emit()).isEqualTo(ScoringConfig.Emit.LABEL_CHANGE);
    assertThat(config.gapMaxMicros()).isEqualTo(250_000);
    assertThat(config.precision()).isEqualTo(ScoringConfig.Precision.FLOAT64);
    options.setString("ssm.emit.policy", "sometimes");
    assertThatThrownBy(() -> ScoringOptions.scoring(options)).hasMessageContaining("sometimes");
  }
}
