package io.flinkssm.jobs.demo;

import io.flinkssm.detect.Evidence;
import io.flinkssm.flink.DetectionOptions;
import io.flinkssm.jobs.detect.TracePicture;
import io.flinkssm.jobs.report.HtmlReport;
import io.flinkssm.jobs.report.Svg;
import io.flinkssm.jobs.report.TextTable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What the report says of the heart. */
final class EcgSection {

  /** Shown closely: this long before and after an alarm. */
  private static final double CLOSE_UP_SECONDS = 5;

  /** Until a detector has seen enough heartbeats to know them. */
  private static final int NEW_SECONDS = 10;

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
                    + " which take up %.0f %% of the time; %d of the others fell in the first %d"
                    + " seconds, when everything is new. What becomes frequent becomes usual, so"
                    + " later odd beats surprise less than the first ones; and baseline jumps and"
                    + " noise are anomalies of the signal too, though not of the heart. This is a"
                    + " demonstration, not a medical device.",
                result.ecg().oddBeats().size(),
                alarms.size(),
                result.alarmsInOddBeats(),
                100 * result.shareOfOddBeats(),
                alarms.stream().filter(a -> a.beat() == null && seconds(a) < NEW_SECONDS).count(),
                NEW_SECONDS));
    page.drawing(
        picture(0, result.scores().size()),
        "The whole recording with its alarms, how rare each sample is by its score, which evidence"
            + " fired, and the beats that annotators saw as odd. The pointer shows the words.");
    TextTable table = byEvidence();
    page.table(table.header(), table.rows());
    alarms.stream()
        .filter(alarm -> alarm.beat() != null && alarm.beat().kind().equals("V"))
        .max(Comparator.comparingInt(this::silenceBefore))
        .ifPresent(alarm -> closeUp(page, alarm));
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

  private double seconds(EcgResult.Alarm alarm) {
    return alarm.sample() / result.ecg().signal().sampleRateHz();
  }

  /** Samples since the alarm before. */
  private int silenceBefore(EcgResult.Alarm alarm) {
    int i = alarms.indexOf(alarm);
    return alarm.sample() - (i == 0 ? 0 : alarms.get(i - 1).sample());
  }

  private void closeUp(HtmlReport page, EcgResult.Alarm alarm) {
    double rate = result.ecg().signal().sampleRateHz();
    int from = (int) Math.max(0, alarm.sample() - CLOSE_UP_SECONDS * rate);
    int to = (int) Math.min(result.scores().size(), alarm.sample() + CLOSE_UP_SECONDS * rate);
    page.drawing(
        picture(from, to),
        "Closely: the alarm in a ventricular beat that came after the longest time without alarms.");
  }

  private Svg picture(int from, int to) {
    List<TracePicture.Mark> odd =
        result.ecg().oddBeats().stream()
            .filter(beat -> beat.sample() >= from && beat.sample() < to)
            .map(beat -> new TracePicture.Mark(timeOf(beat), meaning(beat)))
            .toList();
    double alarmRate = DetectionOptions.ALARM_RATE.defaultValue();
    return new TracePicture(result.series(from, to), alarmRate).mark("odd beats", odd).draw();
  }

  private long timeOf(Ecg.Beat beat) {
    return result.scores().get(beat.sample()).timeMicros();
  }

  private static String meaning(Ecg.Beat beat) {
    return switch (beat.kind()) {
      case "V" -> "ventricular beat";
      case "F" -> "fusion beat";
      default -> "beat that cannot be classified";
    };
  }
}
