package io.flinkssm.jobs.io;

import io.flinkssm.stream.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * Reads signals from CSV: a header, then one row a sample. Columns are separated by commas,
 * semicolons or tabs.
 *
 * <p>A column {@code key} tells signals apart (without it, the file's name is the key). A column
 * {@code time}, {@code timestamp} or {@code datetime} gives each row its own time, and each row
 * becomes a frame of one sample, so that gaps and late rows stay visible to the operator; without
 * it, rows are consecutive samples. Every other column, or those asked for, is a channel. Empty
 * cells and {@code NaN} are read as NaN, for the operator's policy to decide.
 */
public final class SignalCsv {

  private static final List<String> TIME_COLUMNS = List.of("time", "timestamp", "datetime");
  private static final String KEY_COLUMN = "key";

  private final List<String> columns;
  private final OptionalDouble rateHz;
  private final double defaultRateHz;
  private final int samplesPerFrame;

  /**
   * A reader.
   *
   * @param columns names of the channels in the model's order; empty for all but key and time
   * @param rateHz sampling rate; if empty, taken from the times, or else {@code defaultRateHz}
   * @param defaultRateHz rate of rows without times
   * @param samplesPerFrame samples per frame of rows without times
   */
  public SignalCsv(
      List<String> columns, OptionalDouble rateHz, double defaultRateHz, int samplesPerFrame) {
    this.columns = List.copyOf(columns);
    this.rateHz = rateHz;
    this.defaultRateHz = defaultRateHz;
    this.samplesPerFrame = samplesPerFrame;
  }

  /** The rows of one key. */
  private static final class Rows {
    final List<float[]> samples = new ArrayList<>();
    final List<Long> timesMicros = new ArrayList<>();
  }

  /**
   * All frames of a file, key by key; the last frame of each key ends its segment.
   *
   * @throws IOException naming the file, the line, the column and the value that is wrong
   */
  public List<Frame> read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file);
        CSVParser parser = parser(file, reader)) {
      List<String> names = parser.getHeaderNames();
      String time = find(names, TIME_COLUMNS);
      String key = find(names, List.of(KEY_COLUMN));
      List<String> channels = channels(file, names, time, key);
      Map<String, Rows> byKey = new LinkedHashMap<>();
      for (CSVRecord row : parser) {
        if (!row.isConsistent()) {
          throw at(file, parser, row.size() + " cells; the header has " + names.size());
        }
        Rows rows =
            byKey.computeIfAbsent(
                key == null ? FileNames.stem(file) : row.get(key), k -> new Rows());
        rows.samples.add(sample(file, parser, row, channels));
        if (time != null) {
          rows.timesMicros.add(time(file, parser, time, row.get(time)));
        }
      }
      if (byKey.isEmpty()) {
        throw new IOException(file + ": no rows below the header; expected one row a sample");
      }
      List<Frame> frames = new ArrayList<>();
      byKey.forEach((name, rows) -> frames.addAll(frames(file, name, channels.size(), rows)));
      return frames;
    } catch (UncheckedIOException e) {
      throw new IOException(file + ": " + e.getCause().getMessage(), e);
    }
  }

  private static CSVParser parser(Path file, BufferedReader reader) throws IOException {
    reader.mark(1 << 16);
    String header = reader.readLine();
    reader.reset();
    if (header == null || header.isBlank()) {
      throw new IOException(file + ": empty; expected a header line with column names");
    }
    char separator = header.indexOf(';') >= 0 ? ';' : header.indexOf('\t') >= 0 ? '\t' : ',';
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setDelimiter(separator)
            .setHeader()
            .setSkipHeaderRecord(true)
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .setTrim(true)
            .get();
    try {
      return CSVParser.parse(reader, format);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": bad header \"" + header + "\": " + e.getMessage(), e);
    }
  }

  private static String find(List<String> names, List<String> wanted) {
    return names.stream()
        .filter(name -> wanted.stream().anyMatch(name::equalsIgnoreCase))
        .findFirst()
        .orElse(null);
  }

  private List<String> channels(Path file, List<String> names, String time, String key)
      throws IOException {
    for (String column : columns) {
      if (!names.contains(column)) {
        throw new IOException(file + ": no column \"" + column + "\"; has " + names);
      }
    }
    List<String> channels =
        columns.isEmpty()
            ? names.stream().filter(n -> !n.equals(time) && !n.equals(key)).toList()
            : columns;
    if (channels.isEmpty()) {
      throw new IOException(file + ": no column with values; has " + names);
    }
    return channels;
  }

  private static float[] sample(Path file, CSVParser parser, CSVRecord row, List<String> channels)
      throws IOException {
    float[] sample = new float[channels.size()];
    for (int c = 0; c < sample.length; c++) {
      String cell = row.get(channels.get(c));
      try {
        sample[c] = cell.isEmpty() ? Float.NaN : Float.parseFloat(cell);
      } catch (NumberFormatException e) {
        String found = "column \"" + channels.get(c) + "\": \"" + cell + "\"";
        IOException error = at(file, parser, found + " is not a number");
        error.initCause(e);
        throw error;
      }
    }
    return sample;
  }

  private static long time(Path file, CSVParser parser, String column, String cell)
      throws IOException {
    try {
      return Times.parseMicros(cell);
    } catch (IllegalArgumentException e) {
      IOException error = at(file, parser, "column \"" + column + "\": " + e.getMessage());
      error.initCause(e);
      throw error;
    }
  }

  private List<Frame> frames(Path file, String key, int channels, Rows rows) {
    if (rows.timesMicros.isEmpty()) {
      float[] flat = new float[rows.samples.size() * channels];
      for (int i = 0; i < rows.samples.size(); i++) {
        System.arraycopy(rows.samples.get(i), 0, flat, i * channels, channels);
      }
      double rate = rateHz.orElse(defaultRateHz);
      return FrameCutter.cut(new Signal(key, rate, channels, flat), 0, samplesPerFrame, true);
    }
    double rate = rateHz.orElseGet(() -> rateOf(rows.timesMicros));
    int last = rows.samples.size() - 1;
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      frames.add(
          new Frame(
              key,
              rows.timesMicros.get(i),
              rate,
              channels,
              rows.samples.get(i),
              i == last,
              new Frame.Origin(file.toString(), -1, i)));
    }
    return frames;
  }

  /** One over the median step: robust to gaps and to single rows out of order. */
  private double rateOf(List<Long> times) {
    long[] steps = new long[times.size() - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = times.get(i + 1) - times.get(i);
    }
    Arrays.sort(steps);
    long median = steps.length == 0 ? 0 : steps[steps.length / 2];
    return median > 0 ? 1e6 / median : defaultRateHz;
  }

  private static IOException at(Path file, CSVParser parser, String message) {
    return new IOException(file + ", line " + parser.getCurrentLineNumber() + ": " + message);
  }
}
