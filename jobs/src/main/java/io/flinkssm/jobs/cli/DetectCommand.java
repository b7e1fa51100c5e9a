package io.flinkssm.jobs.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.jobs.detect.Alarms;
import io.flinkssm.jobs.detect.DetectReport;
import io.flinkssm.jobs.detect.FileDetection;
import io.flinkssm.jobs.detect.ManyFiles;
import io.flinkssm.jobs.detect.SeriesResult;
import io.flinkssm.jobs.io.SeriesCsv;
import io.flinkssm.jobs.report.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Finds anomalies in files, without a model and without training. */
@Command(
    name = "detect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Find anomalies in any numeric series. No model, no training, no labels.",
      "",
      "Every row is compared with what its own series has done before, and with nothing else: no"
          + " row is looked at twice, and none is scored by what comes after it. These are the rules"
          + " of the streaming operator, so a job will say the same of the same rows.",
      "",
      "Input. A CSV file is one series: a header, then a row a sample; separated by commas,"
          + " semicolons or tabs. The first column called `time`, `timestamp`, `datetime` or `date`,"
          + " else the first one with dates, places rows in time (ISO 8601, or seconds since 1970);"
          + " intervals may vary. All other columns are channels of one signal, seen together: leave"
          + " labels out with --ignore. Of a folder, all CSV files are read.",
      "",
      "Output. A row for each row of the input: timestamp, the values as they were read, and"
          + " anomaly_score, 0 … 1: how unusual the row is, said once for each anomaly. A row is an"
          + " alarm where that is at least 1 − alarm rate. A folder gives a folder with the same"
          + " paths. Rows that cannot be placed (late, not finite) score 0; they are counted and the"
          + " first is named.",
      "",
      "Exits with 1 if a file could not be read."
    },
    footer = {
      "",
      "Examples:",
      "  ssm detect --input samples/series/elb_request_count.csv --output scores.csv",
      "  ssm detect --input sensors --output scores --explain --plot report.html",
      "  ssm detect --input pump.csv --ignore label --alarm-rate 0.0001 --output scores.csv"
    })
final class DetectCommand implements Callable<Integer> {
  private static final int SHOWN = 60;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "CSV file, or a folder of them.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "Where scores go: a file if the input is one, else a folder.")
  private Path output;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "NAME",
      description = "Columns to use as channels. Default: all but the times.")
  private List<String> columns = List.of();

  @Option(
      names = "--ignore",
      split = ",",
      paramLabel = "NAME",
      description = "Columns that are no channels, such as labels.")
  private Set<String> ignored = Set.of();

  @Option(
      names = "--alarm-rate",
      paramLabel = "P",
      defaultValue = "0.001",
      description =
          "False alarms to accept, per row of a signal that only does what it always did."
              + " Default: 0.001, one in a thousand.")
  private double alarmRate;

  @Option(
      names = "--refractory",
      paramLabel = "N",
      description =
          "Rows over which an alert fades: meanwhile only what is more unusual gives another."
              + " 0 for none. Default: 400.")
  private Integer refractory;

  @Option(
      names = "--time-scale",
      paramLabel = "SECONDS",
      description =
          "The shortest time that matters, where rows come much faster than anything happens."
              + " Default: the interval of rows.")
  private Double timeScale;

  @Option(
      names = "--calendar",
      negatable = true,
      description =
          "Whether times are wall-clock times, whose time of day may matter. Default: if they"
              + " are after 1980.")
  private Boolean calendar;

  @Option(
      names = "--explain",
      description =
          "Also write the score before the hold, the alarm's state, the strongest evidence with its"
              + " p-value and channel, the p-value of each kind of evidence, and why rows were"
              + " rejected.")
  private boolean explain;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description =
          "Write a page with pictures of the series, their scores and what fired: HTML, in one"
              + " file.")
  private Path plot;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description =
          "Write what was learned of each series by its last row: JSON, to look at. Names may change"
              + " from version to version.")
  private Path state;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    DetectorConfig detector = detector();
    Outputs.check("--plot", plot, spec.commandLine());
    Outputs.check("--state", state, spec.commandLine());
    List<FileDetection.Task> tasks = DetectFiles.find(input, output, spec.commandLine());
    FileDetection detection =
        new FileDetection(
            new FileDetection.Settings(
                new SeriesCsv.Columns(columns, ignored), detector, explain, plot != null));
    Progress progress = Progress.on(spec.commandLine().getErr());
    progress.done("detecting in " + tasks.size() + (tasks.size() == 1 ? " file …" : " files …"));
    ManyFiles.Outcome outcome =
        ManyFiles.run(
            detection,
            tasks,
            (rows, done) ->
                progress.update(
                    String.format(
                        Locale.ROOT, "  %,d rows, %,d of %,d files", rows, done, tasks.size())));
    say(outcome);
    detection
        .neverSeen()
        .forEach(
            name -> spec.commandLine().getErr().println("--ignore " + name + ": no file has it"));
    if (plot != null && !outcome.series().isEmpty()) {
      String title = "Anomalies in " + input.toAbsolutePath().normalize().getFileName();
      new DetectReport(title, outcome, alarmRate).page().write(plot);
      spec.commandLine().getOut().println("pictures: " + plot);
    }
    if (state != null) {
      Map<String, Object> states = new LinkedHashMap<>();
      outcome.series().forEach(series -> states.put(series.name(), series.state()));
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(state.toFile(), states);
    }
    if (outcome.failures().isEmpty()) {
      return 0;
    }
    if (tasks.size() == 1) {
      throw outcome.failures().values().iterator().next();
    }
    outcome
        .failures()
        .forEach((name, failure) -> spec.commandLine().getErr().println(failure.getMessage()));
    throw new Failures.CommandFailed(
        outcome.failures().size() + " of " + tasks.size() + " files could not be scored");
  }

  private DetectorConfig detector() {
    try {
      DetectorConfig config = DetectorConfig.of(1).withAlarmRate(alarmRate);
      if (refractory != null) {
        config = config.withRefractorySamples(refractory);
      }
      if (timeScale != null) {
        config = config.withShortestScaleSeconds(timeScale);
      }
      if (calendar != null) {
        config =
            config.withCalendar(
                calendar ? DetectorConfig.Calendar.ON : DetectorConfig.Calendar.OFF);
      }
      return config;
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private void say(ManyFiles.Outcome outcome) {
    PrintWriter out = spec.commandLine().getOut();
    TextTable table =
        new TextTable("series", "rows", "alarms", "first", "last", "evidence that set them off");
    for (SeriesResult series : outcome.series().stream().limit(SHOWN).toList()) {
      Alarms alarms = series.alarms();
      table.row(
          series.name(),
          String.format(Locale.ROOT, "%,d", series.rows()),
          alarms.count(),
          alarms.count() == 0 ? "" : alarms.kept().get(0).time(),
          alarms.count() == 0 ? "" : alarms.last().time(),
          alarms.evidence());
    }
    out.print(table);
    if (outcome.series().size() > SHOWN) {
      out.println("  … and " + (outcome.series().size() - SHOWN) + " more");
    }
    for (SeriesResult series : outcome.series()) {
      series
          .rejected()
          .forEach(
              (reason, rejected) ->
                  out.printf(
                      Locale.ROOT,
                      "%s: %,d rows rejected, %s: %s%n",
                      series.name(),
                      rejected.count(),
                      reason,
                      rejected.firstMessage()));
    }
    out.printf(
        Locale.ROOT,
        "%,d alarms in %,d rows of %,d series; scores written to %s%n",
        outcome.alarms(),
        outcome.rows(),
        outcome.series().size(),
        output);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
