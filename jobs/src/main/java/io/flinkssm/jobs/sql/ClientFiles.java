package io.flinkssm.jobs.sql;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What module {@code sql} has built: the jar that users put into {@code lib}, the list of Flink's
 * own jars, and the client's main class. The client's JVM has nothing else on its class path, as
 * Flink would not have on a cluster.
 *
 * @param classPath of the client's JVM
 */
public record ClientFiles(String classPath) {
  private static final String MAIN = "io.flinkssm.sqlclient.EmbeddedSqlClient";

  /**
   * Finds the files.
   *
   * @param home the project's folder
   * @throws IOException naming what is missing, and the command that builds it
   */
  public static ClientFiles in(Path home) throws IOException {
    Path target = home.resolve("sql/target").toAbsolutePath().normalize();
    Path classes = target.resolve("classes");
    Path flink = target.resolve("sql.classpath");
    if (!Files.isRegularFile(classes.resolve(MAIN.replace('.', '/') + ".class"))) {
      throw missing(classes);
    }
    if (!Files.isRegularFile(flink)) {
      throw missing(flink);
    }
    List<String> entries =
        List.of(classes.toString(), jar(target).toString(), Files.readString(flink).trim());
    return new ClientFiles(String.join(File.pathSeparator, entries));
  }

  /** The client's main class. */
  String mainClass() {
    return MAIN;
  }

  private static Path jar(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches("flink-ssm-sql-[0-9].*\\.jar"))
          .findFirst()
          .orElseThrow(() -> missing(target.resolve("flink-ssm-sql-*.jar")));
    }
  }

  private static IOException missing(Path path) {
    return new IOException(
        "the SQL client is not built, there is no "
            + path
            + "; build it with `mvn -DskipTests package -pl sql -am`");
  }
}
