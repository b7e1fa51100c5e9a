package io.flinkssm.jobs.io;

import io.flinkssm.stream.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * Reads signals from CSV: a header, then one row a sample. Columns are separated by commas,
 * semicolons or tabs; the text is UTF-8.
 *
 * <p>A column {@code key} tells signals apart (without it, all rows are one key). A column {@code
 * time}, {@code timestamp} or {@code datetime} gives each row its own time, and each row becomes a
 * frame of one sample, so that gaps and late rows stay visible to the operator; without it, rows
 * are consecutive samples. Every other column, or those asked for, is a channel. Empty cells and
 * {@code NaN} are read as NaN, for the operator's policy to decide.
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

  /** The rows of one key; arrays of numbers, because a table may have millions. */
  private static final class Rows {
    private float[] samples = new float[64];
    private long[] timesMicros = new long[16];
    private int values;
    private int times;

    void add(float[] sample) {
      if (values + sample.length > samples.length) {
        samples = Arrays.copyOf(samples, 2 * (values + sample.length));
      }
      System.arraycopy(sample, 0, samples, values, sample.length);
      values += sample.length;
    }

    void add(long timeMicros) {
      if (times == timesMicros.length) {
        timesMicros = Arrays.copyOf(timesMicros, 2 * times);
      }
      timesMicros[times++] = timeMicros;
    }
  }

  /**
   * Hands over all frames of a file, key by key; the last frame of each key ends its segment.
   *
   * @param name the key, if there is no such column
   * @throws IOException naming the file, the line, the column and the value that is wrong
   */
  public void read(Path file, String name, Consumer<Frame> out) throws IOException {
    Map<String, Rows> byKey = new LinkedHashMap<>();
    int width;
    try (BufferedReader reader = Files.newBufferedReader(file);
        CSVParser parser = parser(file, reader)) {
      List<String> names = parser.getHeaderNames();
      String time = find(names, TIME_COLUMNS);
      String key = find(names, List.of(KEY_COLUMN));
      List<String> channels = channels(file, names, time, key);
      width = channels.size();
      for (CSVRecord row : parser) {
        if (!row.isConsistent()) {
          throw at(file, parser, row.size() + " cells; the header has " + names.size());
        }
        Rows rows = byKey.computeIfAbsent(key == null ? name : row.get(key), k -> new Rows());
        rows.add(sample(file, parser, row, channels));
        if (time != null) {
          rows.add(time(file, parser, time, row.get(time)));
        }
      }
    } catch (UncheckedIOException e) {
      throw unreadable(file, e.getCause());
    } catch (CharacterCodingException e) {
      throw unreadable(file, e);
    }
    if (byKey.isEmpty()) {
      throw new IOException(file + ": no rows below the header; expected one row a sample");
    }
    for (Map.Entry<String, Rows> rows : byKey.entrySet()) {
      emit(file, rows.getKey(), width, rows.getValue(), out);
    }
  }

  private static IOException unreadable(Path file, IOException cause) {
    return new IOException(
        file
            + (cause instanceof CharacterCodingException
                ? ": not UTF-8 text; save it as UTF-8"
                : ": not a sound table: " + cause.getMessage()),
        cause);
  }

  private static CSVParser parser(Path file, BufferedReader reader) throws IOException {
    skipByteOrderMark(reader);
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
            .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_ALL)
            .setAllowMissingColumnNames(true)
            .setTrim(true)
            .get();
    CSVParser parser = CSVParser.parse(reader, format);
    List<String> names = parser.getHeaderNames();
    if (names.stream().allMatch(SignalCsv::isNumber)) {
      throw badHeader(file, header, "numbers only; expected a first line of column names");
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw badHeader(file, header, "a column name occurs twice; rename one");
    }
    if (names.contains("")) {
      throw badHeader(file, header, "a column has no name; give it one");
    }
    return parser;
  }

  /** Spreadsheets begin UTF-8 files with it. */
  private static void skipByteOrderMark(BufferedReader reader) throws IOException {
    reader.mark(1);
    if (reader.read() != '\uFEFF') {
      reader.reset();
    }
  }

  private static boolean isNumber(String text) {
    try {
      Float.parseFloat(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static IOException badHeader(Path file, String header, String message) {
    return new IOException(file + ": bad header \"" + header + "\": " + message);
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

  private void emit(Path file, String key, int channels, Rows rows, Consumer<Frame> out)
      throws IOException {
    int length = rows.values / channels;
    boolean timed = rows.times > 0;
    double rate = rate(file, key, rows);
    int step = timed ? 1 : samplesPerFrame;
    for (int from = 0; from < length; from += step) {
      int to = Math.min(from + step, length);
      out.accept(
          new Frame(
              key,
              timed ? rows.timesMicros[from] : FrameCutter.timeMicros(0, from, rate),
              rate,
              channels,
              Arrays.copyOfRange(rows.samples, from * channels, to * channels),
              to == length,
              timed ? new Frame.Origin(file.toString(), -1, from) : Frame.Origin.UNKNOWN));
    }
  }

  private double rate(Path file, String key, Rows rows) throws IOException {
    if (rateHz.isPresent() || rows.times < 2) {
      return rateHz.orElse(defaultRateHz);
    }
    double stepMicros = stepMicros(rows);
    if (!(stepMicros > 0)) {
      throw new IOException(
          file
              + ": the times of key \""
              + key
              + "\" do not increase from row to row, so they give no sampling rate: sort the rows"
              + " by time, or give --rate");
    }
    return 1e6 / stepMicros;
  }

  /**
   * The mean of the steps near the median one: robust to gaps and to single rows out of order, and
   * not bound to the resolution of the times.
   */
  private static double stepMicros(Rows rows) {
    long[] steps = new long[rows.times - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = rows.timesMicros[i + 1] - rows.timesMicros[i];
    }
    Arrays.sort(steps);
    double median = steps[steps.length / 2];
    return Arrays.stream(steps)
        .filter(step -> step > 0.5 * median && step < 1.5 * median)
        .average()
        .orElse(0);
  }

  private static IOException at(Path file, CSVParser parser, String message) {
    return new IOException(file + ", line " + parser.getCurrentLineNumber() + ": " + message);
  }
}
