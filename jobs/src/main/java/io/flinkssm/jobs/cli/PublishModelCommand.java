package io.flinkssm.jobs.cli;

import io.flinkssm.flink.ModelLoader;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.release.Activation;
import io.flinkssm.jobs.release.ModelUpload;
import io.flinkssm.jobs.release.Publisher;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Release.StatePolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Releases a model into running jobs. */
@Command(
    name = "publish-model",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Release a model into running jobs.",
      "",
      "Reads and checks the model, copies it to --to/NAME/VERSION-SHA8/, and appends a release to"
          + " the control topic. Jobs with kafka.topics.releases check it again, load it in the"
          + " background, and from the event time --activate-at on score with it: sample by sample,"
          + " at any parallelism, and again so at a replay. A model that a job cannot use is refused"
          + " there, with a rejected record BAD_RELEASE, and the old one goes on.",
      "",
      "Lead time. A release should reach the job before frames of its activation do, because scores"
          + " that have left are not taken back; one that comes later takes effect at the next"
          + " sample of each key. Event time is the time in the frames: +30s means half a minute"
          + " from now by this machine's clock. A job that replays old frames needs a time there.",
      "",
      "State, by --state. reset: the open segment of each key ends with a final score and a new one"
          + " begins. keep: the state is carried on; both models must have equal dynamics (only"
          + " heads were retrained, say). warm-start: the new state is computed from the samples"
          + " that the job retained (ssm.retain), so that there is no cold start.",
      "",
      "Roll-back is a release of the older version: give its released directory as DIR.",
      "",
      "S3, HDFS and the like are found through a Flink installation: set FLINK_PLUGINS_DIR, and"
          + " FLINK_CONF_DIR for its credentials."
    },
    footer = {
      "",
      "Examples:",
      "  ssm publish-model my-model --to s3://models --kafka.bootstrap-servers kafka:9092",
      "  ssm publish-model my-model --to /mnt/models --activate-at 2026-01-31T10:00:00Z \\",
      "      --state keep --kafka.bootstrap-servers kafka:9092",
      "  ssm publish-model s3://models/digits/1-0f3a55c2 --activate-at now \\",
      "      --kafka.bootstrap-servers kafka:9092"
    })
final class PublishModelCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      description = "Folder with config.json and model.safetensors, or the URI of one.")
  private String directory;

  @Option(
      names = "--to",
      paramLabel = "URI",
      description =
          "Where models are kept, readable for every task manager. Default: DIR is released where it"
              + " stands, and must be a URI.")
  private String to;

  @Mixin private ControlTopic topic;

  @Option(
      names = "--activate-at",
      paramLabel = "TIME",
      defaultValue = "+30s",
      description =
          "Event time of the first sample scored with it: now, +30s, +5min, or"
              + " 2026-01-31T10:00:00Z. Default: +30s.")
  private String activateAt;

  @Option(
      names = "--state",
      paramLabel = "POLICY",
      defaultValue = "reset",
      description = "What becomes of open segments: reset, keep or warm-start. Default: reset.")
  private String state;

  @Option(
      names = "--dry-run",
      description =
          "Check the model and show what would be released; write nothing and ask no broker.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Instant now = Instant.now();
    StatePolicy policy = policy();
    long activateAtMicros = activation(now);
    ControlTopic.openFileSystems();
    boolean uri = Uris.isUri(directory);
    if (!uri && to == null) {
      throw usage("--to is missing: give the URI under which task managers find models");
    }
    SequenceModel model =
        uri
            ? ModelLoader.ofFileSystem().load(directory)
            : Models.read(Path.of(directory), spec.commandLine());
    ModelInfo info = model.info();
    String source = Uris.of(directory);
    String place = to == null ? source : ModelUpload.directory(Uris.of(to), info);
    Release release =
        new Release(
            info.name(), info.version(), place, info.sha256(), activateAtMicros, policy, -1);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "model      %s %s (%s), sha256 %s%n",
        info.name(), info.version(), info.architecture(), info.sha256());
    if (!model.streams()) {
      out.printf(
          "note       it cannot be scored sample by sample: %s; only rescoring jobs will use it%n",
          model.whyNotStreaming());
    }
    if (dryRun) {
      out.printf("directory  %s%n", place);
      out.printf("release    would activate at %s%n", when(release, now));
      return 0;
    }
    publish(source, release, now, out);
    return 0;
  }

  private void publish(String source, Release release, Instant now, PrintWriter out)
      throws IOException {
    ReleaseLog log = topic.log(spec.commandLine());
    Publisher.Published published = new Publisher(log).publish(source, release);
    out.printf(
        "directory  %s (%s)%n",
        release.uri(),
        published.copied().isEmpty()
            ? "was there"
            : "copied " + String.join(", ", published.copied()));
    out.printf(
        "topic      %s (%s)%n",
        log.topic(),
        published.topicCreated()
            ? "created: one partition, kept for ever, set kafka.topics.releases of the job to it"
            : "exists");
    out.printf("release    offset %d, activates at %s%n", published.offset(), when(release, now));
    if (release.activateAtMicros() <= micros(now)) {
      out.println(
          "note       that is not in the future: keys that have passed it switch at their next"
              + " sample, and scores that have left are not taken back");
    }
  }

  private static String when(Release release, Instant now) {
    return Activation.show(release.activateAtMicros(), now)
        + ", state "
        + release.statePolicy().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private long activation(Instant now) {
    try {
      return Activation.parseMicros(activateAt, now);
    } catch (IllegalArgumentException e) {
      throw usage("--activate-at " + e.getMessage());
    }
  }

  private StatePolicy policy() {
    for (StatePolicy policy : StatePolicy.values()) {
      if (policy.name().equalsIgnoreCase(state.replace('-', '_'))) {
        return policy;
      }
    }
    throw usage("--state " + state + ": expected reset, keep or warm-start");
  }

  private static long micros(Instant time) {
    return Activation.parseMicros("now", time);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
