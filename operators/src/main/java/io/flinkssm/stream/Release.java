package io.flinkssm.stream;

import java.util.Comparator;
import java.util.Objects;

/**
 * Announces a model by reference: from which event time on to score with which model directory.
 *
 * <p>Releases of one name are totally ordered, so that what is in force at a time does not depend
 * on the order in which they arrive: at event time t the last one whose {@code activateAtMicros} is
 * not after t. A roll-back is a release of an older version.
 *
 * @param name name of the model, as in its {@code config.json}
 * @param version version of the model, as in its {@code config.json}
 * @param uri model directory
 * @param sha256 lower-case hex digest of the weights file
 * @param activateAtMicros event time of the first sample to be scored with it, microseconds since
 *     the epoch
 * @param statePolicy what becomes of a key's open segment at that time
 * @param sequence place in the log of releases, such as a Kafka offset: of two releases for one
 *     time the later one is in force
 */
public record Release(
    String name,
    String version,
    String uri,
    String sha256,
    long activateAtMicros,
    StatePolicy statePolicy,
    long sequence)
    implements Comparable<Release> {

  /** What becomes of a key's open segment when another model takes over. Part of the topic. */
  public enum StatePolicy {
    /** The segment ends with a final score of the old model; a new one starts at zero. */
    RESET,
    /** The state is carried on; both models must have the same dynamics Λ, P, B, Δ. */
    KEEP,
    /** The new model's state is computed from the samples that the job has retained. */
    WARM_START
  }

  /** In the order of activation. */
  private static final Comparator<Release> ORDER =
      Comparator.comparingLong(Release::activateAtMicros)
          .thenComparingLong(Release::sequence)
          .thenComparing(Release::sha256)
          .thenComparing(Release::version)
          .thenComparing(Release::uri)
          .thenComparing(Release::name)
          .thenComparing(Release::statePolicy);

  public Release {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(uri, "uri");
    Objects.requireNonNull(sha256, "sha256");
    Objects.requireNonNull(statePolicy, "statePolicy");
  }

  @Override
  public int compareTo(Release other) {
    return ORDER.compare(this, other);
  }
}
