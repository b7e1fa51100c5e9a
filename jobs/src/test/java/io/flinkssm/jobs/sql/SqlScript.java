package io.flinkssm.jobs.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file of SQL: comments that say why, then statements, each of which ends with a semicolon at the
 * end of a line. A statement set goes to its {@code END;}.
 *
 * @param file its name
 * @param text all of it
 * @param statements without comments and semicolons
 */
record SqlScript(String file, String text, List<String> statements) {

  /** Those of the cookbook, in order. */
  static List<SqlScript> all(Path home) throws IOException {
    List<SqlScript> scripts = new ArrayList<>();
    try (Stream<Path> files = Files.list(home.resolve("samples/sql"))) {
      for (Path file : files.sorted().toList()) {
        scripts.add(read(file));
      }
    }
    return scripts;
  }

  private static SqlScript read(Path file) throws IOException {
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("--")) {
        continue;
      }
      statement.append(line).append('\n');
      boolean inSet = statement.toString().strip().startsWith("EXECUTE STATEMENT SET");
      if (line.endsWith(";") && (!inSet || line.equals("END;"))) {
        String text = statement.toString().strip();
        statements.add(text.substring(0, text.length() - 1));
        statement.setLength(0);
      }
    }
    if (!statement.toString().isBlank()) {
      throw new IOException(file + ": no semicolon after " + statement);
    }
    return new SqlScript(file.getFileName().toString(), Files.readString(file), statements);
  }

  /** What its name says. */
  String title() {
    String words = file.substring(3, file.length() - ".sql".length()).replace('-', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  /** The comments at its beginning, as sentences. */
  String comment() {
    return text.lines()
        .takeWhile(line -> line.startsWith("-- "))
        .map(line -> line.substring(3) + "\n")
        .collect(Collectors.joining());
  }

  /** All that follows them. */
  String code() {
    return text.lines()
        .dropWhile(line -> line.startsWith("--"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}
