package io.flinkssm.jobs.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where logs go. Quiet by default: this project's warnings to standard error, everything from INFO
 * to a file in the temporary directory that is removed after success.
 *
 * <p>Set through system properties that {@code ssm-log4j2.xml} reads, so before the first logger.
 */
final class Logging {

  private static final String FILE = "ssm.log.file";
  private static final String CONSOLE_LEVEL = "ssm.log.console";

  private Logging() {}

  /** Chooses the file and the level of standard error. */
  static void configure(boolean verbose) {
    String folder = "flink-ssm-" + System.getProperty("user.name");
    Path file =
        Path.of(System.getProperty("java.io.tmpdir"), folder)
            .resolve("ssm-" + ProcessHandle.current().pid() + ".log");
    System.setProperty(FILE, file.toString());
    System.setProperty(CONSOLE_LEVEL, verbose ? "info" : "off");
    if (System.getProperty("log4j2.configurationFile") == null) {
      System.setProperty("log4j2.configurationFile", "classpath:ssm-log4j2.xml");
    }
  }

  /** The log file, or null before {@link #configure}. */
  static Path file() {
    String file = System.getProperty(FILE);
    return file == null ? null : Path.of(file);
  }

  /** Removes the log file. */
  static void discard() {
    Path file = file();
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot remove the log " + file, e);
      }
    }
  }
}
