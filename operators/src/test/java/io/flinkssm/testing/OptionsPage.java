package io.flinkssm.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/** A page of {@code docs} that lists options, generated from them. */
public final class OptionsPage {

  private OptionsPage() {}

  /**
   * Asserts that a page is what is generated; with {@code -Dflinkssm.regenerate=true} writes it.
   *
   * @param file name of the page in {@code docs}
   * @param introduction what stands above the table
   * @param regenerate the command that writes the page
   */
  public static void assertUpToDate(
      String file, String introduction, List<ConfigOption<?>> options, String regenerate)
      throws IOException {
    assertUpToDate(file, introduction, options, new Configuration(), regenerate);
  }

  /**
   * The same for a page of one job.
   *
   * @param defaults what holds there for options that are not set, where it is not their default
   */
  public static void assertUpToDate(
      String file,
      String introduction,
      List<ConfigOption<?>> options,
      Configuration defaults,
      String regenerate)
      throws IOException {
    Path page = Path.of("..", "docs", file);
    String text = introduction + "\n" + table(options, defaults);
    if (Boolean.getBoolean("flinkssm.regenerate")) {
      Files.writeString(page, text);
    }
    assertThat(Files.readString(page))
        .as("docs/%s is stale; regenerate it with: %s", file, regenerate)
        .isEqualTo(text);
  }

  private static String table(List<ConfigOption<?>> options, Configuration defaults) {
    StringBuilder text =
        new StringBuilder(
            "| option | type | default | meaning, and how to choose |\n|---|---|---|---|\n");
    for (ConfigOption<?> option : options) {
      text.append("| `%s` | %s | ".formatted(option.key(), type(option)));
      Object usual = defaults.contains(option) ? defaults.get(option) : option.defaultValue();
      text.append(usual == null ? "none" : "`" + value(usual) + "`");
      text.append(" | ").append(new HtmlFormatter().format(option.description())).append(" |\n");
    }
    return text.toString();
  }

  private static String type(ConfigOption<?> option) {
    // An option does not tell its type; what it makes of text does.
    Object value =
        option.hasDefaultValue()
            ? option.defaultValue()
            : Configuration.fromMap(Map.of(option.key(), "1")).get(option);
    if (value instanceof Enum<?> constant) {
      return String.join(
          ", ",
          Arrays.stream(constant.getDeclaringClass().getEnumConstants())
              .map(each -> "`" + each + "`")
              .toList());
    }
    return value instanceof Map ? "map" : value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** How a value is shown. */
  public static String value(Object value) {
    return value instanceof Duration duration
        ? TimeUtils.formatWithHighestUnit(duration)
        : String.valueOf(value);
  }
}
