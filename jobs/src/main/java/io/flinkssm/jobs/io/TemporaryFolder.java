package io.flinkssm.jobs.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A new folder among the system's temporary ones, deleted with all it holds by {@link #close}, or
 * else when the JVM ends, by Ctrl-C too.
 */
public final class TemporaryFolder implements AutoCloseable {

  /** Others may still be writing, or deleting, while this one deletes. */
  private static final int ATTEMPTS = 5;

  private final Path path;
  private final Thread atExit;

  private TemporaryFolder(Path path) {
    this.path = path;
    this.atExit = new Thread(() -> delete(path), "delete " + path);
  }

  /** Makes a folder whose name begins with {@code prefix}. */
  public static TemporaryFolder create(String prefix) throws IOException {
    TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(prefix));
    Runtime.getRuntime().addShutdownHook(folder.atExit);
    return folder;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Deletes the folder; what cannot be deleted now is tried again when the JVM ends. */
  @Override
  public void close() {
    if (delete(path)) {
      try {
        Runtime.getRuntime().removeShutdownHook(atExit);
      } catch (IllegalStateException e) {
        // The JVM is ending: the hook finds nothing left to do.
      }
    }
  }

  private static boolean delete(Path folder) {
    for (int attempt = 0; attempt < ATTEMPTS && Files.exists(folder); attempt++) {
      try {
        for (Path path : deepestFirst(folder)) {
          Files.deleteIfExists(path);
        }
      } catch (IOException | UncheckedIOException e) {
        // A file came or went meanwhile: look again.
      }
    }
    return !Files.exists(folder);
  }

  private static List<Path> deepestFirst(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
