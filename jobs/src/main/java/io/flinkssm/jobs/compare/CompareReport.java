package io.flinkssm.jobs.compare;

import io.flinkssm.jobs.report.HtmlReport;
import io.flinkssm.jobs.report.Plots;
import io.flinkssm.model.ModelInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A {@link Comparison} as a page. */
public final class CompareReport {
  private static final int BINS = 21;
  private static final int SHOWN = 30;

  private CompareReport() {}

  /** The page. */
  public static HtmlReport of(Comparison c) {
    HtmlReport page = new HtmlReport(name(c.a()) + " against " + name(c.b()));
    page.paragraph(
        "Both models on the same windows: A is %s, B is %s. Differences are B minus A."
            .formatted(identity(c.a()), identity(c.b())));
    List<HtmlReport.Figure> figures = new ArrayList<>();
    figures.add(new HtmlReport.Figure("windows", String.format(Locale.ROOT, "%,d", c.windows())));
    if (c.classifies() && c.windows() > 0) {
      figures.add(
          new HtmlReport.Figure(
              "same label",
              String.format(Locale.ROOT, "%.2f %%", 100.0 * c.agreeing() / c.windows())));
    }
    page.figures(figures);
    if (c.onlyA() + c.onlyB() > 0) {
      page.paragraph(
          "%d windows were scored by A only and %d by B only: the models reject different input."
              .formatted(c.onlyA(), c.onlyB()));
    }
    if (c.classifies()) {
      confusion(page, c);
    }
    if (!c.shifts().isEmpty()) {
      shifts(page, c);
    }
    if (!c.disagreeing().isEmpty()) {
      disagreements(page, c);
    }
    return page;
  }

  private static void confusion(HtmlReport page, Comparison c) {
    page.section("Labels of A (rows) against labels of B (columns)");
    List<String> header = new ArrayList<>(List.of("A \\ B"));
    header.addAll(Comparison.labels(c.b()));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < c.confusion().length; i++) {
      List<String> row = new ArrayList<>(List.of(Comparison.labels(c.a()).get(i)));
      Arrays.stream(c.confusion()[i]).mapToObj(Integer::toString).forEach(row::add);
      rows.add(row);
    }
    page.table(header, rows);
  }

  private static void shifts(HtmlReport page, Comparison c) {
    String what = c.classifies() ? "probability" : "output";
    page.section("How far each " + what + " moves");
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Shift shift : c.shifts()) {
      List<String> row = new ArrayList<>(List.of(shift.name(), number(shift.mean())));
      for (double q : new double[] {0, 0.05, 0.5, 0.95, 1}) {
        row.add(number(shift.quantile(q)));
      }
      rows.add(row);
    }
    page.table(List.of(what, "mean", "least", "5 %", "median", "95 %", "largest"), rows);
    double[] all =
        c.shifts().stream().flatMapToDouble(shift -> Arrays.stream(shift.differences())).toArray();
    page.picture(
        histogram(all, what),
        "Differences of all windows and " + (c.classifies() ? "classes" : "outputs"));
  }

  private static byte[] histogram(double[] values, String what) {
    double widest = Arrays.stream(values).map(Math::abs).max().orElse(0);
    double reach = widest == 0 || Double.isNaN(widest) ? 1 : widest;
    double[] counts = new double[BINS];
    List<String> names = new ArrayList<>();
    for (int bin = 0; bin < BINS; bin++) {
      names.add(String.format(Locale.ROOT, "%.3g", reach * (2.0 * bin / (BINS - 1) - 1)));
    }
    for (double value : values) {
      if (!Double.isNaN(value)) {
        counts[(int) Math.round((value / reach + 1) / 2 * (BINS - 1))]++;
      }
    }
    return Plots.bars("From A to B", "change of " + what, "count", 320, names, counts);
  }

  private static void disagreements(HtmlReport page, Comparison c) {
    page.section("Windows with different labels");
    List<List<String>> rows = new ArrayList<>();
    for (Comparison.Pair pair :
        c.disagreeing().subList(0, Math.min(SHOWN, c.disagreeing().size()))) {
      rows.add(
          List.of(
              pair.a().key(),
              pair.a().startPosition() + " … " + pair.a().endPosition(),
              pair.a().label(),
              number(Comparison.sureness(pair.a())),
              pair.b().label(),
              number(Comparison.sureness(pair.b()))));
    }
    page.table(List.of("key", "positions", "A", "p of A", "B", "p of B"), rows);
    if (c.disagreeing().size() > SHOWN) {
      page.paragraph("… and %d more.".formatted(c.disagreeing().size() - SHOWN));
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Name and version. */
  static String name(ModelInfo info) {
    return info.name() + " " + info.version();
  }

  private static String identity(ModelInfo info) {
    return "%s (%s, sha256 %.12s…)".formatted(name(info), info.architecture(), info.sha256());
  }
}
