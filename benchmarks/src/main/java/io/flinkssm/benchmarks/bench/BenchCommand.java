package io.flinkssm.benchmarks.bench;

import io.flinkssm.jobs.cli.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the table of performance targets. */
@Command(
    name = "ssm bench",
    mixinStandardHelpOptions = true,
    version = "flink-ssm 0.1.0-SNAPSHOT",
    sortOptions = false,
    description = {
      "Measure every performance target beside its reference, and say which are met.",
      "",
      "Each section runs in a JVM of its own. Rows are printed as they are measured; the page"
          + " report.html adds plots and how to read them, table.md and results.json hold everything. Ratios"
          + " are medians over interleaved batches, with quartiles in brackets: they bear some"
          + " noise, but a quiet machine is better.",
      "",
      "Some rows compare with the same arithmetic in C, compiled here with $CC, cc, gcc or clang;"
          + " without a compiler they are left out."
    },
    footer = {
      "",
      "Examples:",
      "  ssm bench",
      "  ssm bench --quick",
      "  ssm bench --only scan,s4d --output before-my-change",
      "  ssm bench --only detect,alarms,nab,skab --nab ~/NAB --skab ~/SKAB",
      "",
      "Exit codes: 0 all sections ran, whatever their figures; 1 a section failed; 2 wrong usage."
    })
public final class BenchCommand implements Callable<Integer> {

  @Option(
      names = "--quick",
      description = "Shorter runs and fewer points: 5 minutes instead of 25, more noise.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "SECTION",
      split = ",",
      completionCandidates = Sections.Names.class,
      description = "Run these sections only, of: ${COMPLETION-CANDIDATES}.")
  private List<String> only = Sections.names();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Folder for report.html, table.md, results.json and logs. Default: benchmarks/target/bench in the"
              + " project.")
  private Path output;

  @Option(
      names = "--nab",
      paramLabel = "DIR",
      description =
          "Folder of the Numenta Anomaly Benchmark, for the section nab: data/<category>/<file>.csv and"
              + " labels/windows.json or labels/combined_windows.json. Without it the section is skipped.")
  private Path nab;

  @Option(
      names = "--skab",
      paramLabel = "DIR",
      description =
          "Folder of the Skoltech Anomaly Benchmark, for the section skab: data/valve1, data/valve2,"
              + " data/other. Without it the section is skipped.")
  private Path skab;

  @Spec private CommandSpec spec;

  private BenchCommand() {}

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    System.exit(commandLine().execute(args));
  }

  /** The parser, for {@link #main} and for tests. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new BenchCommand());
    commandLine.setUsageHelpWidth(100);
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    commandLine.setParameterExceptionHandler(
        (exception, args) -> {
          PrintWriter err = exception.getCommandLine().getErr();
          err.println("ssm bench: " + exception.getMessage());
          err.println("Try `ssm bench --help`.");
          return CommandLine.ExitCode.USAGE;
        });
    return commandLine;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Section> sections = sections();
    Path folder = output == null ? defaultOutput() : output.toAbsolutePath();
    Path work = Files.createDirectories(folder.resolve("work"));
    PrintWriter out = spec.commandLine().getOut();
    Progress progress =
        new Progress(spec.commandLine().getErr(), Boolean.getBoolean("ssm.terminal"));
    Settings settings = new Settings(quick, work, folder("--nab", nab), folder("--skab", skab));
    Collected collected = new Collected(out, progress);
    Machine machine = Machine.here();
    for (Section section : sections) {
      out.println("\n" + section.title());
      long start = System.nanoTime();
      SectionProcess.run(section, settings, message -> collected.take(section, message));
      out.printf("  (%.0f s)%n", (System.nanoTime() - start) / 1e9);
    }
    Results results = collected.results(machine, quick);
    results.write(folder.resolve("results.json"));
    MarkdownTable.write(results, folder.resolve("table.md"));
    ReportPage.of(results).write(folder.resolve("report.html"));
    out.printf(
        "%n%d targets met, %d missed; %s%n",
        results.met(Row.Met.YES), results.met(Row.Met.NO), folder.resolve("report.html"));
    out.flush();
    return results.failures().isEmpty() ? 0 : 1;
  }

  private List<Section> sections() {
    List<Section> sections = new ArrayList<>();
    for (String name : only) {
      try {
        sections.add(Sections.named(name));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--only: " + e.getMessage(), e);
      }
    }
    return sections;
  }

  private Path folder(String option, Path path) {
    if (path != null && !Files.isDirectory(path)) {
      throw new ParameterException(
          spec.commandLine(), option + " " + path + " is not a folder; expected one with data/");
    }
    return path == null ? null : path.toAbsolutePath();
  }

  private static Path defaultOutput() {
    return Path.of(System.getProperty("ssm.home", ".")).resolve("benchmarks/target/bench");
  }
}
