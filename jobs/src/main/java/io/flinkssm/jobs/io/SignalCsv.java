package io.flinkssm.jobs.io;

import io.flinkssm.stream.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVRecord;

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
    try (CsvTable table = CsvTable.open(file)) {
      List<String> names = table.names();
      int time = find(names, TIME_COLUMNS);
      int key = find(names, List.of(KEY_COLUMN));
      int[] channels = channels(file, names, time, key);
      width = channels.length;
      for (CSVRecord row = table.next(); row != null; row = table.next()) {
        Rows rows = byKey.computeIfAbsent(key < 0 ? name : row.get(key), k -> new Rows());
        rows.add(sample(table, row, channels));
        if (time >= 0) {
          rows.add(table.time(row, time));
        }
      }
    }
    if (byKey.isEmpty()) {
      throw new IOException(file + ": no rows below the header; expected one row a sample");
    }
    for (Map.Entry<String, Rows> rows : byKey.entrySet()) {
      emit(file, rows.getKey(), width, rows.getValue(), out);
    }
  }

  /** Index of the first column with one of the names, or −1. */
  private static int find(List<String> names, List<String> wanted) {
    for (int i = 0; i < names.size(); i++) {
      if (wanted.stream().anyMatch(names.get(i)::equalsIgnoreCase)) {
        return i;
      }
    }
    return -1;
  }

  private int[] channels(Path file, List<String> names, int time, int key) throws IOException {
    for (String column : columns) {
      if (!names.contains(column)) {
        throw new IOException(file + ": no column \"" + column + "\"; has " + names);
      }
    }
    int[] channels =
        columns.isEmpty()
            ? IntStream.range(0, names.size()).filter(i -> i != time && i != key).toArray()
            : columns.stream().mapToInt(names::indexOf).toArray();
    if (channels.length == 0) {
      throw new IOException(file + ": no column with values; has " + names);
    }
    return channels;
  }

  private static float[] sample(CsvTable table, CSVRecord row, int[] channels) throws IOException {
    float[] sample = new float[channels.length];
    for (int c = 0; c < sample.length; c++) {
      sample[c] = table.value(row, channels[c]);
    }
    return sample;
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
}
