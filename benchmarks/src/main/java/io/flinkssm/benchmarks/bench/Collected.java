package io.flinkssm.benchmarks.bench;

import io.flinkssm.jobs.cli.Progress;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Takes what sections say, prints rows as they arrive, and keeps everything. */
final class Collected {
  /** Where the third column begins. */
  private static final int INDENT = 44;

  private final PrintWriter out;
  private final Progress progress;
  private final List<Row> rows = new ArrayList<>();
  private final List<Series> series = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private String kernels = "";

  Collected(PrintWriter out, Progress progress) {
    this.out = out;
    this.progress = progress;
  }

  void take(Section from, Message message) {
    if (message.row() != null) {
      add(message.row());
    } else if (message.series() != null) {
      series.add(message.series());
    } else if (message.kernels() != null) {
      kernels = message.kernels();
    } else if (message.failure() != null) {
      failures.add(from.name() + ": " + message.failure());
      add(Row.missing(from.name(), from.title(), "", null, "FAILED: " + message.failure()));
    } else {
      progress.update("  " + from.name() + ": " + message.progress());
    }
  }

  private void add(Row row) {
    rows.add(row);
    String target = row.target() == null ? "" : row.target().toString();
    out.printf(
        "  %-6s %-9s %-24s %s%s%n%s",
        row.met(),
        target,
        row.figureText(),
        row.what(),
        row.beside().isEmpty() ? "" : "  |  " + row.beside(),
        row.remark().isEmpty() ? "" : " ".repeat(INDENT) + row.remark() + "\n");
    out.flush();
  }

  Results results(Machine machine, boolean quick) {
    return new Results(machine, quick, kernels, rows, series, failures);
  }
}
