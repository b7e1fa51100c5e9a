package io.flinkssm.jobs.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A folder as Flink's {@code conf}: the configuration of cluster and client, and their scripts. */
final class ClientFolder {
  private static final String LOGGING = "ssm-log4j2.xml";

  private final Path path;

  /**
   * Uses a folder.
   *
   * @param path empty folder
   */
  ClientFolder(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Where the client's JVM may leave files. */
  Path temporary() {
    return path.resolve("tmp");
  }

  /** Logging of the client: the same rules as this process's. */
  Path logging() {
    return path.resolve(LOGGING);
  }

  /**
   * Writes the configuration.
   *
   * @param script whether statements come from a file, each to be finished before the next one
   * @param options of the user, which go before all others
   */
  void configure(boolean script, Map<String, String> options) throws IOException {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("parallelism.default", "2");
    // One machine: enough for a few queries at once, each with every operator in every slot.
    config.put("taskmanager.numberOfTaskSlots", "16");
    config.put("taskmanager.memory.managed.size", "256m");
    config.put("taskmanager.memory.network.min", "128m");
    config.put("taskmanager.memory.network.max", "128m");
    config.put("io.tmp.dirs", Files.createDirectory(temporary()).toString());
    // A failure is to be seen.
    config.put("restart-strategy.type", "none");
    config.put("table.local-time-zone", "UTC");
    // Topics may have fewer partitions than a query has readers.
    config.put("table.exec.source.idle-timeout", "5 s");
    config.put("sql-client.execution.result-mode", "TABLEAU");
    config.put("table.dml-sync", Boolean.toString(script));
    config.putAll(options);
    StringBuilder yaml = new StringBuilder();
    config.forEach(
        (key, value) -> yaml.append("%s: '%s'\n".formatted(key, value.replace("'", "''"))));
    Files.writeString(path.resolve("config.yaml"), yaml);
    try (InputStream logging = ClientFolder.class.getClassLoader().getResourceAsStream(LOGGING)) {
      Files.copy(logging, logging());
    }
  }

  /** Writes a file of statements. */
  Path script(String name, List<String> statements) {
    return write(name, String.join(";\n", statements) + ";\n");
  }

  /** Writes a text. */
  Path write(String name, String text) {
    try {
      return Files.writeString(path.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path.resolve(name), e);
    }
  }
}
