package io.flinkssm.sqlclient;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the build of this module has made. */
final class Distribution {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private Distribution() {}

  /** The jar that users get. */
  static Path jar() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      return files
          .filter(file -> file.getFileName().toString().matches("flink-ssm-sql-[0-9].*\\.jar"))
          .findFirst()
          .orElseThrow(
              () -> new AssertionError("no jar in target: run mvn verify, not single phases"));
    }
  }

  /** Flink's own jars, as a class path. */
  static String classPath() throws IOException {
    return Files.readString(TARGET.resolve("sql.classpath")).trim();
  }

  /** Flink's own jars. */
  static List<Path> jars() throws IOException {
    return Stream.of(classPath().split(File.pathSeparator)).map(Path::of).toList();
  }
}
