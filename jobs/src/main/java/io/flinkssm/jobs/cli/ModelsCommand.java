package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.release.Activation;
import io.flinkssm.jobs.release.ReleaseTable;
import io.flinkssm.jobs.report.TextTable;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.types.Either;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what is released. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show which models are released and which are in force.",
      "",
      "Reads the control topic from its beginning, and each released directory as a job would. Of"
          + " each name the active release is the last one whose activation is not after --at; of"
          + " two for one time the later in the topic. A pending one takes over later.",
      "",
      "A job goes on with what was active before if it refuses a release, for instance because its"
          + " channels differ; the topic of rejected records says so (BAD_RELEASE).",
      "",
      "Exits with 1 if an active or pending release cannot be used."
    },
    footer = {
      "",
      "Examples:",
      "  ssm models --kafka.bootstrap-servers kafka:9092",
      "  ssm models --kafka.bootstrap-servers kafka:9092 --at 2026-01-31T10:00:00Z"
    })
final class ModelsCommand implements Callable<Integer> {

  @Mixin private ControlTopic topic;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      defaultValue = "now",
      description = "Event time that is asked for: now, +5min, or a time. Default: now.")
  private String at;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Instant now = Instant.now();
    long atMicros;
    try {
      atMicros = Activation.parseMicros(at, now);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--at " + e.getMessage(), e);
    }
    ControlTopic.openFileSystems();
    ReleaseLog log = topic.log(spec.commandLine());
    List<Release> releases = new ArrayList<>();
    List<Rejection> unusable = new ArrayList<>();
    for (Either<Release, Rejection> entry : log.read()) {
      if (entry.isLeft()) {
        releases.add(entry.left());
      } else {
        unusable.add(entry.right());
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    if (releases.isEmpty()) {
      out.println("no releases in topic " + log.topic());
    }
    List<ReleaseTable.Line> lines = ReleaseTable.of(releases, atMicros);
    if (!lines.isEmpty()) {
      out.print(table(lines, now));
    }
    unusable.forEach(
        r -> out.println("offset " + r.origin().offset() + " is no release: " + r.message()));
    return lines.stream()
            .anyMatch(l -> l.unusable() != null && l.status() != ReleaseTable.Status.SUPERSEDED)
        ? 1
        : 0;
  }

  private static TextTable table(List<ReleaseTable.Line> lines, Instant now) {
    TextTable table =
        new TextTable(
            "model", "version", "status", "activates at", "state", "offset", "sha256", "directory");
    for (ReleaseTable.Line line : lines) {
      Release release = line.release();
      table.row(
          release.name(),
          release.version(),
          line.status(),
          Activation.show(release.activateAtMicros(), now),
          release.statePolicy().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          release.sequence(),
          release.sha256().substring(0, 8),
          release.uri() + (line.unusable() == null ? "" : "  UNUSABLE: " + line.unusable()));
    }
    return table;
  }
}
