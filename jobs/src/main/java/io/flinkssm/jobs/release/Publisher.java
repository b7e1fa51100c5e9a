package io.flinkssm.jobs.release;

import io.flinkssm.flink.ModelLoader;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.kafka.ReleaseLogWriter;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.ReleaseCheck;
import io.flinkssm.stream.ScoringConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.types.Either;

/** Makes a model directory readable for jobs, and appends its release to the control topic. */
public final class Publisher {

  private final ReleaseLog log;

  /** A publisher to one control topic. */
  public Publisher(ReleaseLog log) {
    this.log = log;
  }

  /**
   * What was done.
   *
   * @param offset place of the release in the topic
   * @param topicCreated whether the topic had to be created
   * @param copied files copied to the directory of the release, none if all were there
   */
  public record Published(long offset, boolean topicCreated, List<String> copied) {}

  /**
   * Copies the model, reads the copy back and releases it.
   *
   * @param source URI of the model directory
   * @param release what to release; its URI is where to copy to, its sequence is not used
   * @throws IOException if the copy or the topic fails; then nothing is released
   */
  public Published publish(String source, Release release) throws IOException {
    ReleaseLogWriter writer = new ReleaseLogWriter(log);
    boolean created = writer.create();
    List<Either<Release, Rejection>> released = log.read();
    checkVersion(release, released);
    List<String> copied =
        source.equals(release.uri()) ? List.of() : new ModelUpload(source, release.uri()).run();
    verify(release, before(release, released));
    return new Published(writer.append(release), created, copied);
  }

  /** A score names its model by name and version: they must not mean two things. */
  private static void checkVersion(Release release, List<Either<Release, Rejection>> log)
      throws IOException {
    for (Either<Release, Rejection> entry : log) {
      if (entry.isLeft()
          && entry.left().name().equals(release.name())
          && entry.left().version().equals(release.version())
          && !entry.left().sha256().equals(release.sha256())) {
        throw new IOException(
            "version %s of model %s was released at offset %d with other weights (sha256 %s…, now %s…): give the model another version in config.json"
                .formatted(
                    release.version(),
                    release.name(),
                    entry.left().sequence(),
                    entry.left().sha256().substring(0, 8),
                    release.sha256().substring(0, 8)));
      }
    }
  }

  /** The release in force until this one is, or null. */
  private static Release before(Release release, List<Either<Release, Rejection>> log) {
    return log.stream()
        .filter(Either::isLeft)
        .map(Either::left)
        .filter(r -> r.name().equals(release.name()))
        .filter(r -> r.activateAtMicros() <= release.activateAtMicros())
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /** Reads the model as the job will, and checks what can be checked without the job's options. */
  private static void verify(Release release, Release before) throws IOException {
    SequenceModel model = ModelLoader.ofFileSystem().load(release.uri());
    String wrong = mismatch(release, model.info());
    if (wrong == null && before != null && model.streams()) {
      ScoringConfig lenient = ScoringConfig.builder().retain(Duration.ofDays(1)).build();
      wrong = ReleaseCheck.check(release, model, readable(before), lenient);
    }
    if (wrong != null) {
      throw new IOException(release.uri() + " cannot be released: " + wrong);
    }
  }

  /** The model of a release, or null if it cannot be used: then the job has refused it. */
  private static SequenceModel readable(Release release) {
    try {
      SequenceModel model = ModelLoader.ofFileSystem().load(release.uri());
      return mismatch(release, model.info()) == null && model.streams() ? model : null;
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  /** How a model differs from what a release says of it, or null. */
  static String mismatch(Release release, ModelInfo info) {
    if (!info.sha256().equals(release.sha256())) {
      return "its sha256 is " + info.sha256() + ", expected " + release.sha256();
    }
    return info.name().equals(release.name()) && info.version().equals(release.version())
        ? null
        : "it is %s %s, expected %s %s"
            .formatted(info.name(), info.version(), release.name(), release.version());
  }
}
