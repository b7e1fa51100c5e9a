package io.flinkssm.flink;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.ReleaseCheck;
import io.flinkssm.stream.WindowRescorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of the model that windows are rescored with: the initial one, then at each
 * activation the release for it. Loading begins when a release is announced; once its model is
 * there, its kernels are made for all sampling rates in use, in the background. A release that
 * cannot be used is forgotten, as if it had never been announced. All methods belong to the task's
 * thread.
 */
final class RescoringModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RescoringModels.class);

  /** Hears what becomes of releases. */
  interface Listener {
    /** A release is ready for windows that end at its activation or later. */
    void ready(Release release);

    /** A release cannot be used. */
    void refused(Release release, String reason);
  }

  /** One version; its rescorer is null until its model is there. */
  private static final class Version {
    final Release release;
    final ModelCache.Lease lease;
    WindowRescorer<?> rescorer;
    KernelReports kernels;

    Version(Release release, ModelCache.Lease lease) {
      this.release = release;
      this.lease = lease;
    }

    long activateAtMicros() {
      return release == null ? Long.MIN_VALUE : release.activateAtMicros();
    }
  }

  private final ModelLoader loader;
  private final Function<SequenceModel, WindowRescorer<?>> rescorers;
  private final RateMethod method;
  private final int windowSize;
  private final Listener listener;
  private final ModelInfo info;

  /** The initial version, then the releases in their order. */
  private final List<Version> versions = new ArrayList<>();

  private final Set<Double> rates = new TreeSet<>();

  /**
   * @param initial lease of the model in force before the first release, which has been loaded;
   *     closed with this
   * @param loader of the models of releases
   * @param rescorers make what scores windows with a model; throw an IllegalArgumentException for
   *     models that cannot be used
   * @param method by which windows take a sampling rate
   * @param windowSize most samples of a window
   */
  RescoringModels(
      ModelCache.Lease initial,
      ModelLoader loader,
      Function<SequenceModel, WindowRescorer<?>> rescorers,
      RateMethod method,
      int windowSize,
      Listener listener)
      throws IOException {
    this.loader = loader;
    this.rescorers = rescorers;
    this.method = method;
    this.windowSize = windowSize;
    this.listener = listener;
    info = initial.model().info();
    Version first = new Version(null, initial);
    versions.add(first);
    use(first, initial.model());
  }

  /** Begins to load the model of a release, unless it is known, or of another name. */
  void announce(Release release) {
    if (!release.name().equals(info.name())) {
      return;
    }
    int place = versions.size();
    while (place > 1 && versions.get(place - 1).release.compareTo(release) >= 0) {
      place--;
    }
    if (place < versions.size() && versions.get(place).release.equals(release)) {
      return;
    }
    versions.add(
        place,
        new Version(release, ModelCache.shared().acquire(release.uri(), release.sha256(), loader)));
  }

  /** Takes the models into use that have been loaded meanwhile. */
  void poll() {
    settle(version -> version.lease.isDone());
  }

  /** Sees to it that all versions in force up to a time can be used; waits for their models. */
  void settle(long micros) {
    settle(version -> version.activateAtMicros() <= micros);
  }

  private void settle(Function<Version, Boolean> which) {
    // By index: most of the time nothing is to be done, for every frame.
    for (int i = 1; i < versions.size(); i++) {
      Version version = versions.get(i);
      if (version.rescorer == null && which.apply(version) && !tryUse(version)) {
        versions.remove(i--);
      }
    }
  }

  private boolean tryUse(Version version) {
    String reason;
    try {
      SequenceModel model = version.lease.model();
      reason = ReleaseCheck.checkWindows(version.release, model.info(), info);
      if (reason == null) {
        use(version, model);
        listener.ready(version.release);
        return true;
      }
    } catch (IOException | IllegalArgumentException e) {
      reason = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    close(version);
    LOG.warn(
        "Release of {} version {} from {} is refused: {}. Rescoring goes on without it.",
        version.release.name(),
        version.release.version(),
        version.release.uri(),
        reason);
    listener.refused(version.release, reason);
    return false;
  }

  private void use(Version version, SequenceModel model) throws IOException {
    version.rescorer = rescorers.apply(version.lease.shared());
    version.kernels = new KernelReports(model, method, windowSize);
    for (double rate : rates) {
      try {
        version.kernels.at(rate, version.rescorer.preparation(rate));
      } catch (IllegalArgumentException e) {
        LOG.info("{}", e.getMessage());
      }
    }
  }

  /** What scores a window whose last sample is at a time. */
  WindowRescorer<?> at(long micros) {
    settle(micros);
    int last = versions.size() - 1;
    while (versions.get(last).activateAtMicros() > micros || versions.get(last).rescorer == null) {
      last--;
    }
    return versions.get(last).rescorer;
  }

  /**
   * Begins on the kernels at a sampling rate, if it is new.
   *
   * @throws IllegalArgumentException if no version takes the rate
   */
  void meet(double sampleRateHz) {
    IllegalArgumentException refusal = null;
    boolean taken = false;
    for (Version version : versions) {
      if (version.rescorer != null) {
        try {
          version.kernels.at(sampleRateHz, version.rescorer.preparation(sampleRateHz));
          taken = true;
        } catch (IllegalArgumentException e) {
          refusal = e;
        }
      }
    }
    if (!taken) {
      throw refusal;
    }
    rates.add(sampleRateHz);
  }

  /** Makes all kernels anew. */
  void again() {
    each(KernelReports::again);
  }

  /** The summaries of kernels that are ready, each once. */
  List<KernelSummary> ready() {
    List<KernelSummary> all = new ArrayList<>();
    each(kernels -> all.addAll(kernels.ready()));
    return all;
  }

  /** The summaries that are left; waits for them. */
  List<KernelSummary> rest() {
    List<KernelSummary> all = new ArrayList<>();
    each(kernels -> all.addAll(kernels.rest()));
    return all;
  }

  private void each(Consumer<KernelReports> action) {
    for (Version version : versions) {
      if (version.kernels != null) {
        action.accept(version.kernels);
      }
    }
  }

  private static void close(Version version) {
    if (version.kernels != null) {
      version.kernels.close();
    }
    version.lease.close();
  }

  @Override
  public void close() {
    versions.forEach(RescoringModels::close);
    versions.clear();
  }
}
