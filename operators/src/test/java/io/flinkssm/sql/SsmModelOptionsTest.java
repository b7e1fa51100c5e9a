package io.flinkssm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.RescoringOptions;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Precision;
import io.flinkssm.stream.WindowScoring;
import io.flinkssm.testing.OptionsPage;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/sql-model-options.md} to the options. */
class SsmModelOptionsTest {

  @Test
  void documentIsUpToDate() throws IOException {
    OptionsPage.assertUpToDate(
        "sql-model-options.md",
        """
        # Options of models in SQL

        Generated from `io.flinkssm.sql.SsmModelOptions`; do not edit. Set them in
        `CREATE MODEL … WITH ('provider' = 'ssm', …)`, see [sql-models.md](sql-models.md). An option
        that is not listed is an error.
        """,
        SsmModelOptions.all(),
        "mvn verify -pl operators -am -Dtest=SsmModelOptionsTest -Dflinkssm.regenerate=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs");
  }

  @Test
  void everyOptionIsListed() {
    assertThat(SsmModelOptions.all())
        .hasSize(
            (int)
                Arrays.stream(SsmModelOptions.class.getFields())
                    .filter(field -> Modifier.isStatic(field.getModifiers()))
                    .count())
        .doesNotHaveDuplicates();
  }

  @Test
  void defaultsAreThoseOfRescoring() {
    assertThat(SsmModelOptions.rules(new Configuration()))
        .isEqualTo(
            new WindowScoring.Rules(
                0,
                RescoringOptions.PRECISION.defaultValue(),
                RateMethod.AUTO,
                RescoringOptions.METHOD.defaultValue(),
                NonFinitePolicy.REJECT,
                RescoringOptions.WINDOW_SIZE.defaultValue()));
  }

  @Test
  void textIsParsed() {
    assertThat(
            SsmModelOptions.rules(
                Configuration.fromMap(
                    Map.of(
                        "rate", "8000",
                        "precision", "float64",
                        "rate-method", "plain",
                        "convolution", "fft",
                        "non-finite", "hold",
                        "max-samples", "100"))))
        .isEqualTo(
            new WindowScoring.Rules(
                8000,
                Precision.FLOAT64,
                RateMethod.PLAIN,
                ConvolutionMethod.FFT,
                NonFinitePolicy.HOLD,
                100));
  }

  @Test
  void aRateOfZeroIsNotTheDefault() {
    assertThatThrownBy(() -> SsmModelOptions.rules(Configuration.fromMap(Map.of("rate", "0"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rate is 0 Hz");
  }
}
