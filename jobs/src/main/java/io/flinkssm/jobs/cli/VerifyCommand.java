package io.flinkssm.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.jobs.verify.GoldenCase;
import io.flinkssm.jobs.verify.GoldenCases;
import io.flinkssm.jobs.verify.Recordings;
import io.flinkssm.jobs.verify.Verification;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds a model's outputs against those of the reference code. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compare a model's outputs with stored outputs of the reference code.",
      "",
      "Runs both views, the recurrence (advance) and the convolution (convolve), in float32 and in"
          + " float64, and prints the largest absolute difference of each. The command fails if one"
          + " exceeds its tolerance: run it once when you bring a model from PyTorch.",
      "",
      "GOLDEN.json holds a tensor x (sequences, samples, channels) and <variant>.logits_f64, or"
          + " logits_f64.<condition> for recordings that --audio provides; the condition says at"
          + " which rate and by which method, as in half_rate2 (one step of twice the length) or"
          + " hold2.half (two native steps)."
          + " docs/model-directory.md shows how to write it from PyTorch."
    },
    footer = {
      "",
      "Examples:",
      "  ssm verify my-model golden.json",
      "  ssm verify my-model golden.json --variant init --tolerance 1e-9",
      "  ssm verify models/spoken-digits-s4d models/spoken-digits-s4d/logits.json \\",
      "      --audio samples/digits"
    })
final class VerifyCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "MODEL", description = "Model directory.")
  private Path directory;

  @Parameters(index = "1", paramLabel = "GOLDEN.json", description = "Stored outputs.")
  private Path goldenFile;

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      defaultValue = "1e-6",
      description = "Largest absolute error allowed in float64. Default: 1e-6.")
  private double tolerance;

  @Option(
      names = "--tolerance-float32",
      paramLabel = "T",
      defaultValue = "5e-3",
      description = "Largest absolute error allowed in float32. Default: 5e-3.")
  private double tolerance32;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Which <variant>.logits_f64 belongs to the model. Default: trained, or the only one.")
  private String variant;

  @Option(
      names = "--audio",
      paramLabel = "PATH",
      description = "Folder of WAV files, or a safetensors file of recordings.")
  private Path audio;

  @Option(
      names = "--audio-rate",
      paramLabel = "HZ",
      defaultValue = "8000",
      description = "Sampling rate of a safetensors file of recordings. Default: 8000.")
  private double audioRateHz;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "Infinity",
      description = "Cut recordings to this duration, as the reference did. Default: no cut.")
  private double seconds;

  @Spec private CommandSpec spec;

  private final TextTable table =
      new TextTable("case", "view", "precision", "largest error", "tolerance", "");
  private boolean failed;
  private Progress progress;
  private int done;

  @Override
  public Integer call() throws IOException {
    checkTolerance("--tolerance", tolerance);
    checkTolerance("--tolerance-float32", tolerance32);
    SequenceModel model = Models.read(directory, spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    progress = Progress.on(err);
    List<GoldenCase> cases = cases(model, err);
    if (cases.isEmpty()) {
      throw new Failures.CommandFailed(goldenFile + ": nothing in it fits this model");
    }
    int total = 4 * cases.stream().mapToInt(c -> c.inputs().size()).sum();
    for (GoldenCase golden : cases) {
      check(model, golden, "float64", Kernels.float64(), tolerance, total);
      check(model, golden, "float32", Kernels.float32(), tolerance32, total);
    }
    out.print(table);
    out.println(
        failed
            ? "FAILED: an error exceeds its tolerance. If all do, a key of config.json is not that of"
                + " the training code: look at prenorm, norm, pooling, input_scale, and in layer at"
                + " dt_transform, disc and final_act."
            : "ok");
    return failed ? 1 : 0;
  }

  private List<GoldenCase> cases(SequenceModel model, PrintWriter err) throws IOException {
    if (!Files.isRegularFile(goldenFile)) {
      throw usage("no such file: " + goldenFile);
    }
    GoldenCases golden = new GoldenCases(readGolden(), model.info());
    if (!golden.needsAudio()) {
      return List.of(golden.ofVariant(chosen(golden.variants())));
    }
    if (audio == null || !Files.exists(audio)) {
      throw usage(
          goldenFile
              + " refers to recordings: name their folder with --audio"
              + (audio == null ? "" : "; no such path: " + audio));
    }
    Recordings recordings =
        Files.isDirectory(audio)
            ? Recordings.inFolder(audio)
            : Recordings.inSafetensors(audio, audioRateHz);
    return golden.ofRecordings(recordings, seconds, note -> err.println("not checked: " + note));
  }

  private GoldenFile readGolden() throws IOException {
    try {
      return GoldenFile.read(goldenFile);
    } catch (JsonProcessingException e) {
      throw new IOException(goldenFile + ": not JSON; expected stored outputs, see --help", e);
    }
  }

  private void checkTolerance(String option, double value) {
    if (!(value >= 0)) {
      throw usage(option + " " + value + ": expected 0 or more");
    }
  }

  private String chosen(List<String> variants) {
    if (variant != null && variants.contains(variant)) {
      return variant;
    }
    if (variant == null && variants.contains("trained")) {
      return "trained";
    }
    if (variant == null && variants.size() == 1) {
      return variants.get(0);
    }
    throw usage("--variant " + variant + ": expected one of " + variants);
  }

  private <A> void check(
      SequenceModel model,
      GoldenCase golden,
      String precision,
      Kernels<A> kernels,
      double limit,
      int total) {
    Runnable tick = () -> progress.update("  sequence " + ++done + " of " + total);
    if (model.streams()) {
      row(golden, "advance", precision, Verification.advance(model, golden, kernels, tick), limit);
    }
    row(golden, "convolve", precision, Verification.convolve(model, golden, kernels, tick), limit);
  }

  private void row(GoldenCase golden, String view, String precision, double error, double limit) {
    boolean ok = error <= limit;
    failed |= !ok;
    table.row(
        golden.name(),
        view,
        precision,
        String.format(Locale.ROOT, "%.2e", error),
        String.format(Locale.ROOT, "%.0e", limit),
        ok ? "ok" : "FAILED");
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
