package io.flinkssm.benchmarks.detect;

import io.flinkssm.jobs.io.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An experiment of the Skoltech Anomaly Benchmark: eight sensors, with labels.
 *
 * @param anomaly whether each row belongs to an anomaly
 * @param changePoint whether one begins or ends at the row
 */
public record SkabFile(Recording recording, boolean[] anomaly, boolean[] changePoint) {

  private static final List<String> GROUPS = List.of("valve1", "valve2", "other");

  /** Time, two labels. */
  private static final int OTHER_COLUMNS = 3;

  /**
   * Reads {@code data/valve1}, {@code data/valve2} and {@code data/other} of a folder, as far as
   * they are there.
   *
   * @return by name
   * @throws IOException naming what is missing or wrong
   */
  public static List<SkabFile> read(Path folder) throws IOException {
    List<SkabFile> files = new ArrayList<>();
    Path data = folder.resolve("data");
    for (String group : GROUPS) {
      if (Files.isDirectory(data.resolve(group))) {
        try (Stream<Path> paths = Files.list(data.resolve(group))) {
          for (Path path : paths.filter(p -> p.toString().endsWith(".csv")).sorted().toList()) {
            files.add(read(path, data.relativize(path).toString()));
          }
        }
      }
    }
    if (files.isEmpty()) {
      throw new IOException(data + ": no CSV files in " + GROUPS);
    }
    return files;
  }

  private static SkabFile read(Path path, String name) throws IOException {
    List<String> lines = Files.readAllLines(path);
    int rows = lines.size() - 1;
    int width = lines.get(0).split(";", -1).length;
    if (!lines.get(0).endsWith(";anomaly;changepoint")) {
      throw new IOException(path + ": the last columns are not anomaly and changepoint");
    }
    long[] times = new long[rows];
    float[][] samples = new float[rows][width - OTHER_COLUMNS];
    boolean[] anomaly = new boolean[rows];
    boolean[] changePoint = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      String[] cells = lines.get(i + 1).split(";", -1);
      if (cells.length != width) {
        throw new IOException(path + ", line " + (i + 2) + ": expected " + width + " cells");
      }
      times[i] = Times.parseMicros(cells[0]);
      for (int c = 0; c < samples[i].length; c++) {
        samples[i][c] = Float.parseFloat(cells[1 + c]);
      }
      anomaly[i] = Double.parseDouble(cells[width - 2]) > 0;
      changePoint[i] = Double.parseDouble(cells[width - 1]) > 0;
    }
    return new SkabFile(new Recording(name, times, samples), anomaly, changePoint);
  }
}
