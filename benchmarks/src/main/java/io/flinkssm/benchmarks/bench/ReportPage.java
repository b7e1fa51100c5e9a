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

  private ReportPage() {}

  static HtmlReport of(Results results) {
    HtmlReport page = new HtmlReport("flink-ssm: as fast as the machine allows?");
    page.figures(
        List.of(
            new HtmlReport.Figure("targets met", Long.toString(results.met(Row.Met.YES))),
            new HtmlReport.Figure("targets missed", Long.toString(results.met(Row.Met.NO))),
            new HtmlReport.Figure(
                "figures without a target", Long.toString(results.met(Row.Met.NONE)))));
    for (Map.Entry<String, List<Row>> section : bySection(results.rows()).entrySet()) {
      page.section(title(section.getKey()));
      page.table(
          List.of("what", "beside", "target", "figure", "", "remark"),
          section.getValue().stream().map(ReportPage::cells).toList());
    }
    results.failures().forEach(failure -> page.paragraph("Failed: " + failure));
    machine(page, results);
    page.section("Pictures");
    for (List<Series> plot : byPlot(results.series()).values()) {
      page.picture(picture(plot), plot.get(0).plot());
    }
    return page;
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
        row.what(), row.beside(), target, row.figureText(), row.met().toString(), row.remark());
  }

  private static String title(String section) {
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
