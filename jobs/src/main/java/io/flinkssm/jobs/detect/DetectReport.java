package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Evidence;
import io.flinkssm.jobs.report.HtmlReport;
import io.flinkssm.jobs.report.Svg;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What was found in one series or in many, as a page. */
public final class DetectReport {
  /** Channels that are drawn, in all series together: a page must open quickly. */
  private static final int MOST_CURVES = 240;

  private static final int MOST_ALARMS = 20;
  private static final String READING =
      "In the pictures, alarms are red, with a dot where they began. The score says how rarely a"
          + " signal that only does what it always did scores as high; the dashed line is the alarm"
          + " rate. Below it is what fired, a row for each kind of evidence. Rest the pointer on an"
          + " alarm to read why.";

  private final String title;
  private final ManyFiles.Outcome outcome;
  private final double alarmRate;

  /**
   * A page to make.
   *
   * @param alarmRate the one of the detectors
   */
  public DetectReport(String title, ManyFiles.Outcome outcome, double alarmRate) {
    this.title = title;
    this.outcome = outcome;
    this.alarmRate = alarmRate;
  }

  /** The page. */
  public HtmlReport page() {
    HtmlReport page = new HtmlReport(title);
    page.paragraph(
        "Each row was compared with what its own series had done before it. Nothing was trained, no"
            + " row was looked at twice, and no label was read. An alarm begins where a signal that"
            + " only does what it always did would score as high at most once in "
            + count(Math.round(1 / alarmRate))
            + " rows.");
    page.figures(figures());
    evidence(page);
    Set<SeriesResult> shown = shown();
    if (outcome.series().size() > 1) {
      index(page, shown);
    }
    for (SeriesResult series : outcome.series()) {
      if (shown.contains(series)) {
        section(page, series);
      }
    }
    return page;
  }

  private List<HtmlReport.Figure> figures() {
    long rejected = outcome.series().stream().mapToLong(SeriesResult::rejectedRows).sum();
    List<HtmlReport.Figure> figures = new ArrayList<>();
    figures.add(new HtmlReport.Figure("series", count(outcome.series().size())));
    figures.add(new HtmlReport.Figure("rows", count(outcome.rows())));
    figures.add(new HtmlReport.Figure("alarms", count(outcome.alarms())));
    if (rejected > 0) {
      figures.add(new HtmlReport.Figure("rows rejected", count(rejected)));
    }
    return figures;
  }

  private void evidence(HtmlReport page) {
    List<HtmlReport.Entry> rows =
        Arrays.stream(Evidence.values())
            .map(
                kind ->
                    new HtmlReport.Entry(
                        kind.id(),
                        null,
                        new Svg(14, 14).disc(7, 7, 6, Colours.of(kind), null),
                        List.of(kind.meaning(), count(alarms(kind)))))
            .toList();
    page.section("What set them off");
    page.index(List.of("evidence", "", "what it says", "alarms"), rows);
    page.paragraph(READING);
  }

  private long alarms(Evidence kind) {
    return outcome.series().stream()
        .mapToLong(series -> series.alarms().byEvidence().getOrDefault(kind, 0))
        .sum();
  }

  /** Those with alarms first, if not all can be shown. */
  private Set<SeriesResult> shown() {
    Set<SeriesResult> shown = new HashSet<>();
    int curves = 0;
    for (SeriesResult series :
        outcome.series().stream()
            .filter(series -> series.trace().size() > 0)
            .sorted(Comparator.comparing(series -> series.alarms().count() == 0))
            .toList()) {
      curves += TracePicture.curves(series);
      if (curves <= MOST_CURVES || shown.isEmpty()) {
        shown.add(series);
      }
    }
    return shown;
  }

  private void index(HtmlReport page, Set<SeriesResult> shown) {
    page.section("Series");
    if (shown.size() < outcome.series().size()) {
      page.paragraph(
          "Pictures of %,d of the %,d series follow, of those with alarms first; all are in the files."
              .formatted(shown.size(), outcome.series().size()));
    }
    List<HtmlReport.Entry> entries =
        outcome.series().stream()
            .map(
                series ->
                    new HtmlReport.Entry(
                        series.name(),
                        shown.contains(series) ? id(series) : null,
                        Sparkline.of(series),
                        List.of(
                            count(series.rows()),
                            count(series.alarms().count()),
                            series.alarms().evidence())))
            .toList();
    page.index(List.of("series", "", "rows", "alarms", "evidence"), entries);
  }

  private String id(SeriesResult series) {
    return "series-" + outcome.series().indexOf(series);
  }

  private void section(HtmlReport page, SeriesResult series) {
    page.section(series.name(), id(series));
    Svg picture = new TracePicture(series, alarmRate).draw();
    page.drawing(picture, caption(series));
    series
        .rejected()
        .forEach(
            (reason, rejected) ->
                page.paragraph(
                    "%s rows were rejected as %s and have score 0; the first: %s."
                        .formatted(count(rejected.count()), reason, rejected.firstMessage())));
    List<Alarm> alarms = series.alarms().kept();
    if (alarms.isEmpty()) {
      return;
    }
    boolean several = series.channels().size() > 1;
    List<String> header = new ArrayList<>(List.of("alarm at", "rows"));
    if (several) {
      header.add("channel");
    }
    header.addAll(List.of("value", oneLine("as rare as"), "because"));
    page.table(header, alarms.stream().limit(MOST_ALARMS).map(a -> row(series, a)).toList());
    if (series.alarms().count() > MOST_ALARMS) {
      page.paragraph("… and %s more.".formatted(count(series.alarms().count() - MOST_ALARMS)));
    }
  }

  private static String caption(SeriesResult series) {
    String evidence = series.alarms().evidence();
    return "%s rows, %s%s."
        .formatted(
            count(series.rows()),
            series.alarms().count() == 1 ? "1 alarm" : count(series.alarms().count()) + " alarms",
            evidence.isEmpty() ? "" : ": " + evidence);
  }

  private static List<String> row(SeriesResult series, Alarm alarm) {
    List<String> row = new ArrayList<>(List.of(oneLine(alarm.time()), count(alarm.rows())));
    if (series.channels().size() > 1) {
      row.add(alarm.channel() < 0 ? "all" : series.channels().get(alarm.channel()));
    }
    row.add(alarm.channel() < 0 ? "" : alarm.texts()[alarm.channel()]);
    row.add(oneLine(alarm.rarity()));
    row.add(alarm.meaning());
    return row;
  }

  /** With blanks at which no line is broken. */
  private static String oneLine(String text) {
    return text.replace(' ', '\u00a0');
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
