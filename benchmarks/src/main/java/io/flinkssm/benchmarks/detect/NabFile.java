package io.flinkssm.benchmarks.detect;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkssm.jobs.io.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file of the Numenta Anomaly Benchmark with the windows in which its labels see anomalies.
 *
 * @param windows first and last row of each, in order
 */
public record NabFile(Recording recording, List<Window> windows) {

  /** Rows of an anomaly, both ends included. */
  public record Window(int first, int last) {}

  private static final List<String> LABELS = List.of("windows.json", "combined_windows.json");

  /**
   * Reads the files that a folder has labels for: {@code labels/windows.json} (in NAB's own
   * repository {@code labels/combined_windows.json}) and {@code data/<category>/<file>.csv}.
   *
   * @return by name
   * @throws IOException naming what is missing or wrong
   */
  public static List<NabFile> read(Path folder) throws IOException {
    Path labels =
        LABELS.stream()
            .map(name -> folder.resolve("labels").resolve(name))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(() -> new IOException(folder + ": no labels/" + LABELS.get(0)));
    Map<String, List<List<String>>> windows =
        new ObjectMapper().readValue(labels.toFile(), new TypeReference<>() {});
    List<NabFile> files = new ArrayList<>();
    for (Map.Entry<String, List<List<String>>> file : new TreeMap<>(windows).entrySet()) {
      files.add(
          read(folder.resolve("data").resolve(file.getKey()), file.getKey(), file.getValue()));
    }
    return files;
  }

  private static NabFile read(Path path, String name, List<List<String>> windows)
      throws IOException {
    List<String> lines = Files.readAllLines(path);
    int rows = lines.size() - 1;
    long[] times = new long[rows];
    float[][] samples = new float[rows][1];
    // The first row of a time that occurs twice counts.
    Map<Long, Integer> rowAt = new HashMap<>();
    for (int i = 0; i < rows; i++) {
      String[] cells = lines.get(i + 1).split(",", -1);
      if (cells.length != 2) {
        throw new IOException(path + ", line " + (i + 2) + ": expected timestamp,value");
      }
      times[i] = Times.parseMicros(cells[0].trim());
      samples[i][0] = Float.parseFloat(cells[1]);
      rowAt.putIfAbsent(times[i], i);
    }
    List<Window> spans = new ArrayList<>();
    for (List<String> window : windows) {
      Integer first = rowAt.get(Times.parseMicros(window.get(0)));
      Integer last = rowAt.get(Times.parseMicros(window.get(1)));
      if (first == null || last == null) {
        throw new IOException(path + ": the window " + window + " does not begin and end on rows");
      }
      spans.add(new Window(first, last));
    }
    spans.sort((a, b) -> Integer.compare(a.first(), b.first()));
    return new NabFile(new Recording(name, times, samples), List.copyOf(spans));
  }
}
