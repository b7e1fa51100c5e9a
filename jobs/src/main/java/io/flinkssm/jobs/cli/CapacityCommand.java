package io.flinkssm.jobs.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.flinkssm.jobs.capacity.Capacity;
import io.flinkssm.jobs.capacity.Costs;
import io.flinkssm.jobs.capacity.Load;
import io.flinkssm.jobs.capacity.Shape;
import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.model.SequenceModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.util.TimeUtils;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what a job will need. */
@Command(
    name = "capacity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Calculate cores, memory, state and traffic of a job.",
      "",
      "From a model, or the shape of one that is still to be trained, and the signals it is to"
          + " score. Each figure comes with its formula; the numbers in it were measured by `ssm"
          + " bench` on the machine named at the end, so scale them to yours. docs/capacity.md"
          + " explains the formulas, and plans a million keys."
    },
    footer = {
      "",
      "Examples:",
      "  ssm capacity --model models/spoken-digits-s4d --rate 8000 --frame 160 --keys 500",
      "  ssm capacity --width 64 --state-size 64 --layers 2 --kind s4d \\",
      "      --rate 1 --frame 10 --keys 1000000 --backend rocksdb --checkpoint-interval 10min"
    })
final class CapacityCommand implements Callable<Integer> {

  /** Which layers a model has. */
  enum Kind {
    S4D,
    DPLR
  }

  /** Where state lives. */
  enum Backend {
    HEAP,
    ROCKSDB
  }

  /** A model, or the shape of one. */
  static final class Source {
    @Option(
        names = "--model",
        paramLabel = "DIR",
        required = true,
        description = "Folder with config.json and model.safetensors.")
    private Path model;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Given given;
  }

  /** The shape of a model that is not at hand. */
  static final class Given {
    @Option(names = "--width", paramLabel = "H", required = true, description = "Channels a layer.")
    private int width;

    @Option(
        names = "--state-size",
        paramLabel = "N",
        defaultValue = "64",
        description = "State of each channel, as in the papers: N/2 complex modes. Default: 64.")
    private int stateSize;

    @Option(
        names = "--layers",
        paramLabel = "L",
        required = true,
        description = "State space layers.")
    private int layers;

    @Option(
        names = "--kind",
        paramLabel = "KIND",
        defaultValue = "s4d",
        description = "s4d (diagonal) or dplr (diagonal plus low rank). Default: s4d.")
    private Kind kind;
  }

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      required = true,
      description = "Samples a second of each key.")
  private double rateHz;

  @Option(
      names = "--frame",
      paramLabel = "N",
      defaultValue = "1",
      description = "Samples in a frame. Default: 1, sensor readings.")
  private int frame;

  @Option(names = "--keys", paramLabel = "K", required = true, description = "Signals at once.")
  private long keys;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "heap",
      description = "Where state lives: heap or rocksdb. Default: heap.")
  private Backend backend;

  @Option(
      names = "--bundle",
      paramLabel = "N",
      defaultValue = "1",
      description = "Frames of a key that share one state access. Default: 1, no bundling.")
  private int bundle;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "TIME",
      defaultValue = "1min",
      description = "From one checkpoint to the next, such as 30s or 10min. Default: 1min.")
  private String checkpointInterval;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Load load = load();
    Shape shape = source.model == null ? givenShape(source.given) : modelShape(source.model);
    Costs costs = Costs.measured();
    List<Capacity.Figure> plan = Capacity.plan(shape, load, costs);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("figures", plan);
      all.put("costs", costs);
      out.println(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all));
    } else {
      TextTable table = new TextTable("figure", "value", "how");
      plan.forEach(f -> table.row(f.label(), text(f), f.formula()));
      out.print(table);
      out.println();
      out.println("Unit costs measured on " + costs.machine() + ", " + costs.date() + ".");
    }
    return 0;
  }

  private Load load() {
    Duration interval;
    try {
      interval = TimeUtils.parseDuration(checkpointInterval);
    } catch (IllegalArgumentException e) {
      throw usage(
          "--checkpoint-interval " + checkpointInterval + ": expected a time such as 30s or 10min");
    }
    try {
      return new Load(keys, rateHz, frame, backend == Backend.ROCKSDB, bundle, interval);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private Shape givenShape(Given given) {
    atLeastOne("--width", given.width);
    atLeastOne("--state-size", given.stateSize);
    atLeastOne("--layers", given.layers);
    return Shape.of(given.width, given.stateSize, given.layers, given.kind == Kind.DPLR);
  }

  private Shape modelShape(Path directory) throws IOException {
    SequenceModel model = Models.read(directory, spec.commandLine());
    if (!model.streams()) {
      throw new Failures.CommandFailed(
          directory + " cannot be scored sample by sample: " + model.whyNotStreaming());
    }
    return Shape.of(model);
  }

  private void atLeastOne(String option, int value) {
    if (value < 1) {
      throw usage(option + " " + value + ": expected 1 or more");
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Such as {@code "33.1 kB"}: three digits, and the prefix that fits. */
  private static String text(Capacity.Figure figure) {
    double value = figure.value();
    String prefix = "";
    if (figure.unit().startsWith("B")) {
      for (String next : List.of("k", "M", "G", "T", "P")) {
        if (value < 1000) {
          break;
        }
        value /= 1000;
        prefix = next;
      }
    }
    return String.format(Locale.ROOT, value < 100 ? "%.3g" : "%,.0f", value)
        .replaceFirst("\\.0+$", "")
        .concat(" " + prefix + figure.unit())
        .stripTrailing();
  }
}
