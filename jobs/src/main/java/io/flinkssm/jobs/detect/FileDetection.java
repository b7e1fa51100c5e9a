package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.jobs.io.SeriesCsv;
import io.flinkssm.stream.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * Detects anomalies in files, each a series of its own. Rows are read, scored and written one by
 * one, so that memory does not grow with a file. Safe to be used by several threads at once.
 */
public final class FileDetection {
  private static final int PROGRESS_ROWS = 10_000;

  private final Settings settings;
  private final Set<String> columnsSeen = ConcurrentHashMap.newKeySet();

  /**
   * How files are read, scored and written.
   *
   * @param columns which of their columns are channels
   * @param detector of a series; the number of channels is that of each file
   * @param explain whether to write why, beside the score
   * @param trace whether to keep each series for a picture
   */
  public record Settings(
      SeriesCsv.Columns columns, DetectorConfig detector, boolean explain, boolean trace) {}

  /**
   * A file to do.
   *
   * @param name of its series
   */
  public record Task(String name, Path input, Path output) {}

  public FileDetection(Settings settings) {
    this.settings = settings;
  }

  /**
   * Detects in one file. What is written appears when it is complete.
   *
   * @param progress told of the rows done since it was told before
   * @throws IOException naming the file, and the line if there is one
   */
  public SeriesResult run(Task task, LongConsumer progress) throws IOException {
    Path folder = task.output().toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path partial = folder.resolve("." + task.output().getFileName() + ".part");
    try (SeriesCsv series = SeriesCsv.open(task.input(), settings.columns())) {
      columnsSeen.addAll(series.names());
      check(task, series.channels());
      SeriesResult result;
      try (AnomalyCsv out = new AnomalyCsv(partial, series.channels(), settings.explain())) {
        result = run(task.name(), series, out, progress);
      }
      Files.move(partial, task.output(), StandardCopyOption.REPLACE_EXISTING);
      return result;
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void check(Task task, List<String> channels) throws IOException {
    for (String own : List.of("timestamp", AnomalyCsv.SCORE)) {
      if (channels.contains(own)) {
        throw new IOException(
            task.input()
                + ": has a channel \""
                + own
                + "\", which is a column of the results; leave it out with --ignore "
                + own
                + ", or rename it");
      }
    }
  }

  private SeriesResult run(String name, SeriesCsv series, AnomalyCsv out, LongConsumer progress)
      throws IOException {
    int channels = series.channels().size();
    SeriesDetector detector = new SeriesDetector(name, settings.detector().withChannels(channels));
    Trace trace = settings.trace() ? new Trace(channels) : null;
    Alarms alarms = new Alarms();
    Map<String, SeriesResult.Rejected> rejected = new TreeMap<>();
    long rows = 0;
    for (SeriesCsv.Row row = series.next(); row != null; row = series.next()) {
      rows++;
      Anomaly anomaly = detector.step(row.micros(), row.values());
      if (anomaly == null) {
        out.write(row, reject(row, rows, detector.rejection(), rejected));
      } else {
        out.write(row, anomaly);
        alarms.add(rows, row, anomaly);
        if (trace != null) {
          trace.add(row.micros(), row.values(), anomaly);
        }
      }
      if (rows % PROGRESS_ROWS == 0) {
        progress.accept(PROGRESS_ROWS);
      }
    }
    alarms.close();
    progress.accept(rows % PROGRESS_ROWS);
    return new SeriesResult(
        name, series.channels(), rows, alarms, rejected, detector.describe(), trace);
  }

  /** Counts a rejected row; the reason. */
  private static String reject(
      SeriesCsv.Row row,
      long number,
      Rejection rejection,
      Map<String, SeriesResult.Rejected> rejected) {
    String reason = rejection == null ? "DUPLICATE" : rejection.reason().name();
    rejected.merge(
        reason,
        new SeriesResult.Rejected(1, "row " + number + ", " + row.time() + ": " + why(rejection)),
        (sum, one) -> new SeriesResult.Rejected(sum.count() + 1, sum.firstMessage()));
    return reason;
  }

  /** In words of rows: the operator's own are of frames and of its options. */
  private static String why(Rejection rejection) {
    if (rejection == null) {
      return "the same row came just before";
    }
    return switch (rejection.reason()) {
      case LATE, CLOCK_BACKWARDS -> "a row before it has this time, or a later one";
      case NON_FINITE -> "a value is missing or not finite";
      default -> rejection.message();
    };
  }

  /** Which of the ignored columns no file has had. */
  public Set<String> neverSeen() {
    Set<String> unseen = new HashSet<>(settings.columns().ignored());
    unseen.removeAll(columnsSeen);
    return unseen;
  }
}
