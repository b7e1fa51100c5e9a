package io.flinkssm.jobs.cli;

import io.flinkssm.flink.RescoringOptions;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmScoring;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.RescoringJob;
import io.flinkssm.jobs.RescoringJobOptions;
import io.flinkssm.jobs.compare.CompareReport;
import io.flinkssm.jobs.compare.Comparison;
import io.flinkssm.jobs.compare.RescoreBoth;
import io.flinkssm.jobs.local.FrameFiles;
import io.flinkssm.jobs.local.LocalCluster;
import io.flinkssm.jobs.local.LocalScoring;
import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.ScoringConfig.Ordering;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Rescores the same signals with two models and sets the results side by side. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Rescore the same signals with two models, side by side.",
      "",
      "Runs the rescoring operator with both models over files, or over a range of a frames topic,"
          + " as one Flink batch job in this process: how often the labels agree, which labels of A"
          + " become which of B, and how far scores move. The models may differ in anything but"
          + " their input; bidirectional ones are welcome."
    },
    footer = {
      "",
      "Examples:",
      "  ssm compare --a models/spoken-digits-s4d --b my-model --input samples/digits",
      "  ssm compare --a pump-7 --b pump-8 --kafka.bootstrap-servers kafka:9092 \\",
      "      --from 2026-01-30T00:00:00Z --to 2026-01-31T00:00:00Z --output pumps.html"
    })
final class CompareCommand implements Callable<Integer> {
  private static final int CHUNK = 1600;

  @Option(
      names = "--a",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the first model, such as the version in use.")
  private Path a;

  @Option(
      names = "--b",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the second model, such as the version to come.")
  private Path b;

  @ArgGroup(multiplicity = "1")
  private Source source;

  /** Where signals come from. */
  static final class Source {
    @Option(
        names = "--input",
        paramLabel = "PATH",
        description = "WAV or CSV file, or a folder of them.")
    private Path input;

    @Option(
        names = "--kafka.bootstrap-servers",
        paramLabel = "HOSTS",
        description = "Brokers with a frames topic; see -D for its name and all else.")
    private String bootstrapServers;
  }

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Kafka time stamp of the first records, as in 2026-01-31T10:00:00Z. Default: the earliest.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Kafka time stamp to end before. Default: what the topic holds now.")
  private String to;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "compare.html",
      description = "The report. Default: compare.html.")
  private Path output;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "Set an option of rescoring (docs/rescoring-options.md), of the rules of scoring"
              + " (docs/options.md), of the topics (docs/job-options.md) or of Flink, such as"
              + " -D rescore.window.kind=tumbling.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    ModelInfo infoA = Models.read(a, spec.commandLine()).info();
    ModelInfo infoB = Models.read(b, spec.commandLine()).info();
    Outputs.check("--output", output, spec.commandLine());
    Configuration config = configuration();
    PrintWriter out = spec.commandLine().getOut();
    Progress.on(spec.commandLine().getErr())
        .done("rescoring with both models on a Flink cluster in this process …");
    RescoreBoth.Results results;
    try (LocalCluster cluster = LocalCluster.create()) {
      StreamExecutionEnvironment env =
          cluster.environment(Runtime.getRuntime().availableProcessors(), config);
      results = RescoreBoth.run(frames(env, config, infoA, infoB), config, uri(a), uri(b));
    }
    Comparison comparison = Comparison.of(infoA, infoB, results.a(), results.b());
    CompareReport.of(comparison).write(output);
    print(out, comparison);
    results.rejected().forEach((message, count) -> out.println(count + " rejected by " + message));
    out.println("report written to " + output);
    return comparison.windows() == 0 ? 1 : 0;
  }

  private Configuration configuration() {
    Configuration config = Configuration.fromMap(options);
    config.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    // In batch mode frames come by milliseconds, which may hold several.
    config.set(ScoringOptions.ORDERING, Ordering.SORTED);
    if (source.bootstrapServers != null) {
      config.set(JobOptions.BOOTSTRAP_SERVERS, source.bootstrapServers);
      config.set(JobOptions.STARTING_OFFSETS, JobOptions.StartingOffsets.EARLIEST);
      config.set(JobOptions.STOP_AT_END, true);
      if (from != null) {
        config.set(RescoringJobOptions.FROM, from);
      }
      if (to != null) {
        config.set(RescoringJobOptions.TO, to);
      }
    } else if (from != null || to != null) {
      throw usage("--from and --to are for a topic; leave them out with --input");
    }
    if (config.get(RescoringOptions.WINDOW_SIZE) < 1) {
      throw usage("-D " + RescoringOptions.WINDOW_SIZE.key() + ": expected at least 1");
    }
    return config;
  }

  private DataStream<Frame> frames(
      StreamExecutionEnvironment env, Configuration config, ModelInfo infoA, ModelInfo infoB)
      throws IOException {
    if (source.bootstrapServers != null) {
      return RescoringJob.frames(env, config);
    }
    List<Path> files = files(source.input);
    FrameFiles reader = new FrameFiles(source.input, List.of(), null, infoA.sampleRateHz(), CHUNK);
    reader.check(files, infoA);
    reader.check(files, infoB);
    return LocalScoring.frames(env, files, reader)
        .assignTimestampsAndWatermarks(SsmScoring.watermarks(config));
  }

  private List<Path> files(Path input) throws IOException {
    try (Stream<Path> all = Files.walk(input)) {
      List<Path> files = all.filter(FrameFiles::understands).sorted().toList();
      if (files.isEmpty()) {
        throw usage("--input " + input + ": no .wav or .csv files there");
      }
      return files;
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "--input " + input + ": no such file or folder", e);
    }
  }

  private static void print(PrintWriter out, Comparison c) {
    out.println("A: " + c.a().name() + " " + c.a().version());
    out.println("B: " + c.b().name() + " " + c.b().version());
    out.println(
        c.windows()
            + " windows scored by both, "
            + c.onlyA()
            + " by A only, "
            + c.onlyB()
            + " by B only");
    if (c.classifies() && c.windows() > 0) {
      out.printf(
          Locale.ROOT,
          "%d of them (%.2f %%) have the same label%n",
          c.agreeing(),
          100.0 * c.agreeing() / c.windows());
    }
    TextTable table = new TextTable("score", "mean B − A", "5 %", "median", "95 %");
    for (Comparison.Shift shift : c.shifts()) {
      table.row(
          shift.name(),
          number(shift.mean()),
          number(shift.quantile(0.05)),
          number(shift.quantile(0.5)),
          number(shift.quantile(0.95)));
    }
    out.print(table);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String uri(Path directory) {
    return directory.toAbsolutePath().toUri().toString();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
