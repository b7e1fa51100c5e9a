package io.flinkssm.jobs.release;

import io.flinkssm.flink.ModelLoader;
import io.flinkssm.stream.Release;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What is released, and what is in force at an event time. */
public final class ReleaseTable {

  private ReleaseTable() {}

  /** What a release means at an event time. */
  public enum Status {
    /** Scores samples of this time. */
    ACTIVE,
    /** Takes over later. */
    PENDING,
    /** Another one has taken over. */
    SUPERSEDED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A line of the table.
   *
   * @param unusable why its directory cannot be used as released, or null if it can
   */
  public record Line(Release release, Status status, String unusable) {}

  /**
   * The releases by name, each in the order of activation. Every directory is read once, as the job
   * would.
   *
   * @param atMicros event time that the status is for, microseconds since the epoch
   */
  public static List<Line> of(List<Release> releases, long atMicros) {
    Map<String, List<Release>> byName = new TreeMap<>();
    releases.forEach(r -> byName.computeIfAbsent(r.name(), n -> new ArrayList<>()).add(r));
    Map<String, String> checked = new HashMap<>();
    List<Line> lines = new ArrayList<>();
    for (List<Release> ofName : byName.values()) {
      ofName.sort(null);
      int active = -1;
      for (int i = 0; i < ofName.size(); i++) {
        active = ofName.get(i).activateAtMicros() <= atMicros ? i : active;
      }
      for (int i = 0; i < ofName.size(); i++) {
        Release release = ofName.get(i);
        Status status =
            i == active ? Status.ACTIVE : i > active ? Status.PENDING : Status.SUPERSEDED;
        String key = String.join("\n", release.uri(), release.sha256(), release.version());
        // Not computeIfAbsent, which would check a good directory again and again.
        if (!checked.containsKey(key)) {
          checked.put(key, unusable(release));
        }
        lines.add(new Line(release, status, checked.get(key)));
      }
    }
    return lines;
  }

  private static String unusable(Release release) {
    try {
      return Publisher.mismatch(release, ModelLoader.ofFileSystem().load(release.uri()).info());
    } catch (IOException | RuntimeException e) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
  }
}
