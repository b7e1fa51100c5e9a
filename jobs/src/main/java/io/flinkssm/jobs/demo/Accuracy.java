package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.report.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** How many clips were named correctly: overall, and by sampling rate and gain. */
final class Accuracy {

  private final DemoResult result;

  Accuracy(DemoResult result) {
    this.result = result;
  }

  /** Such as {@code "152 / 160 (95.0 %)"}. */
  String overall() {
    long correct = result.clips().stream().filter(result::correct).count();
    return correct
        + " / "
        + result.clips().size()
        + String.format(Locale.ROOT, " (%.1f %%)", 100.0 * correct / result.clips().size());
  }

  /** One row a sampling rate, one column a gain, and the sums. */
  TextTable table() {
    List<Double> gains =
        result.clips().stream().map(Clip::gainDecibels).distinct().sorted().toList();
    List<String> header = new ArrayList<>(List.of("sampling rate"));
    gains.forEach(gain -> header.add(String.format(Locale.ROOT, "%+.0f dB", gain)));
    header.add("all");
    TextTable table = new TextTable(header.toArray(new String[0]));
    for (String rates : result.clips().stream().map(Clip::rates).distinct().sorted().toList()) {
      List<String> row = new ArrayList<>(List.of(rates));
      for (double gain : gains) {
        row.add(count(c -> c.rates().equals(rates) && c.gainDecibels() == gain));
      }
      row.add(count(c -> c.rates().equals(rates)));
      table.row(row.toArray());
    }
    return table;
  }

  /** What was misheard, such as {@code "three" as "two"}. */
  TextTable misses() {
    TextTable table = new TextTable("said", "heard", "sampling rate", "gain", "probability");
    for (Clip clip : result.clips()) {
      if (!result.correct(clip)) {
        double[] probabilities = result.last(clip).probabilities();
        double best = 0;
        for (double p : probabilities) {
          best = Math.max(best, p);
        }
        table.row(
            clip.label(),
            result.last(clip).label(),
            clip.rates(),
            String.format(Locale.ROOT, "%+.0f dB", clip.gainDecibels()),
            String.format(Locale.ROOT, "%.2f", best));
      }
    }
    return table;
  }

  private String count(Predicate<Clip> which) {
    List<Clip> some = result.clips().stream().filter(which).toList();
    return some.isEmpty()
        ? "–"
        : some.stream().filter(result::correct).count() + " / " + some.size();
  }
}
