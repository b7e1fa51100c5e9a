package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.rates.LabelledClip;
import io.flinkssm.jobs.rates.RateTrial;
import io.flinkssm.jobs.rates.Resampling;
import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.ssm.RateMethod;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures what a classifier's accuracy becomes at other sampling rates. */
@Command(
    name = "rates",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measure a classifier's accuracy at other sampling rates.",
      "",
      "Brings labelled recordings to each rate and counts how many the model names, streaming"
          + " (advance) and rescored (convolve, by Fourier transforms), in float32: with its step"
          + " adjusted to the rate by each method of ssm.rate.method, and, for comparison, left"
          + " alone. Run it before you widen min_sample_rate_hz and max_sample_rate_hz in"
          + " config.json. docs/sampling-rate.md explains the methods.",
      "",
      "`alias` counts the modes that oscillate above half the sampling rate; `difference` is the"
          + " largest one between the outputs of the two views."
    },
    footer = {
      "",
      "Examples:",
      "  ssm rates models/spoken-digits-s4d --audio samples/digits",
      "  ssm rates my-model --audio test.safetensors --audio-rate 8000 --rates 1,3/4,1/2 \\",
      "      --output rates.csv"
    })
final class RatesCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "Model directory.")
  private Path directory;

  @Option(
      names = "--audio",
      required = true,
      paramLabel = "PATH",
      description =
          "Folder of WAV files whose names begin with a label or its index (seven.wav,"
              + " 7_lucas_3.wav), or a safetensors file with audio, offsets and labels.")
  private Path audio;

  @Option(
      names = "--audio-rate",
      paramLabel = "HZ",
      defaultValue = "8000",
      description = "Sampling rate of a safetensors file of recordings. Default: 8000.")
  private double audioRateHz;

  @Option(
      names = "--rates",
      split = ",",
      paramLabel = "F",
      defaultValue = "1,1/2,2/3,2",
      description = "Rates as multiples of the model's native one. Default: 1,1/2,2/3,2.")
  private List<String> factors;

  @Option(
      names = "--resample",
      paramLabel = "HOW",
      defaultValue = "sinc",
      description =
          "How to reach rates that are no whole fraction of the recordings': sinc (band-limited) or"
              + " linear. Whole fractions keep every k-th sample, unfiltered. Default: sinc.")
  private Resampling resampling;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "Infinity",
      description = "Cut recordings to this duration. Default: no cut.")
  private double seconds;

  @Option(names = "--output", paramLabel = "CSV", description = "Write the table to this file too.")
  private Path output;

  @Spec private CommandSpec spec;

  private final TextTable table =
      new TextTable(
          "rate", "Hz", "step", "method", "alias", "streaming", "rescored", "clips", "difference");

  @Override
  public Integer call() throws IOException {
    Outputs.check("--output", output, spec.commandLine());
    List<Double> multiples = factors.stream().map(this::multiple).toList();
    SequenceModel model = Models.read(directory, spec.commandLine());
    ModelInfo info = model.info();
    if (info.task() != ModelInfo.Task.CLASSIFICATION) {
      throw new Failures.CommandFailed(
          "the task of model " + info.name() + " is " + info.task() + ": accuracy needs a class");
    }
    List<LabelledClip> clips = clips(info);
    Progress progress = Progress.on(spec.commandLine().getErr());
    for (int i = 0; i < multiples.size(); i++) {
      double hz = info.sampleRateHz() * multiples.get(i);
      if (hz < info.minSampleRateHz() || hz > info.maxSampleRateHz()) {
        progress.done(factors.get(i) + ": " + hz + " Hz is outside of the declared range, skipped");
        continue;
      }
      List<LabelledClip> resampled =
          clips.stream()
              .map(clip -> new LabelledClip(resampling.to(clip.signal(), hz), clip.label()))
              .toList();
      for (RateTrial trial : trials(model, hz)) {
        run(factors.get(i), hz, trial, model, resampled, progress);
      }
    }
    spec.commandLine().getOut().print(table);
    if (output != null) {
      write();
      spec.commandLine().getErr().println("table written to " + output);
    }
    return 0;
  }

  private List<LabelledClip> clips(ModelInfo info) throws IOException {
    if (!Files.exists(audio)) {
      throw usage("--audio " + audio + ": no such file or folder");
    }
    List<LabelledClip> read =
        Files.isDirectory(audio)
            ? LabelledClip.inFolder(audio, info.labels())
            : LabelledClip.inSafetensors(audio, audioRateHz, info.outputSize());
    if (read.isEmpty()) {
      throw usage("--audio " + audio + ": no .wav files in this folder");
    }
    List<LabelledClip> clips = new ArrayList<>();
    for (LabelledClip clip : read) {
      if (clip.signal().channels() != info.inputChannels()) {
        throw new IOException(
            "%s has %d channels; the model takes %d"
                .formatted(clip.signal().name(), clip.signal().channels(), info.inputChannels()));
      }
      double most = Math.rint(seconds * clip.signal().sampleRateHz());
      int samples = (int) Math.min(clip.signal().length(), most);
      clips.add(new LabelledClip(clip.signal().slice(0, samples), clip.label()));
    }
    return clips;
  }

  /** Both methods where they differ, and the step of the native rate for comparison. */
  private static List<RateTrial> trials(SequenceModel model, double hz) {
    double nativeHz = model.info().sampleRateHz();
    List<RateTrial> trials = new ArrayList<>();
    trials.add(new RateTrial(hz, RateMethod.PLAIN));
    boolean differ =
        model.stateSpaces().stream()
            .anyMatch(layer -> RateMethod.HOLD.of(layer.system(), nativeHz / hz) != layer.system());
    if (differ) {
      trials.add(new RateTrial(hz, RateMethod.HOLD));
    }
    if (hz != nativeHz) {
      trials.add(new RateTrial(nativeHz, RateMethod.PLAIN));
    }
    return trials;
  }

  private void run(
      String factor,
      double hz,
      RateTrial trial,
      SequenceModel model,
      List<LabelledClip> clips,
      Progress progress) {
    boolean adjusted = trial.modelHz() == hz;
    String what = adjusted ? trial.method().toString() : "not adjusted";
    int[] done = {0};
    RateTrial.Outcome outcome =
        trial.run(
            model,
            clips,
            () ->
                progress.update(
                    "  %s × native, %s: clip %d of %d"
                        .formatted(factor, what, ++done[0], clips.size())));
    table.row(
        factor,
        String.format(Locale.ROOT, "%.6g", hz),
        adjusted ? "adjusted" : "native",
        adjusted ? trial.method() : "-",
        model.aliasedModes(trial.modelHz()),
        outcome.streamed() < 0 ? "-" : percent(outcome.streamed(), outcome.clips()),
        percent(outcome.rescored(), outcome.clips()),
        outcome.clips(),
        outcome.streamed() < 0 ? "-" : String.format(Locale.ROOT, "%.1e", outcome.difference()));
  }

  private static String percent(int part, int all) {
    return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / all);
  }

  private void write() throws IOException {
    try (Writer out = Files.newBufferedWriter(output);
        CSVPrinter csv =
            new CSVPrinter(out, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get())) {
      csv.printRecord(table.header());
      csv.printRecords(table.rows());
    }
  }

  private double multiple(String text) {
    try {
      String[] parts = text.split("/", 2);
      double value =
          Double.parseDouble(parts[0]) / (parts.length == 1 ? 1 : Double.parseDouble(parts[1]));
      if (value > 0 && value < Double.POSITIVE_INFINITY) {
        return value;
      }
    } catch (NumberFormatException e) {
      // As useless as a negative one.
    }
    throw usage("--rates " + text + ": expected positive multiples such as 1, 0.75 or 2/3");
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
