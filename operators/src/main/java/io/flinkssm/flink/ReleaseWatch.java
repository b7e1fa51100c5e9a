package io.flinkssm.flink;

import io.flinkssm.stream.Release;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for new releases by reading the history again, in a thread of its own. For operators whose
 * inputs leave no room for a broadcast stream, and that may hear of a release some seconds late.
 * All methods belong to the task's thread.
 */
final class ReleaseWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseWatch.class);

  private final ReleaseHistory history;
  private final ExecutorService thread;
  private Future<List<Release>> reading;

  ReleaseWatch(ReleaseHistory history) {
    this.history = history;
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "ssm-release-watch");
              made.setDaemon(true);
              return made;
            });
  }

  /** The releases that are known now; waits for them. */
  List<Release> first() throws IOException {
    return history.read();
  }

  /** What the last look has found, if it has ended since the last call; then looks again. */
  List<Release> next() {
    if (reading != null && !reading.isDone()) {
      return List.of();
    }
    Future<List<Release>> done = reading;
    reading = thread.submit(history::read);
    try {
      return done == null ? List.of() : done.get();
    } catch (ExecutionException e) {
      LOG.warn("New releases could not be looked for; that is tried again", e.getCause());
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
