package io.flinkssm.jobs.cli;

import io.flinkssm.flink.ModelLoader;
import io.flinkssm.flink.ScoringBootstrap;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.flink.SsmDetection;
import io.flinkssm.jobs.DetectJob;
import io.flinkssm.jobs.JobArguments;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.local.FrameFiles;
import io.flinkssm.jobs.release.Activation;
import io.flinkssm.jobs.warmstart.Bootstrap;
import io.flinkssm.jobs.warmstart.WarmStart;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a savepoint that a scoring job starts warm from. */
@Command(
    name = "warm-start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Write a savepoint from past frames, for a job to start warm from.",
      "",
      "A new model, or a job whose state was lost, would start every key at zero. This runs the"
          + " scoring operator over history, on a Flink cluster in this process, drops the scores,"
          + " and keeps the state of every key: recurrence, clock, frames that wait in order, and"
          + " the timers that end silent keys. A job that starts from it scores as if it had run all"
          + " along.",
      "",
      "History is a folder of recordings and tables (--input, as for `ssm score`; segments stay open"
          + " at the end of a file, and a WAV file begins in 1970), or the frames topic up to its"
          + " present end (--kafka.bootstrap-servers).",
      "",
      "Handover. From the topic, the offsets at which the job must go on are committed for"
          + " kafka.group-id; with kafka.starting-offsets=committed, the default, it does. Give a"
          + " group of its own to a job that is to run beside another: -D kafka.group-id=NAME.",
      "",
      "Give all options of scoring here that the job will have (-D ssm.…): the state depends on"
          + " them, and ssm.max-parallelism is fixed by the savepoint."
    },
    footer = {
      "",
      "Examples:",
      "  ssm warm-start --model my-model --kafka.bootstrap-servers kafka:9092 \\",
      "      --from 2026-01-30T00:00:00Z --savepoint s3://savepoints/pumps-8",
      "  ssm warm-start --model my-model --input history --rate 1 --savepoint /mnt/savepoints/8",
      "  ssm warm-start --detect --input history --savepoint /mnt/savepoints/9",
      "  flink run -s /mnt/savepoints/8 flink-ssm-jobs-job.jar --ssm.model.path …"
    })
final class WarmStartCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "For a scoring job: folder with config.json and model.safetensors, or the URI of one.")
  private String directory;

  @Option(
      names = "--detect",
      description =
          "For a detection job, which needs no model (docs/detection-options.md): every key starts"
              + " with what its past has taught.")
  private boolean detects;

  @Option(
      names = "--savepoint",
      required = true,
      paramLabel = "URI",
      description = "Where to write: a directory that is empty or does not exist.")
  private String savepoint;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "WAV or CSV file, or a folder of them.")
  private Path input;

  @Option(
      names = "--kafka.bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "Kafka brokers with the frames topic; its name is -D kafka.topics.frames.")
  private String bootstrapServers;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Event time; frames that start earlier are left out. Models forget: what they remember is"
              + " enough (`ssm kernel`). Default: all.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Event time; frames that start at it or later are left out. Default: all.")
  private String to;

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      description = "Sampling rate of CSV rows. Default: as for `ssm score`.")
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
      description = "Samples per frame of files. Default: 160.")
  private int chunk;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "Set an option of the job (docs/options.md, docs/job-options.md) or of Flink, such as"
              + " -D state.backend.type=rocksdb for much state.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if ((input == null) == (bootstrapServers == null)) {
      throw usage("expected one of --input and --kafka.bootstrap-servers");
    }
    if ((directory == null) != detects) {
      throw usage("expected one of --model and --detect");
    }
    if (chunk < 1 || chunk > ScoringOptions.FRAME_MAX_SAMPLES.defaultValue()) {
      throw usage("--chunk " + chunk + ": expected 1 … 1048576");
    }
    Bootstrap.Range range =
        new Bootstrap.Range(
            from == null ? Long.MIN_VALUE : time("--from", from),
            to == null ? Long.MAX_VALUE : time("--to", to));
    if (range.fromMicros() >= range.toMicros()) {
      throw usage("--from " + from + " is not before --to " + to);
    }
    Configuration config = config();
    ControlTopic.openFileSystems();
    ModelInfo info = detects ? SsmDetection.detector(config).info() : model(config).info();
    PrintWriter out = spec.commandLine().getOut();
    String target = Uris.of(savepoint);
    WarmStart.History history =
        run(
            new WarmStart(
                detects ? ScoringBootstrap::ofDetection : ScoringBootstrap::ofScoring,
                config,
                range,
                target),
            info);
    out.printf(
        "history    %,d frames, the last one at %s%n",
        history.frames(), Activation.show(history.lastMicros(), Instant.now()));
    if (history.rejected() > 0) {
      out.printf(
          "note       %,d frames were rejected, as the job would have rejected them%n",
          history.rejected());
    }
    out.printf(
        "savepoint  %s, of %s%s %s%n",
        target, detects ? "" : "model ", info.name(), info.version());
    if (input == null) {
      out.printf(
          "offsets    committed for group %s, where the job goes on%n",
          config.get(JobOptions.GROUP_ID));
    }
    String job = detects ? "-c " + DetectJob.class.getName() + " " : "";
    out.printf("start      flink run %s-s %s …%n", job, target);
    return 0;
  }

  /** Reads the model that the job will score with, and sets where it lies. */
  private SequenceModel model(Configuration config) throws IOException {
    SequenceModel model =
        Uris.isUri(directory)
            ? ModelLoader.ofFileSystem().load(directory)
            : Models.read(Path.of(directory), spec.commandLine());
    if (!model.streams()) {
      throw new Failures.CommandFailed(
          "this model has no state to start from: " + model.whyNotStreaming());
    }
    config.set(ScoringOptions.MODEL_PATH, Uris.of(directory));
    return model;
  }

  private WarmStart.History run(WarmStart warmStart, ModelInfo info) throws Exception {
    if (input == null) {
      return warmStart.fromTopic();
    }
    List<Path> files = InputFiles.find(input, spec.commandLine());
    FrameFiles reader = new FrameFiles(input, columns, rateHz, info.sampleRateHz(), chunk);
    reader.check(files, info);
    return warmStart.fromFiles(files, reader);
  }

  private Configuration config() throws IOException {
    if (bootstrapServers != null) {
      options.put(JobOptions.BOOTSTRAP_SERVERS.key(), bootstrapServers);
    }
    String[] pairs =
        options.entrySet().stream()
            .map(option -> "-D" + option.getKey() + "=" + option.getValue())
            .toArray(String[]::new);
    try {
      return detects
          ? DetectJob.withDefaults(JobArguments.parse(pairs, DetectJob.OPTIONS).config())
          : JobArguments.parse(
                  pairs,
                  Stream.concat(JobOptions.all().stream(), ScoringOptions.all().stream()).toList())
              .config();
    } catch (IllegalArgumentException e) {
      throw usage("-D: " + e.getMessage());
    }
  }

  private long time(String option, String text) {
    try {
      return Activation.parseMicros(text, Instant.now());
    } catch (IllegalArgumentException e) {
      throw usage(option + " " + e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
