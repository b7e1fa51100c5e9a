package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.report.HtmlReport.Figure;
import java.util.List;
import java.util.Locale;

/** The demo's figures in words: the same for the terminal and for the report. */
public final class DemoSummary {

  /** A median above this means that frames were queueing. */
  private static final double OVERLOAD_MILLIS = 2000;

  private final DemoResult result;
  private final Accuracy accuracy;

  public DemoSummary(DemoResult result) {
    this.result = result;
    this.accuracy = new Accuracy(result);
  }

  List<Figure> figures() {
    return List.of(
        new Figure("digits named correctly", accuracy.overall()),
        new Figure(
            "samples per second, as played", format("%,.0f", result.samples() / result.seconds())),
        new Figure(
            "frames per second, as played", format("%,.0f", result.frames() / result.seconds())),
        new Figure("latency, median", millis(result.latencyMillis(50)) + " ms"),
        new Figure("latency, 99th percentile", millis(result.latencyMillis(99)) + " ms"),
        new Figure(
            "largest difference, stream to convolution",
            format("%.1e", result.rescored().divergence())),
        new Figure("alarms in five minutes of a heart", EcgSection.inWords(result.ecg())));
  }

  /** For the terminal. */
  public String text() {
    StringBuilder out = new StringBuilder("\naccuracy (last score of each key)\n");
    out.append(accuracy.table());
    out.append(
        format(
            "%nplayed      %,d frames, %,d samples, %d keys in %.1f s%n",
            result.frames(), result.samples(), result.clips().size(), result.seconds()));
    out.append(
        format(
            "throughput  %,.0f samples/s, %,.0f frames/s, at the pace of playing (see --speed)%n",
            result.samples() / result.seconds(), result.frames() / result.seconds()));
    out.append(
        format(
            "latency     %s ms median, %s ms p99, from producer to score through Kafka%n",
            millis(result.latencyMillis(50)), millis(result.latencyMillis(99))));
    if (result.latencyMillis(50) > OVERLOAD_MILLIS) {
      out.append("            this machine could not keep up; try --speed 0.5, or fewer --keys\n");
    }
    out.append(
        format(
            "release     version %s took over from %s half way, in the middle of %d words%n",
            result.release().to(),
            result.release().from(),
            result.release().crossing(result.clips()).size()));
    out.append(
        format(
            "two views   largest difference of streamed and convolved logits %.1e (%,d scores)%n",
            result.rescored().divergence(), result.rescored().compared()));
    out.append(
        format(
            "heart       %,d samples watched without a model; alarms: %s%n",
            result.ecg().scores().size(), EcgSection.inWords(result.ecg())));
    return out.toString();
  }

  Accuracy accuracy() {
    return accuracy;
  }

  /** Milliseconds with one decimal, or none from 100 ms. */
  static String millis(double milliseconds) {
    return format(milliseconds < 100 ? "%.1f" : "%.0f", milliseconds);
  }

  private static String format(String format, Object... args) {
    return String.format(Locale.ROOT, format, args);
  }
}
