package io.flinkssm.stream;

import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which version of the model is in force when: the initial one, then at each activation the release
 * announced for it. Releases are read when they are first asked for; one that cannot be used is
 * forgotten then, as if it had never been announced, so that the answer for a time depends on the
 * releases up to it and on nothing else.
 */
final class Timeline<A> {
  /** Releases that are remembered, besides the one in force. */
  static final int CAPACITY = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);

  /** A version from one activation to the next. */
  static final class Era<A> {
    private final Release release;
    private final long id;
    private Version<A> version;

    private Era(Release release, Version<A> version) {
      this.release = release;
      this.version = version;
      id =
          release == null
              ? version.id()
              : Version.id(release.name(), release.version(), release.sha256());
    }

    /** Event time of its first sample; {@link KeyState#NO_TIME} for the initial version. */
    long activateAtMicros() {
      return release == null ? KeyState.NO_TIME : release.activateAtMicros();
    }

    Release.StatePolicy policy() {
      return release.statePolicy();
    }

    Version<A> version() {
      return version;
    }
  }

  private final String name;
  private final ModelSource source;
  private final Kernels<A> kernels;
  private final ScoringConfig config;
  private final ScoringCounters counters;

  /** The initial version, or null. */
  private final Era<A> initial;

  /** Releases in their order. */
  private final List<Era<A>> eras = new ArrayList<>();

  /** Values per sample, by the first version in use; 0 before there is one. */
  private int channels;

  private String channelsRemedy = "send at least one";

  private long settledMicros = KeyState.NO_TIME;

  /**
   * @param model the initial one, or null
   */
  Timeline(
      String name,
      SequenceModel model,
      ModelSource source,
      Kernels<A> kernels,
      ScoringConfig config,
      ScoringCounters counters) {
    this.name = name;
    this.source = source;
    this.kernels = kernels;
    this.config = config;
    this.counters = counters;
    initial = model == null ? null : new Era<>(null, version(model, null));
  }

  private Version<A> version(SequenceModel model, Release release) {
    Version<A> made = new Version<>(model, release, source, kernels, config, counters);
    channels = made.info().inputChannels();
    channelsRemedy = model.channelsRemedy();
    return made;
  }

  String name() {
    return name;
  }

  /** Values per sample; 0 if no model is known yet. */
  int channels() {
    return channels;
  }

  /** What to do about frames with another number. */
  String channelsRemedy() {
    return channelsRemedy;
  }

  /** Adds a release; false if it is known or of another model. */
  boolean announce(Release release) {
    if (!release.name().equals(name)) {
      return false;
    }
    int place = eras.size();
    while (place > 0 && eras.get(place - 1).release.compareTo(release) >= 0) {
      place--;
    }
    if (place < eras.size() && eras.get(place).release.equals(release)) {
      return false;
    }
    eras.add(place, new Era<>(release, null));
    if (eras.size() > CAPACITY + 1) {
      Era<A> forgotten = eras.remove(indexAt(settledMicros) == 0 ? 1 : 0);
      if (forgotten.version != null && versionOf(forgotten.id) == null) {
        forgotten.version.letGo();
      }
    }
    return true;
  }

  List<Release> releases() {
    return eras.stream().map(era -> era.release).toList();
  }

  /** Version that is announced for a time, whether or not it can be used; null for none. */
  String announcedVersion(long micros) {
    int last = indexAt(micros);
    if (last >= 0) {
      return eras.get(last).release.version();
    }
    return initial == null ? null : initial.version.info().version();
  }

  /** The era of a time, its version ready for use; null if there is no model for it. */
  Era<A> at(long micros) {
    for (int i = indexAt(micros); i >= 0; i = indexAt(micros)) {
      Era<A> era = eras.get(i);
      if (era.version != null || read(era)) {
        return era;
      }
    }
    return initial;
  }

  /** The first activation after a time; {@link Long#MAX_VALUE} if there is none. */
  long nextActivation(long micros) {
    int next = indexAt(micros) + 1;
    return next < eras.size() ? eras.get(next).release.activateAtMicros() : Long.MAX_VALUE;
  }

  /**
   * When another version takes over from the one of a time; {@link Long#MAX_VALUE} if none does.
   *
   * @param limit activations from here on are not looked into: they may bring nothing new
   */
  long nextEra(long micros, long limit) {
    Era<A> era = at(micros);
    long next = nextActivation(micros);
    while (next < limit && at(next) == era) {
      // It could not be used, and is forgotten now.
      next = nextActivation(micros);
    }
    return next;
  }

  /** The last release that is announced for a time, −1 for none. */
  private int indexAt(long micros) {
    int i = eras.size() - 1;
    while (i >= 0 && eras.get(i).release.activateAtMicros() > micros) {
      i--;
    }
    return i;
  }

  /** The version that made a state with an open segment, or null if it is not known. */
  Version<A> madeBy(KeyState<?> state) {
    Version<A> known = versionOf(state.modelId);
    if (known == null && initial != null && state.modelId == initial.version.firstFormatId()) {
      known = initial.version;
    }
    Era<A> era = known == null ? first(state.modelId) : null;
    while (era != null && !read(era)) {
      era = first(state.modelId);
    }
    known = era == null ? known : era.version;
    return known != null && known.fits(state) ? known : null;
  }

  private Era<A> first(long id) {
    for (Era<A> era : eras) {
      if (era.id == id) {
        return era;
      }
    }
    return null;
  }

  /** Reads the model of an era, or forgets the era. */
  private boolean read(Era<A> era) {
    Version<A> known = versionOf(era.id);
    String reason;
    try {
      SequenceModel model = known == null ? source.model(era.release) : known.model();
      reason = unusable(era, model);
      if (reason == null) {
        era.version = known != null ? known : version(model, era.release);
        return true;
      }
    } catch (IOException
        | IllegalArgumentException
        | UnsupportedOperationException
        | UnreadableModelException e) {
      reason = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    refuse(era, reason);
    return false;
  }

  private String unusable(Era<A> era, SequenceModel model) {
    SequenceModel before = null;
    if (era.policy() == Release.StatePolicy.KEEP) {
      Era<A> last = at(era.activateAtMicros() - 1);
      before = last == null ? null : last.version.model();
    }
    String reason = ReleaseCheck.check(era.release, model, before, config);
    return reason == null && channels > 0 ? ReleaseCheck.misfit(model.info(), channels) : reason;
  }

  private void refuse(Era<A> era, String reason) {
    eras.remove(era);
    counters.modelRejected();
    LOG.warn(
        "Release of {} version {} from {} is refused: {}. Scoring goes on without it.",
        era.release.name(),
        era.release.version(),
        era.release.uri(),
        reason);
    source.refused(era.release, reason);
  }

  private Version<A> versionOf(long id) {
    if (initial != null && initial.id == id) {
      return initial.version;
    }
    for (Era<A> era : eras) {
      if (era.version != null && era.id == id) {
        return era.version;
      }
    }
    return null;
  }

  /** Lets go of versions that have been followed by another one since before a time. */
  void retire(long micros) {
    settledMicros = Math.max(settledMicros, micros);
    int last = indexAt(settledMicros);
    // A release that nobody asked for may yet turn out to be unusable.
    while (last >= 0 && eras.get(last).version == null) {
      last--;
    }
    if (last < 0) {
      return;
    }
    for (Version<A> version : versions()) {
      if (eras.subList(last, eras.size()).stream().noneMatch(era -> era.version == version)) {
        version.letGo();
      }
    }
  }

  /** The versions in use so far, each once. */
  List<Version<A>> versions() {
    List<Version<A>> found = new ArrayList<>();
    if (initial != null) {
      found.add(initial.version);
    }
    for (Era<A> era : eras) {
      if (era.version != null && !found.contains(era.version)) {
        found.add(era.version);
      }
    }
    return found;
  }
}
