package io.flinkssm.jobs.demo;

import io.flinkssm.jobs.io.Signal;
import io.flinkssm.jobs.report.HtmlReport;
import io.flinkssm.jobs.report.KernelPlot;
import io.flinkssm.jobs.report.Plots;
import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.stream.Score;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** The demo's result as a page with pictures. */
public final class DemoReport {

  /** Kernels are drawn over this long. */
  private static final double KERNEL_SECONDS = 0.1;

  /** Unlike those of the labels that lead. */
  private static final int SWITCH_COLOUR = 10;

  private final DemoResult result;
  private final SequenceModel model;
  private final DemoSummary summary;

  public DemoReport(DemoResult result, SequenceModel model) {
    this.result = result;
    this.model = model;
    this.summary = new DemoSummary(result);
  }

  /** The page. */
  public HtmlReport page() {
    ModelInfo info = model.info();
    HtmlReport page = new HtmlReport("Spoken digits and a heart, scored as they arrive");
    page.paragraph(
        String.format(
            Locale.ROOT,
            "%d keys played %d frames of 20 ms into a Kafka topic; a Flink job scored every frame"
                + " with %s %s (%s, %d parameters, native rate %.0f Hz) and wrote the running"
                + " probabilities to another topic. For each key Flink keeps the model's state and"
                + " nothing else: no window is stored, and no sample is looked at twice.",
            result.clips().size(),
            result.frames(),
            info.name(),
            info.version(),
            info.architecture(),
            info.parameters(),
            info.sampleRateHz()));
    page.figures(summary.figures());
    accuracy(page);
    example(page, result.clips().stream().filter(c -> !c.changesRate()).findFirst(), "One key");
    example(
        page,
        result.clips().stream().filter(Clip::changesRate).findFirst(),
        "A key that changes its sampling rate");
    release(page);
    latency(page);
    rescored(page);
    kernels(page);
    new EcgSection(result.ecg()).addTo(page);
    return page;
  }

  private void accuracy(HtmlReport page) {
    page.section("Accuracy")
        .paragraph(
            "The last score of each key against what is said. The recordings are 8 kHz; 4 and 2 kHz"
                + " keep every second or fourth sample, so that at 2 kHz everything above 1 kHz"
                + " folds down. One set of weights serves all rates: only the step size changes."
                + " It is one voice, which the model was not trained on; one clip is one count.");
    table(page, summary.accuracy().table());
    TextTable misses = summary.accuracy().misses();
    if (!misses.rows().isEmpty()) {
      page.paragraph("What was misheard, and how sure the model was of it:");
      table(page, misses);
    }
  }

  private static void table(HtmlReport page, TextTable table) {
    page.table(table.header(), table.rows());
  }

  private void example(HtmlReport page, Optional<Clip> example, String heading) {
    if (example.isEmpty()) {
      return;
    }
    Clip clip = example.get();
    String name = String.format(Locale.ROOT, "“%s” at %s", clip.label(), clip.rates());
    page.section(heading)
        .picture(
            Plots.lines(
                "Signal: " + name, "seconds", "sample (16-bit units)", 220, List.of(signal(clip))),
            "The samples of key " + clip.key() + ", as they were sent.")
        .picture(
            Plots.lines(
                "Running probabilities: " + name, "seconds", "probability", 320, tracks(clip)),
            "Probabilities after each frame, for the classes that led at some time or came close."
                + " The state space has heard everything since the clip's first sample.");
  }

  private void release(HtmlReport page) {
    LiveRelease release = result.release();
    List<Clip> crossing = release.crossing(result.clips());
    page.section("A model released while it plays")
        .paragraph(
            String.format(
                Locale.ROOT,
                "Half way, version %s took over from version %s: the same network with its logits"
                    + " divided by %.0f, announced on a control topic while the job ran. The switch"
                    + " is at an event time, so it falls on the same sample however often the"
                    + " stream is replayed. %d keys were in the middle of a word; the release says"
                    + " that their state is kept, so they lost nothing of what they had heard.",
                release.to(),
                release.from(),
                SecondVersion.TEMPERATURE,
                crossing.size()));
    TextTable versions = new TextTable("version", "scores", "last scores of keys");
    for (String version : List.of(release.from(), release.to())) {
      long all =
          result.scores().values().stream()
              .flatMap(List::stream)
              .filter(s -> s.modelVersion().equals(version))
              .count();
      long last =
          result.clips().stream()
              .filter(c -> result.last(c).modelVersion().equals(version))
              .count();
      versions.row(version, all, last);
    }
    table(page, versions);
    if (!crossing.isEmpty()) {
      Clip clip = crossing.get(crossing.size() / 2);
      double seconds = (release.atMicros() - clip.startMicros()) / 1e6;
      List<Plots.Line> lines = new ArrayList<>(tracks(clip));
      lines.add(
          new Plots.Line(
              "release", new double[] {seconds, seconds}, new double[] {0, 1}, SWITCH_COLOUR));
      page.picture(
          Plots.lines(
              "Running probabilities: “" + clip.label() + "” at " + clip.rates(),
              "seconds",
              "probability",
              320,
              lines),
          "A key in the middle of a word: from the upright line on it is scored by the new version,"
              + " which is less sure of itself.");
    }
  }

