package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.jobs.warmstart.StoredDetectors;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.StateSpace;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Says what a model is, what it costs per key, and what each of its layers remembers; of a
 * savepoint, what detectors have learned.
 */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show what a model takes, gives and costs.",
      "",
      "Reads and checks the whole model directory, then prints its task and labels, its native"
          + " sampling rate and the declared range, the bytes of state that Flink keeps for each"
          + " key, and for each state space layer its shape and its slowest and fastest time"
          + " constants (after a time constant, a mode has decayed to 37 %%).",
      "",
      "`aliased modes` oscillate above half the sampling rate, so that samples cannot show what they"
          + " stand for: more than at the native rate make a lower rate doubtful"
          + " (docs/sampling-rate.md).",
      "",
      "`condition` is the condition number of the system that was solved to recover C from a"
          + " checkpoint whose C is tuned to a kernel length; 1 means that nothing was to recover."
          + " Above about 1e8, prefer float64 state.",
      "",
      "Of a savepoint, or a retained checkpoint, of a detection job: what was learned of each key, as"
          + " a JSON object a line. It is for people: names change with the detector's version."
    },
    footer = {
      "",
      "Examples:",
      "  ssm inspect models/spoken-digits-s4d",
      "  ssm inspect /savepoints/savepoint-3f2a --key pump-7",
    })
final class InspectCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "MODEL",
      description = "Folder with config.json and model.safetensors, or of a savepoint.")
  private Path directory;

  @Option(
      names = "--key",
      split = ",",
      paramLabel = "KEY",
      description = "Keys of a savepoint to show. Default: all.")
  private Set<String> keys = Set.of();

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "Options of the job that wrote the savepoint: ssm.state-ttl, if it was 0,"
              + " state.backend.type, if a checkpoint of RocksDB is to be read.")
  private Map<String, String> options = Map.of();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (Files.exists(directory.resolve("_metadata"))) {
      StoredDetectors.read(
          directory.toUri().toString(),
          Configuration.fromMap(options),
          keys,
          spec.commandLine().getOut()::println);
      return 0;
    }
    SequenceModel model = Models.read(directory, spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    out.print(summary(model));
    if (!model.stateSpaces().isEmpty()) {
      out.println();
      out.print(layers(model));
    }
    return 0;
  }

  private static TextTable summary(SequenceModel model) {
    ModelInfo info = model.info();
    TextTable table = new TextTable("model", info.name() + ", version " + info.version());
    table.row("architecture", info.architecture());
    table.row("sha256", info.sha256());
    table.row("task", info.task().name().toLowerCase(Locale.ROOT));
    if (!info.labels().isEmpty()) {
      table.row("labels", String.join(", ", info.labels()));
    }
    table.row("input", info.inputChannels() + " channel(s)");
    table.row("output", info.outputSize() + " value(s)");
    table.row(
        "sampling rate",
        String.format(
            Locale.ROOT,
            "%s Hz native; %s … %s Hz declared usable",
            number(info.sampleRateHz()),
            number(info.minSampleRateHz()),
            number(info.maxSampleRateHz())));
    if (!model.stateSpaces().isEmpty()) {
      table.row("aliased modes", aliased(model));
    }
    table.row("parameters", info.parameters());
    if (model.streams()) {
      int length = model.discretize(info.sampleRateHz(), Kernels.float32()).stateLength();
      table.row("state per key", 4L * length + " bytes float32, " + 8L * length + " float64");
    } else {
      table.row("streams", "no: " + model.whyNotStreaming());
    }
    return table;
  }

  private static String aliased(SequenceModel model) {
    double hz = model.info().sampleRateHz();
    int modes =
        model.stateSpaces().stream()
            .mapToInt(layer -> layer.system().modes() * layer.system().channels())
            .sum();
    return String.format(
        Locale.ROOT,
        "%,d of %,d at the native rate, %,d at half of it, %,d at a quarter",
        model.aliasedModes(hz),
        modes,
        model.aliasedModes(hz / 2),
        model.aliasedModes(hz / 4));
  }

  private static TextTable layers(SequenceModel model) {
    TextTable table =
        new TextTable(
            "layer",
            "name",
            "channels",
            "modes",
            "rank",
            "heads",
            "stride",
            "condition",
            "slowest",
            "fastest");
    int index = 0;
    for (StateSpaceLayer layer : model.stateSpaces()) {
      StateSpace system = layer.system();
      double secondsPerStep = layer.stride() / model.info().sampleRateHz();
      double[] constants = system.timeConstants();
      table.row(
          index++,
          layer.name(),
          system.channels(),
          system.modes(),
          system.rank(),
          system.heads() + (system.bidirectional() ? " ×2" : ""),
          layer.stride(),
          String.format(Locale.ROOT, "%.3g", system.conditionNumber()),
          seconds(Arrays.stream(constants).max().orElse(0) * secondsPerStep),
          seconds(Arrays.stream(constants).min().orElse(0) * secondsPerStep));
    }
    return table;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String seconds(double seconds) {
    return seconds < 0.1
        ? String.format(Locale.ROOT, "%.3g ms", 1e3 * seconds)
        : String.format(Locale.ROOT, "%.3g s", seconds);
  }
}
