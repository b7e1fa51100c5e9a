package io.flinkssm.benchmarks.bench;

import io.flinkssm.jobs.report.HtmlReport;
import io.flinkssm.jobs.report.Plots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as a self-contained page. */
final class ReportPage {
  private static final int HEIGHT = 440;

  private static final List<String> HOW_TO_READ =
      List.of(
          "Every figure is a ratio measured side by side in one run on one thread, unless its row"
              + " says otherwise. Batches of subject and reference of some milliseconds take turns;"
              + " a ratio is the median over all turns, with its quartiles in brackets. Wide"
              + " quartiles mean a disturbed machine, not a slow program.",
          "Times are CPU times: waiting for a core does not count, but caches and turbo clocks are"
              + " still shared with whatever else runs. Each section ran in a JVM of its own, after"
              + " a warm-up until the compiler was done.",
          "The C programs do the same arithmetic on the same weights, written for this processor:"
              + " vector types, register tiles, parameters kept in the first-level cache. Tests"
              + " hold their outputs to those of the Java code.");

  private ReportPage() {}

  static HtmlReport of(Results results) {
    HtmlReport page = new HtmlReport("flink-ssm: how near to what the machine allows");
    page.figures(
        List.of(
            new HtmlReport.Figure("targets met", Long.toString(results.met(Row.Met.YES))),
            new HtmlReport.Figure("targets missed", Long.toString(results.met(Row.Met.NO))),
            new HtmlReport.Figure("kernels", results.kernels())));
    for (String paragraph : HOW_TO_READ) {
      page.paragraph(paragraph);
    }
    if (results.quick()) {
      page.paragraph(
          "This was a quick run: rows were measured for a third of a second each. Run ssm bench"
              + " without --quick for figures to quote.");
    }
    results.failures().forEach(failure -> page.paragraph("FAILED: " + failure));
    for (Map.Entry<String, List<Row>> section : bySection(results.rows()).entrySet()) {
      page.section(title(section.getKey()));
      page.table(
          List.of("what", "beside", "target", "figure", "", "behind it"),
          section.getValue().stream().map(ReportPage::cells).toList());
    }
    page.section("Plots");
    for (List<Series> plot : byPlot(results.series()).values()) {
      page.picture(picture(plot), caption(plot));
    }
    machine(page, results);
    return page;
  }

  private static String mark(Row row) {
    return switch (row.met()) {
      case YES -> "✓ met";
      case NO -> "✗ missed";
      case NONE -> "";
    };
  }

  private static void machine(HtmlReport page, Results results) {
    Machine machine = results.machine();
    page.section("Where and when");
    page.table(
        List.of("", ""),
        List.of(
            List.of("run", machine.date() + (results.quick() ? ", quick" : ", full")),
            List.of("commit", machine.commit()),
            List.of("processor", machine.processors() + " × " + machine.cpu()),
            List.of("instructions", machine.simd()),
            List.of("caches", machine.caches()),
            List.of("system", machine.operatingSystem()),
            List.of("Java", machine.jvm()),
            List.of("kernels", results.kernels()),
            List.of("load before", Figures.text(machine.loadBefore(), ""))));
  }

  private static List<String> cells(Row row) {
    String target = row.target() == null ? "" : row.target().toString();
    return List.of(
        row.what(),
        row.beside(),
        unbroken(target),
        unbroken(row.figureText()),
        unbroken(mark(row)),
        row.remark());
  }

  /** Keeps a cell on one line. */
  private static String unbroken(String text) {
    return text.replace(' ', '\u00a0');
  }

  private static String caption(List<Series> plot) {
    String title = plot.get(0).plot();
    return title.startsWith(RooflineSection.PLOT)
        ? title
            + ". Marks are scans and models; no program can lie above the line of the memory from"
            + " which it reads, nor above the flat top, the rate of multiply-adds from registers."
        : title;
  }

  static String title(String section) {
    return Sections.all().stream()
        .filter(s -> s.name().equals(section))
        .map(Section::title)
        .findFirst()
        .orElse(section);
  }

  private static byte[] picture(List<Series> plot) {
    List<Plots.Line> lines = new ArrayList<>();
    for (Series series : plot) {
      lines.add(new Plots.Line(series.label(), series.x(), series.y(), lines.size()));
    }
    Series first = plot.get(0);
    Plots.Axes axes = new Plots.Axes(first.xLabel(), first.yLabel(), first.logX(), first.logY());
    return Plots.lines(first.plot(), axes, HEIGHT, lines);
  }

  private static Map<String, List<Row>> bySection(List<Row> rows) {
    Map<String, List<Row>> sections = new LinkedHashMap<>();
    rows.forEach(row -> sections.computeIfAbsent(row.section(), s -> new ArrayList<>()).add(row));
    return sections;
  }

  private static Map<String, List<Series>> byPlot(List<Series> series) {
    Map<String, List<Series>> plots = new LinkedHashMap<>();
    series.forEach(s -> plots.computeIfAbsent(s.plot(), p -> new ArrayList<>()).add(s));
    return plots;
  }
}
