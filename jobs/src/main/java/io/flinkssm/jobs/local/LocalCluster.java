package io.flinkssm.jobs.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Where a Flink cluster in this JVM may leave files: a folder of its own that {@link #close}
 * deletes. Flink unpacks some 24 MB of itself and leaves them behind if the JVM ends early.
 */
public final class LocalCluster implements AutoCloseable {

  private final Path folder;

  private LocalCluster(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder. */
  public static LocalCluster create() throws IOException {
    return new LocalCluster(Files.createTempDirectory("flink-ssm-cluster-"));
  }

  /** An environment that runs jobs here, and does not restart them: a failure is to be seen. */
  public StreamExecutionEnvironment environment(int parallelism, Configuration config) {
    config.set(CoreOptions.TMP_DIRS, folder.toString());
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, config);
  }

  /** Deletes the folder. The cluster may still be stopping, and delete files of its own. */
  @Override
  public void close() {
    try {
      for (Path path : paths()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  private List<Path> paths() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException | UncheckedIOException e) {
      return List.of();
    }
  }
}
