package io.flinkssm.jobs.sql;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.types.Row;

/**
 * What a query gave.
 *
 * @param columns their names
 * @param rows in the order in which they came
 */
record SqlResult(List<String> columns, List<Row> rows) {

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
          .toFormatter(Locale.ROOT);

  /** A row by the value of its first column. */
  Row row(Object first) {
    return rows.stream().filter(row -> first.equals(row.getField(0))).findFirst().orElseThrow();
  }

  /** The values of a column. */
  List<Object> column(String name) {
    int at = columns.indexOf(name);
    return rows.stream().map(row -> row.getField(at)).collect(Collectors.toList());
  }

  /** As a table of text, numbers to the right, with so many rows at most. */
  String text(int most) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns);
    rows.stream().limit(most).forEach(row -> lines.add(cells(row)));
    int[] widths =
        IntStream.range(0, columns.size())
            .map(c -> lines.stream().mapToInt(line -> line.get(c).length()).max().orElse(0))
            .toArray();
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String space = " ".repeat(widths[c] - line.get(c).length());
        padded.append(isNumber(c) ? space + line.get(c) : line.get(c) + space).append("  ");
      }
      text.append(padded.toString().stripTrailing()).append('\n');
    }
    if (rows.size() > most) {
      text.append("… %d more rows\n".formatted(rows.size() - most));
    }
    return text.toString();
  }

  private boolean isNumber(int column) {
    return rows.stream().anyMatch(row -> row.getField(column) instanceof Number);
  }

  private static List<String> cells(Row row) {
    return IntStream.range(0, row.getArity()).mapToObj(c -> cell(row.getField(c))).toList();
  }

  private static String cell(Object value) {
    if (value instanceof Instant time) {
      return TIME.format(time.atOffset(ZoneOffset.UTC));
    }
    return value instanceof LocalDateTime time ? TIME.format(time) : String.valueOf(value);
  }
}
