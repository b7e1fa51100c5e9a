package io.flinkssm.sql;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.flinkssm.flink.DetectionOptions;
import io.flinkssm.flink.ScoringOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * The options that the functions take in {@code options => MAP['name', 'value', …]}: those of the
 * DataStream operator, but for what a function has an argument for, and what it has no use for.
 */
public final class FunctionOptions {

  public static final ConfigOption<Boolean> CHECK_MODEL =
      key("ssm.sql.check-model")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the model is read when a query is planned, so that a wrong path or a model"
                  + " that does not fit is said at once. Choose false where only the task managers"
                  + " can read it.");

  private FunctionOptions() {}

  /** Options of {@code SsmScore}, in the order of the documentation. */
  public static List<ConfigOption<?>> ofScore() {
    List<ConfigOption<?>> options = new ArrayList<>(ScoringOptions.all());
    options.removeAll(
        List.of(
            ScoringOptions.MODEL_PATH,
            ScoringOptions.MODEL_NAME,
            ScoringOptions.MAX_OUT_OF_ORDERNESS,
            ScoringOptions.RETAIN,
            ScoringOptions.BUNDLE_MAX_FRAMES,
            ScoringOptions.BUNDLE_MAX_LATENCY,
            ScoringOptions.MAX_PARALLELISM));
    options.add(CHECK_MODEL);
    return List.copyOf(options);
  }

  /** Options of {@code SsmDetect}, in the order of the documentation. */
  public static List<ConfigOption<?>> ofDetect() {
    List<ConfigOption<?>> options = new ArrayList<>(DetectionOptions.all());
    options.add(ScoringOptions.MODEL_PATH);
    options.addAll(ofScore());
    return List.copyOf(options);
  }

  /**
   * Reads options.
   *
   * @param known what may be set
   * @throws IllegalArgumentException naming an option that is not known, or a value that does not
   *     fit
   */
  static Configuration read(Map<String, String> given, List<ConfigOption<?>> known) {
    Configuration options = new Configuration();
    given.forEach(
        (name, value) -> {
          ConfigOption<?> option =
              known.stream()
                  .filter(candidate -> candidate.key().equals(name))
                  .findFirst()
                  .orElseThrow(() -> new IllegalArgumentException(unknown(name, known)));
          options.setString(name, value);
          check(options, option, value);
        });
    return options;
  }

  private static void check(Configuration options, ConfigOption<?> option, String value) {
    try {
      options.get(option);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "options has '"
              + option.key()
              + "' = '"
              + value
              + "', which cannot be read: "
              + e.getMessage(),
          e);
    }
  }

  private static String unknown(String name, List<ConfigOption<?>> known) {
    return "options has '"
        + name
        + "', which this function does not know"
        + reason(name)
        + "; it knows "
        + known.stream().map(ConfigOption::key).collect(Collectors.joining(", "))
        + "; for example options => MAP['ssm.emit.policy', 'segment-end']";
  }

  private static String reason(String name) {
    if (name.equals(ScoringOptions.MODEL_PATH.key())) {
      return ": the argument is model => 'file:///models/pump'";
    }
    if (name.equals(ScoringOptions.MAX_OUT_OF_ORDERNESS.key())) {
      return ": the table says it, as in WATERMARK FOR ts AS ts - INTERVAL '5' SECOND";
    }
    if (name.startsWith("ssm.bundle.")) {
      return ": bundles are for DataStream jobs, where operators are asked before a checkpoint";
    }
    return "";
  }
}
