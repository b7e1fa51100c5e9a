package io.flinkssm.jobs.detect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Detects in many files at once, one on each core; a bad file does not stop the others. */
public final class ManyFiles {

  private ManyFiles() {}

  /**
   * What came of it.
   *
   * @param series found, in the order of the tasks
   * @param failures of files that could not be read or written, by the series' names
   */
  public record Outcome(List<SeriesResult> series, Map<String, IOException> failures) {
    /** Rows of all series. */
    public long rows() {
      return series.stream().mapToLong(SeriesResult::rows).sum();
    }

    /** Alarms of all series. */
    public long alarms() {
      return series.stream().mapToLong(one -> one.alarms().count()).sum();
    }
  }

  /** Is told how far the work is, by several threads. */
  public interface Listener {
    void progress(long rows, int filesDone);
  }

  /** Runs all tasks, on as many threads as there are cores. */
  public static Outcome run(
      FileDetection detection, List<FileDetection.Task> tasks, Listener listener)
      throws InterruptedException {
    int threads = Math.min(tasks.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      AtomicLong rows = new AtomicLong();
      AtomicInteger done = new AtomicInteger();
      List<Future<SeriesResult>> running = new ArrayList<>();
      for (FileDetection.Task task : tasks) {
        running.add(
            pool.submit(
                () -> {
                  SeriesResult result =
                      detection.run(
                          task, more -> listener.progress(rows.addAndGet(more), done.get()));
                  listener.progress(rows.get(), done.incrementAndGet());
                  return result;
                }));
      }
      return collect(tasks, running);
    } finally {
      pool.shutdownNow();
    }
  }

  private static Outcome collect(List<FileDetection.Task> tasks, List<Future<SeriesResult>> running)
      throws InterruptedException {
    List<SeriesResult> series = new ArrayList<>();
    Map<String, IOException> failures = new TreeMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      try {
        series.add(running.get(i).get());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof IOException failure)) {
          throw new IllegalStateException(tasks.get(i).input().toString(), e.getCause());
        }
        failures.put(tasks.get(i).name(), failure);
      }
    }
    return new Outcome(List.copyOf(series), failures);
  }
}
