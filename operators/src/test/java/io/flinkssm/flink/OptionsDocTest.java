package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.stream.ScoringConfig;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/options.md} to the options. */
class OptionsDocTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "options.md");

  private static String table() {
    StringBuilder text = new StringBuilder();
    text.append("# Options\n\n");
    text.append("Generated from `io.flinkssm.flink.ScoringOptions`; do not edit. Set them in the");
    text.append(
        " configuration given to\n`SsmScoring.score`. Durations take a unit, as in `500 ms`,");
    text.append(" `10 s`, `1 h`.\n\n");
    text.append("| option | type | default | meaning, and how to choose |\n|---|---|---|---|\n");
    for (ConfigOption<?> option : ScoringOptions.all()) {
      text.append("| `").append(option.key()).append("` | ");
      text.append(type(option)).append(" | ");
      text.append(option.hasDefaultValue() ? "`" + value(option) + "`" : "required");
      text.append(" | ").append(new HtmlFormatter().format(option.description())).append(" |\n");
    }
    return text.toString();
  }

  private static String type(ConfigOption<?> option) {
    Object value = option.hasDefaultValue() ? option.defaultValue() : "";
    if (value instanceof Enum<?> constant) {
      return String.join(
          ", ",
          Arrays.stream(constant.getDeclaringClass().getEnumConstants())
              .map(each -> "`" + each + "`")
              .toList());
    }
    return value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }

  private static String value(ConfigOption<?> option) {
    return option.defaultValue() instanceof Duration duration
        ? TimeUtils.formatWithHighestUnit(duration)
        : String.valueOf(option.defaultValue());
  }

  @Test
  void documentIsUpToDate() throws IOException {
    if (Boolean.getBoolean("flinkssm.regenerate")) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, table());
    }
    assertThat(Files.readString(DOCUMENT))
        .as(
            "docs/options.md is stale; regenerate it with: mvn verify -pl operators -am"
                + " -Dtest=OptionsDocTest -Dflinkssm.regenerate=true"
                + " -Dsurefire.failIfNoSpecifiedTests=false -DskipITs")
        .isEqualTo(table());
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
