package io.flinkssm.jobs.demo;

import io.flinkssm.detect.Evidence;
import io.flinkssm.jobs.report.HtmlReport;
import io.flinkssm.jobs.report.TextTable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What the report says of the heart. */
final class EcgSection {

  private final EcgResult result;
  private final List<EcgResult.Alarm> alarms;

  EcgSection(EcgResult result) {
    this.result = result;
    this.alarms = result.alarms();
  }

  /** Such as {@code "34, of which 31 in odd beats"}. */
  static String inWords(EcgResult result) {
    return result.alarms().size() + ", of which " + result.alarmsInOddBeats() + " in odd beats";
  }

  void addTo(HtmlReport page) {
    page.section("A heart, watched without a model")
        .paragraph(
            String.format(
                Locale.ROOT,
                "Beside the digits, %.0f minutes of an electrocardiogram went through topics of"
                    + " their own at %.0f times their speed (MIT-BIH record 208, 360 Hz, one lead)."
                    + " Nothing was trained, set or told beforehand: from the first sample on, the"
                    + " detection job learned what is usual from this signal alone, and scored each"
                    + " of the %,d samples. Median latency was %s ms.",
                result.ecg().signal().seconds() / 60,
                result.speed(),
                result.scores().size(),
                DemoSummary.millis(result.latencyMicros().getValueAtPercentile(50) / 1000.0)))
        .paragraph(
            String.format(
                Locale.ROOT,
                "Cardiologists have annotated %d beats as odd: ventricular beats come early and"
                    + " wide, from the wrong place; fusion beats are between these and normal ones."
                    + " The detector does not know of that. Of its %d alarms, %d lie in odd beats,"
                    + " which take up %.0f %% of the time. As odd beats become frequent, later in"
                    + " the recording, they become what is usual; baseline jumps, torn electrodes"
                    + " and noise are anomalies of the signal too, though not of the heart. This is"
                    + " a demonstration, not a medical device.",
                result.ecg().oddBeats().size(),
                alarms.size(),
                result.alarmsInOddBeats(),
                100 * result.shareOfOddBeats()));
    TextTable table = byEvidence();
    page.table(table.header(), table.rows());
  }

  /** What set alarms off, and where. */
  private TextTable byEvidence() {
    TextTable table =
        new TextTable(
            "alarms set off by", "ventricular", "fusion", "other odd", "elsewhere", "all");
    Arrays.stream(Evidence.values())
        .filter(e -> alarms.stream().anyMatch(alarm -> alarm.evidence() == e))
        .forEach(e -> row(table, e.id() + ": " + e.meaning(), a -> a.evidence() == e));
    row(table, "all", alarm -> true);
    return table;
  }

  private void row(TextTable table, String name, Predicate<EcgResult.Alarm> which) {
    List<String> beats =
        alarms.stream()
            .filter(which)
            .map(alarm -> alarm.beat() == null ? "" : alarm.beat().kind())
            .toList();
    table.row(
        name,
        beats.stream().filter("V"::equals).count(),
        beats.stream().filter("F"::equals).count(),
        beats.stream().filter(b -> !b.isEmpty() && !"VF".contains(b)).count(),
        beats.stream().filter(String::isEmpty).count(),
        beats.size());
  }
}
