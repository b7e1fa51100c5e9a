package io.flinkssm.jobs.sql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Statements as a person would write them: a line a column, a line an option, no semicolon. */
final class Ddl {

  private Ddl() {}

  /** A statement that creates a table. */
  static String createTable(String name, List<String> columns, Map<String, String> options) {
    return "CREATE TABLE %s (\n  %s\n) WITH (\n  %s\n)"
        .formatted(
            quoted(name),
            String.join(",\n  ", columns),
            options.entrySet().stream()
                .map(option -> "'%s' = '%s'".formatted(option.getKey(), option.getValue()))
                .collect(Collectors.joining(",\n  ")));
  }

  /** Options in the order in which they are given: a key, its value, and so on. */
  static Map<String, String> options(String... keysAndValues) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return options;
  }

  /** A name that SQL takes for a name whatever it is. */
  static String quoted(String name) {
    return "`" + name + "`";
  }
}
