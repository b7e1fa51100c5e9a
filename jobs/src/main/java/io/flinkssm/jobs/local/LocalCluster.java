package io.flinkssm.jobs.local;

import io.flinkssm.jobs.io.TemporaryFolder;
import java.io.IOException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Where a Flink cluster in this JVM may leave files: a folder of its own that {@link #close}
 * deletes. Flink unpacks some 24 MB of itself and leaves them behind if the JVM ends early.
 */
public final class LocalCluster implements AutoCloseable {

  private final TemporaryFolder folder;

  private LocalCluster(TemporaryFolder folder) {
    this.folder = folder;
  }

  /** Makes the folder. */
  public static LocalCluster create() throws IOException {
    return new LocalCluster(TemporaryFolder.create("flink-ssm-cluster-"));
  }

  /** An environment that runs jobs here, and does not restart them: a failure is to be seen. */
  public StreamExecutionEnvironment environment(int parallelism, Configuration config) {
    config.set(CoreOptions.TMP_DIRS, folder.path().toString());
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, config);
  }

  /** Deletes the folder. The cluster may still be stopping, and delete files of its own. */
  @Override
  public void close() {
    folder.close();
  }
}
