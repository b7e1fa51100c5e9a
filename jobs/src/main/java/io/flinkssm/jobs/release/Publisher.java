package io.flinkssm.jobs.release;

import io.flinkssm.flink.ModelLoader;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.jobs.kafka.ReleaseLogWriter;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Release;
import java.io.IOException;
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
    checkVersion(release, log.read());
    List<String> copied =
        source.equals(release.uri()) ? List.of() : new ModelUpload(source, release.uri()).run();
    verify(release);
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

  /** Reads the model as the job will. */
  private static void verify(Release release) throws IOException {
    SequenceModel model = ModelLoader.ofFileSystem().load(release.uri());
    String wrong = mismatch(release, model.info());
    if (wrong != null) {
      throw new IOException(release.uri() + " cannot be released: " + wrong);
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
