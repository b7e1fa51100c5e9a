package io.flinkssm.benchmarks.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The rows of a run as Markdown: what {@code benchmarks/README.md} holds of the latest full one.
 */
final class MarkdownTable {

  private MarkdownTable() {}

  static void write(Results results, Path file) throws IOException {
    Files.writeString(file, of(results));
  }

  static String of(Results results) {
    Machine machine = results.machine();
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, commit %s, kernels %s%n"
            .formatted(machine.date(), machine.commit(), results.kernels()));
    text.append(
        "%s; %s, %d cores, %s, %s; load before: %.1f%n"
            .formatted(
                machine.jvm(),
                machine.cpu(),
                machine.processors(),
                machine.simd(),
                machine.caches(),
                machine.loadBefore()));
    String section = "";
    for (Row row : results.rows()) {
      if (!row.section().equals(section)) {
        section = row.section();
        text.append("%n**%s**%n%n".formatted(ReportPage.title(section)));
        text.append("| what | beside | target | figure | | absolute figures, remarks |\n");
        text.append("|---|---|---|---|---|---|\n");
      }
      text.append(
          "| %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  row.what(),
                  row.beside(),
                  row.target() == null ? "" : row.target().toString(),
                  row.figureText(),
                  row.met(),
                  row.remark().replace("|", "\\|")));
    }
    for (String failure : results.failures()) {
      text.append("%nFailed: %s%n".formatted(failure));
    }
    return text.toString();
  }
}
