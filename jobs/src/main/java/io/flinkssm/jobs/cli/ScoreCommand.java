package io.flinkssm.jobs.cli;

import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.JobArguments;
import io.flinkssm.jobs.io.ScoreWriter;
import io.flinkssm.jobs.local.FrameFiles;
import io.flinkssm.jobs.local.LocalScoring;
import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Scores files with the streaming operator, on a Flink cluster in this process. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Score recordings or tables with the streaming operator.",
      "",
      "Runs the same Flink operator as the streaming job, on a cluster in this process, so that"
          + " what you see here is what the job will do: gaps, late rows and bad values included.",
      "",
      "Input. Each WAV file is one key and one segment; the key is its name, or its path in the"
          + " folder. A CSV file has a header and one row a sample; a column `key` tells signals"
          + " apart, a column `time`, `timestamp` or `datetime` places each row in time (ISO 8601,"
          + " or seconds since 1970), and all other columns are channels. Rows with a time are"
          + " scored one by one, whatever --chunk says.",
      "",
      "Output. One score for each chunk. key; time of its last sample and segment_start (UTC;"
          + " recordings without times begin in 1970); position, the samples per channel since"
          + " segment_start; sample_rate_hz; label, the most probable class; p_CLASS,"
          + " probabilities; out_CLASS or out_0 …, the network's outputs (logits of a classifier);"
          + " end_of_segment, true for a segment's last score; model and model_version. Scores of"
          + " one key are in order, keys are mixed.",
      "",
      "Exits with 1 if the operator rejected anything, and says why."
    },
    footer = {
      "",
      "Examples:",
      "  ssm score --model models/spoken-digits-s4d --input samples/digits --output scores.csv",
      "  ssm score --model models/spoken-digits-s4d --input samples/digits/7.wav \\",
      "      --output seven.jsonl --chunk 80",
      "  ssm score --model my-model --input pump.csv --columns pressure,current --rate 1 \\",
      "      -D ssm.gap.policy=hold --output scores.csv"
    })
final class ScoreCommand implements Callable<Integer> {

  private static final int SHOWN = 20;

  /** The operator rejects longer frames. */
  private static final int MAX_CHUNK = ScoringOptions.FRAME_MAX_SAMPLES.defaultValue();

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder with config.json and model.safetensors.")
  private Path directory;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "WAV or CSV file, or a folder of them.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Scores: JSON lines if it ends in .jsonl, else CSV.")
  private Path output;

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      description =
          "Sampling rate of CSV rows. Default: from their times, or else the model's native rate."
              + " WAV files know their own.")
  private Double rateHz;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "NAME",
      description = "CSV columns to use as channels, in the model's order. Default: all.")
  private List<String> columns = List.of();

  @Option(
      names = "--chunk",
      paramLabel = "N",
      defaultValue = "160",
      description = "Samples per frame, and so from one score to the next. Default: 160.")
  private int chunk;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "float32",
      description = "float32 or float64. Default: float32.")
  private String precision;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "Set an option of the operator (docs/options.md) or of Flink, such as"
              + " -D ssm.gap.policy=hold.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    SequenceModel model = Models.read(directory, spec.commandLine());
    ModelInfo info = model.info();
    if (!model.streams()) {
      throw new Failures.CommandFailed(
          "this model cannot be stepped: " + model.whyNotStreaming() + "; use `ssm verify`");
    }
    if (chunk < 1 || chunk > MAX_CHUNK) {
      throw usage("--chunk " + chunk + ": expected 1 … " + MAX_CHUNK);
    }
    if (rateHz != null && !(rateHz > 0 && rateHz < Double.POSITIVE_INFINITY)) {
      throw usage("--rate " + rateHz + ": expected a positive, finite rate in Hz");
    }
    if (!List.of("float32", "float64").contains(precision)) {
      throw usage("--precision " + precision + ": expected float32 or float64");
    }
    checkOptions();
    options.putIfAbsent(ScoringOptions.PRECISION.key(), precision);
    Outputs.check("--output", output, spec.commandLine());
    List<Path> files = files();
    FrameFiles reader = new FrameFiles(input, columns, rateHz, info.sampleRateHz(), chunk);
    long frames = reader.check(files, info);
    String ofFrames = frames < 0 ? "" : String.format(Locale.ROOT, " of %,d frames", frames);
    PrintWriter err = spec.commandLine().getErr();
    Progress progress = Progress.on(err);
    progress.done(
        String.format(
            Locale.ROOT,
            "scoring %d file(s) with %s %s on a Flink cluster in this process …",
            files.size(),
            info.name(),
            info.version()));
    LocalScoring.Summary summary;
    try (ScoreWriter writer = ScoreWriter.open(output, info)) {
      LocalScoring scoring = new LocalScoring(directory, options, reader);
      summary =
          scoring.run(
              files,
              writer,
              (scores, keys) ->
                  progress.update(
                      String.format(
                          Locale.ROOT,
                          "  %,d scores%s, %,d keys finished",
                          scores,
                          ofFrames,
                          keys)));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(finals(summary.last(), info));
    if (summary.last().size() > SHOWN) {
      out.println("  … and " + (summary.last().size() - SHOWN) + " more");
    }
    out.println(summary.scores() + " scores written to " + output);
    summary
        .rejected()
        .forEach(
            (reason, rejected) ->
                out.println(
                    rejected.count() + " rejected, " + reason + ": " + rejected.firstMessage()));
    if (!summary.rejected().isEmpty()) {
      out.println("what is rejected is decided by options, set with -D ssm.…: see docs/options.md");
      return 1;
    }
    return 0;
  }

  private void checkOptions() {
    String[] pairs =
        options.entrySet().stream()
            .map(option -> "-D" + option.getKey() + "=" + option.getValue())
            .toArray(String[]::new);
    try {
      JobArguments.parse(pairs, ScoringOptions.all());
    } catch (IllegalArgumentException e) {
      throw usage("-D: " + e.getMessage());
    }
  }

  private static TextTable finals(List<Score> last, ModelInfo info) {
    boolean classes = info.task() == ModelInfo.Task.CLASSIFICATION;
    TextTable table = new TextTable("key", "samples", classes ? "label" : "last output", "p");
    List<Score> shown =
        last.stream().sorted(Comparator.comparing(Score::key)).limit(SHOWN).toList();
    for (Score score : shown) {
      double best = Arrays.stream(score.probabilities()).max().orElse(Double.NaN);
      table.row(
          score.key(),
          score.position(),
          classes ? score.label() : Arrays.toString(score.outputs()),
          classes ? String.format(Locale.ROOT, "%.3f", best) : "");
    }
    return table;
  }

  private List<Path> files() throws IOException {
    List<Path> files = InputFiles.find(input, spec.commandLine());
    for (Path file : files) {
      if (Files.exists(output) && Files.isSameFile(file, output)) {
        throw usage("--output " + output + " is also input, and would be lost; write elsewhere");
      }
    }
    return files;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