  private void rescored(HtmlReport page) {
    Rescored rescored = result.rescored();
    page.section("Rescored")
        .paragraph(
            String.format(
                Locale.ROOT,
                "The rescoring job went over all words that were played in Flink's batch mode: whole"
                    + " words at once, by Fourier transforms, each with the version in force at its"
                    + " end. %,d streaming scores of that version were compared with it; the largest"
                    + " difference of a logit was %.1e, in float32.",
                rescored.compared(),
                rescored.divergence()))
        .picture(
            Plots.bars(
                "Difference between streaming and rescoring",
                "largest difference of a logit within a word",
                "words",
                300,
                Rescored.DECADES,
                rescored.byDecade()),
            "Words by the largest difference over their scores.");
  }

  private static Plots.Line signal(Clip clip) {
    double[] x = new double[clip.samples()];
    double[] y = new double[clip.samples()];
    double seconds = 0;
    int at = 0;
    for (Signal part : clip.parts()) {
      for (int i = 0; i < part.length(); i++) {
        x[at] = seconds + i / part.sampleRateHz();
        y[at++] = part.samples()[i];
      }
      seconds += part.seconds();
    }
    return new Plots.Line(clip.key(), x, y, 0);
  }

  private List<Plots.Line> tracks(Clip clip) {
    List<Score> scores = result.scores().get(clip.key());
    double[] x =
        scores.stream().mapToDouble(s -> (s.timeMicros() - clip.startMicros()) / 1e6).toArray();
    List<Plots.Line> lines = new ArrayList<>();
    for (int c = 0; c < model.info().labels().size(); c++) {
      int label = c;
      double[] y = scores.stream().mapToDouble(s -> s.probabilities()[label]).toArray();
      if (Arrays.stream(y).max().orElse(0) > 0.15) {
        lines.add(new Plots.Line(model.info().labels().get(c), x, y, c));
      }
    }
    return lines;
  }

  private void latency(HtmlReport page) {
    Histogram histogram = result.latencyMicros();
    List<String> bins = new ArrayList<>();
    List<Double> counts = new ArrayList<>();
    double step = niceStep(result.latencyMillis(99.5) / 40);
    for (double from = 0; from <= result.latencyMillis(99.5); from += step) {
      bins.add(String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", from));
      long low = Math.round(from * 1000);
      long high = Math.round((from + step) * 1000) - 1;
      counts.add((double) histogram.getCountBetweenValues(low, high));
    }
    page.section("Latency")
        .paragraph(
            "From handing a frame to the producer to reading the score of its last sample: two"
                + " ways through Kafka, and Flink between them. Broker, cluster, producer and"
                + " consumer share this machine's cores. Flink's buffer timeout is 5 ms.")
        .table(
            List.of("percentile", "50", "90", "99", "99.9", "largest"),
            List.of(
                List.of(
                    "milliseconds", millis(50), millis(90), millis(99), millis(99.9), millis(100))))
        .picture(
            Plots.bars(
                "Latency from producer to score",
                "milliseconds",
                "frames",
                300,
                bins,
                counts.stream().mapToDouble(Double::doubleValue).toArray()),
            "Frames by latency; the slowest half percent is not drawn.");
  }

  private String millis(double percentile) {
    return DemoSummary.millis(result.latencyMillis(percentile));
  }

  /** The next of 1, 2, 5 times a power of ten, at least 0.1. */
  private static double niceStep(double atLeast) {
    double power = 0.1;
    while (true) {
      for (int factor : new int[] {1, 2, 5}) {
        if (power * factor >= atLeast) {
          return power * factor;
        }
      }
      power *= 10;
    }
  }

  private void kernels(HtmlReport page) {
    if (model.stateSpaces().isEmpty()) {
      return;
    }
    StateSpaceLayer layer = model.stateSpaces().get(0);
    double rate = model.info().sampleRateHz() / layer.stride();
    int taps = (int) Math.ceil(KERNEL_SECONDS * rate);
    page.section("What the first layer listens for")
        .paragraph(
            "A state space layer is a convolution with kernels that need not be stored: the"
                + " recurrence computes the same function one sample at a time.")
        .picture(
            KernelPlot.png(
                layer.name(),
                layer.system().kernel(1, taps),
                layer.system().channels(),
                taps,
                1 / rate),
            "Each line is the response of one channel to an impulse.");
  }
}
