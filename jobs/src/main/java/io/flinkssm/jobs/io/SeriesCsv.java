package io.flinkssm.jobs.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads one series of a CSV file row by row, with the texts of its cells as they are: for results
 * that are to stand beside them.
 *
 * <p>The times are those of the first column called {@code time}, {@code timestamp}, {@code
 * datetime} or {@code date}, else of the first column that begins with a date; without such a
 * column rows are a second apart and begin in 1970. Every other column is a channel, unless only
 * some are asked for or it is ignored. Empty cells and {@code NaN} are read as NaN.
 */
public final class SeriesCsv implements Closeable {
  private static final List<String> TIMES = List.of("time", "timestamp", "datetime", "date");

  private final CsvTable table;
  private final int time;
  private final int[] channels;
  private final List<String> channelNames;
  private CSVRecord next;
  private long rows;

  /**
   * Which columns are channels.
   *
   * @param wanted their names in order; empty for all but the times
   * @param ignored names of columns that are none; a file need not have them
   */
  public record Columns(List<String> wanted, Set<String> ignored) {
    /** All columns but the times. */
    public static final Columns ALL = new Columns(List.of(), Set.of());

    public Columns {
      wanted = List.copyOf(wanted);
      ignored = Set.copyOf(ignored);
    }
  }

  /**
   * One row.
   *
   * @param time the text of its time, or its number, from 0, if there is no such column
   * @param micros its time, microseconds since the epoch
   * @param texts of the channels
   * @param values of the channels
   */
  public record Row(String time, long micros, String[] texts, float[] values) {}

  private SeriesCsv(Path file, CsvTable table, Columns columns) throws IOException {
    this.table = table;
    next = table.next();
    if (next == null) {
      throw new IOException(file + ": no rows below the header; expected one row a sample");
    }
    List<String> names = table.names();
    if (names.stream().anyMatch(SeriesCsv::isDate)) {
      throw new IOException(
          file + ": the first line has values: " + names + "; put a line of column names above it");
    }
    time = timeColumn(names, next);
    channels = channels(file, names, columns);
    channelNames = IntStream.of(channels).mapToObj(names::get).toList();
  }

  /**
   * Opens a file.
   *
   * @throws IOException naming the file and what is wrong with it
   */
  public static SeriesCsv open(Path file, Columns columns) throws IOException {
    CsvTable table = CsvTable.open(file);
    try {
      return new SeriesCsv(file, table, columns);
    } catch (IOException e) {
      table.close();
      throw e;
    }
  }

  private static int timeColumn(List<String> names, CSVRecord first) {
    IntStream all = IntStream.range(0, names.size());
    return all.filter(i -> TIMES.stream().anyMatch(names.get(i)::equalsIgnoreCase))
        .findFirst()
        .orElseGet(
            () ->
                IntStream.range(0, names.size())
                    .filter(i -> isDate(first.get(i)))
                    .findFirst()
                    .orElse(-1));
  }

  /** Whether a text is a date; numbers may be anything. */
  private static boolean isDate(String text) {
    if (text.indexOf('-') < 1 || !Character.isDigit(text.charAt(0))) {
      return false;
    }
    try {
      Times.parseMicros(text);
      return text.indexOf('-', text.indexOf('-') + 1) > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private int[] channels(Path file, List<String> names, Columns columns) throws IOException {
    Set<String> missing = new HashSet<>(columns.wanted());
    missing.removeAll(names);
    if (!missing.isEmpty()) {
      throw new IOException(file + ": no column " + missing + "; has " + names);
    }
    int[] found =
        columns.wanted().isEmpty()
            ? IntStream.range(0, names.size())
                .filter(i -> i != time && !columns.ignored().contains(names.get(i)))
                .toArray()
            : columns.wanted().stream().mapToInt(names::indexOf).toArray();
    if (found.length == 0) {
      throw new IOException(file + ": no column with values; has " + names);
    }
    return found;
  }

  /** Names of all columns of the file. */
  public List<String> names() {
    return table.names();
  }

  /** Names of the channels. */
  public List<String> channels() {
    return channelNames;
  }

  /** Whether rows have times. */
  public boolean hasTimes() {
    return time >= 0;
  }

  /**
   * The next row, or null after the last one.
   *
   * @throws IOException naming the file, the line, the column and the value that is wrong
   */
  public Row next() throws IOException {
    // The first row was read to know the columns; errors in it are still told by its line.
    CSVRecord row = rows == 0 ? next : table.next();
    next = null;
    if (row == null) {
      return null;
    }
    String[] texts = new String[channels.length];
    float[] values = new float[channels.length];
    for (int c = 0; c < channels.length; c++) {
      texts[c] = row.get(channels[c]);
      values[c] = table.value(row, channels[c]);
    }
    long number = rows++;
    return hasTimes()
        ? new Row(row.get(time), table.time(row, time), texts, values)
        : new Row(Long.toString(number), number * 1_000_000, texts, values);
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
