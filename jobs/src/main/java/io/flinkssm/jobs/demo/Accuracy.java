package io.flinkssm.jobs.demo;

import static java.util.Comparator.comparing;

import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.stream.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** How many clips were named correctly: overall, and by sampling rate and gain. */
final class Accuracy {

  private static final int MAX_MISSES = 40;

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

  /** What was misheard, such as {@code "three"} as {@code "two"}; at most {@value #MAX_MISSES}. */
  TextTable misses() {
    TextTable table = new TextTable("said", "heard", "sampling rate", "gain", "probability");
    result.clips().stream()
        .filter(clip -> !result.correct(clip))
        .sorted(comparing(Clip::label).thenComparing(Clip::rates).thenComparing(Clip::gainDecibels))
        .limit(MAX_MISSES)
        .forEach(
            clip -> {
              Score heard = result.last(clip);
              double best = Arrays.stream(heard.probabilities()).max().orElse(Double.NaN);
              table.row(
                  clip.label(),
                  heard.label(),
                  clip.rates(),
                  String.format(Locale.ROOT, "%+.0f dB", clip.gainDecibels()),
                  String.format(Locale.ROOT, "%.2f", best));
            });
    return table;
  }

  private String count(Predicate<Clip> which) {
    List<Clip> some = result.clips().stream().filter(which).toList();
    return some.isEmpty()
        ? "–"
        : some.stream().filter(result::correct).count() + " / " + some.size();
  }
}
