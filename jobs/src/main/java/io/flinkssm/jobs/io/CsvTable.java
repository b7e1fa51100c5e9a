package io.flinkssm.jobs.io;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * The rows of a CSV file below its header, read one by one. Columns are separated by commas,
 * semicolons or tabs, whichever the header has; the text is UTF-8, with or without a byte order
 * mark. What is wrong is said with the file and the line.
 */
final class CsvTable implements Closeable {
  private final Path file;
  private final CSVParser parser;
  private final Iterator<CSVRecord> rows;

  private CsvTable(Path file, CSVParser parser) {
    this.file = file;
    this.parser = parser;
    rows = parser.iterator();
  }

  /**
   * Opens a table.
   *
   * @throws IOException naming the file and what is wrong with its header
   */
  static CsvTable open(Path file) throws IOException {
    BufferedReader reader = Files.newBufferedReader(file);
    try {
      return new CsvTable(file, parser(file, reader));
    } catch (CharacterCodingException e) {
      reader.close();
      throw unreadable(file, e);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
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
    if (names.stream().allMatch(CsvTable::isNumber)) {
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

  /** Names of the columns. */
  List<String> names() {
    return parser.getHeaderNames();
  }

  /**
   * The next row, with a cell for each column, or null after the last one.
   *
   * @throws IOException naming the file, the line and what is wrong with it
   */
  CSVRecord next() throws IOException {
    try {
      if (!rows.hasNext()) {
        return null;
      }
      CSVRecord row = rows.next();
      if (!row.isConsistent()) {
        throw at(row.size() + " cells; the header has " + names().size());
      }
      return row;
    } catch (UncheckedIOException e) {
      throw unreadable(file, e.getCause());
    }
  }

  /** The value of a cell; NaN if it is empty. */
  float value(CSVRecord row, int column) throws IOException {
    String cell = row.get(column);
    try {
      return cell.isEmpty() ? Float.NaN : Float.parseFloat(cell);
    } catch (NumberFormatException e) {
      throw at(column, "\"" + cell + "\" is not a number", e);
    }
  }

  /** The time in a cell, as {@link Times#parseMicros} reads it. */
  long time(CSVRecord row, int column) throws IOException {
    try {
      return Times.parseMicros(row.get(column));
    } catch (IllegalArgumentException e) {
      throw at(column, e.getMessage(), e);
    }
  }

  private IOException at(int column, String message, Exception cause) {
    IOException error = at("column \"" + names().get(column) + "\": " + message);
    error.initCause(cause);
    return error;
  }

  /** An error in the row read last. */
  private IOException at(String message) {
    return new IOException(file + ", line " + parser.getCurrentLineNumber() + ": " + message);
  }

  private static IOException unreadable(Path file, IOException cause) {
    return new IOException(
        file
            + (cause instanceof CharacterCodingException
                ? ": not UTF-8 text; save it as UTF-8"
                : ": not a sound table: " + cause.getMessage()),
        cause);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
