package io.flinkssm.jobs;

import java.io.File;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.YamlParserUtils;

/**
 * A job's command line: {@code --key value}, {@code --key=value}, {@code -Dkey=value}, {@code
 * --config file.yaml} and {@code --help}. Arguments win over the file.
 *
 * @param config what was said
 * @param help whether help was asked for
 */
public record JobArguments(Configuration config, boolean help) {

  /**
   * Parses a command line.
   *
   * @param args the arguments
   * @param own the job's own options: a key of one of their groups that is none of them is an
   *     error, any other key is Flink's
   * @throws IllegalArgumentException if an argument is malformed, with the argument and the fix
   */
  public static JobArguments parse(String[] args, List<ConfigOption<?>> own) {
    Map<String, String> fromFile = new LinkedHashMap<>();
    Map<String, String> fromLine = new LinkedHashMap<>();
    boolean help = false;
    Deque<String> rest = new ArrayDeque<>(List.of(args));
    while (!rest.isEmpty()) {
      String argument = rest.remove();
      if (argument.equals("--help") || argument.equals("-h")) {
        help = true;
        continue;
      }
      String pair = pair(argument, rest);
      int equals = pair.indexOf('=');
      String key = pair.substring(0, equals);
      String value = pair.substring(equals + 1);
      if (key.equals("config")) {
        fromFile.putAll(load(new File(value)));
      } else {
        fromLine.put(key, value);
      }
    }
    Map<String, String> merged = new LinkedHashMap<>(fromFile);
    merged.putAll(fromLine);
    merged.keySet().forEach(key -> checkKnown(key, own));
    return new JobArguments(Configuration.fromMap(merged), help);
  }

  /** The options as text for {@code --help}. */
  public static String help(String job, List<ConfigOption<?>> own) {
    return help(job, own, new Configuration());
  }

  /**
   * The options as text for {@code --help}.
   *
   * @param defaults what holds for options that are not set, where it is not their default
   */
  public static String help(String job, List<ConfigOption<?>> own, ReadableConfig defaults) {
    StringBuilder text =
        new StringBuilder(
            """
            %s

              --config <file.yaml>     options from a YAML file; arguments win over it
              --<key> <value>          any option below, or any option of Flink
              -D<key>=<value>          the same
              --help                   this text

            Options:
            """
                .formatted(job));
    for (ConfigOption<?> option : own) {
      text.append("  --").append(option.key());
      if (option.hasDefaultValue() && !(option.defaultValue() instanceof Map)) {
        Object value = defaults.<Object>getOptional(any(option)).orElse(option.defaultValue());
        text.append(" (default ").append(show(value)).append(')');
      }
      text.append("\n      ").append(describe(option)).append('\n');
    }
    return text.toString();
  }

  @SuppressWarnings("unchecked") // Its values are only shown.
  private static ConfigOption<Object> any(ConfigOption<?> option) {
    return (ConfigOption<Object>) option;
  }

  private static Object show(Object value) {
    return value instanceof java.time.Duration duration
        ? org.apache.flink.util.TimeUtils.formatWithHighestUnit(duration)
        : value;
  }

  private static String describe(ConfigOption<?> option) {
    return new org.apache.flink.configuration.description.HtmlFormatter()
        .format(option.description());
  }

  private static String pair(String argument, Deque<String> rest) {
    if (argument.startsWith("-D") && argument.indexOf('=') > 2) {
      return argument.substring(2);
    }
    if (argument.startsWith("--") && argument.indexOf('=') > 2) {
      return argument.substring(2);
    }
    if (argument.startsWith("--") && argument.length() > 2) {
      if (rest.isEmpty()) {
        throw new IllegalArgumentException(
            "argument " + argument + " has no value: write " + argument + " <value>");
      }
      return argument.substring(2) + "=" + rest.remove();
    }
    throw new IllegalArgumentException(
        "argument '" + argument + "' is none of --key value, --key=value, -Dkey=value; see --help");
  }

  private static Map<String, String> load(File file) {
    Map<String, Object> tree;
    try {
      tree = YamlParserUtils.loadYamlFile(file);
    } catch (Exception e) {
      throw new IllegalArgumentException(
          "cannot read the configuration " + file + ": " + e.getMessage(), e);
    }
    Map<String, String> flat = new LinkedHashMap<>();
    flatten("", tree, flat);
    return flat;
  }

  private static void flatten(String prefix, Map<?, ?> tree, Map<String, String> flat) {
    tree.forEach(
        (key, value) -> {
          String path = prefix + key;
          if (value instanceof Map<?, ?> branch) {
            flatten(path + ".", branch, flat);
          } else if (value instanceof List<?> list) {
            flat.put(path, YamlParserUtils.toYAMLString(list));
          } else if (value != null) {
            flat.put(path, value.toString());
          }
        });
  }

  private static void checkKnown(String key, List<ConfigOption<?>> own) {
    List<String> sameGroup = new ArrayList<>();
    for (ConfigOption<?> option : own) {
      if (key.equals(option.key())
          || (option.equals(JobOptions.CLIENT_PROPERTIES) && key.startsWith(option.key() + "."))) {
        return;
      }
      if (group(option.key()).equals(group(key))) {
        sameGroup.add(option.key());
      }
    }
    if (!sameGroup.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown option '%s': the options of %s are %s"
              .formatted(key, group(key), sameGroup.stream().collect(Collectors.joining(", "))));
    }
  }

  private static String group(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }
}
