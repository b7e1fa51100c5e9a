package io.flinkssm.jobs.report;

import java.util.ArrayList;
import java.util.List;

/** A table for terminals: columns as wide as their widest cell, two blanks apart. */
public final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  /** A table with a header. */
  public TextTable(String... header) {
    rows.add(List.of(header));
  }

  /** Adds a row; shorter rows are allowed. */
  public TextTable row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
    return this;
  }

  /** The header. */
  public List<String> header() {
    return rows.get(0);
  }

  /** The rows below the header. */
  public List<List<String>> rows() {
    return List.copyOf(rows.subList(1, rows.size()));
  }

  /** The table, each line indented by two blanks and ended by a line feed. */
  @Override
  public String toString() {
    int[] widths = new int[rows.stream().mapToInt(List::size).max().orElse(0)];
    for (List<String> row : rows) {
      for (int c = 0; c < row.size(); c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        line.append("  ").append(row.get(c)).append(" ".repeat(widths[c] - row.get(c).length()));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
