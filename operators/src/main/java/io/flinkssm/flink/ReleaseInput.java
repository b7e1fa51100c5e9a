package io.flinkssm.flink;

import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.ModelSource;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejections;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.Scorer;
import io.flinkssm.stream.ScoringSink;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The release side of the scoring operator: tells the scorer of releases, and holds their models.
 *
 * <p>Loading begins when a release is announced, so that the switch need not wait; a frame that
 * needs a model before it is there does wait, as scores must not depend on the speed of a disk. A
 * model is held from then until its successor has been in force for longer than the lateness.
 *
 * <p>Three sources say what is released: the broadcast stream, whose releases have been validated;
 * the broadcast state, which remembers them; and the history, which comes unvalidated from the log.
 * The order in which releases become known does not matter.
 */
final class ReleaseInput implements ModelSource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseInput.class);

  /** Releases that are remembered; far more than can be in force while a job replays. */
  private static final int REMEMBERED = 100;

  private final ModelLoader loader;
  private final long latenessMicros;
  private final ScoringMetrics metrics;
  private final ScoringSink sink;
  private final Map<Release, ModelCache.Lease> leases = new HashMap<>();
  private Scorer<?> scorer;
  private BroadcastState<Release, Boolean> accepted;
  private long watermarkMicros = Long.MIN_VALUE;

  ReleaseInput(ModelLoader loader, long latenessMicros, ScoringMetrics metrics, ScoringSink sink) {
    this.loader = loader;
    this.latenessMicros = latenessMicros;
    this.metrics = metrics;
    this.sink = sink;
  }

  /** Before anything else: whom to tell. */
  void connect(Scorer<?> scorer) {
    this.scorer = scorer;
  }

  /** Models that are held, loaded or not. */
  int models() {
    return leases.size();
  }

  /** Tells of all that was released before, in this run or another. */
  void begin(BroadcastState<Release, Boolean> remembered, List<Release> history) throws Exception {
    accepted = remembered;
    int known = 0;
    for (Map.Entry<Release, Boolean> entry : accepted.entries()) {
      known += scorer.announce(entry.getKey()) ? 1 : 0;
    }
    int before = known;
    for (Release release : history) {
      known += scorer.announce(release) ? 1 : 0;
    }
    LOG.info("{} releases remembered, {} more in the log", before, known - before);
  }

  /** Takes a release of the stream. */
  void announce(Release release) throws Exception {
    accepted.put(release, true);
    if (scorer.announce(release)) {
      boolean late = release.activateAtMicros() <= watermarkMicros;
      LOG.info("{} is announced for {} µs", describe(release), release.activateAtMicros());
      if (late) {
        metrics.lateRelease();
        LOG.warn(
            "{} came after its activation at {} µs: the watermark is {} µs. It takes effect at each"
                + " key's next sample, and scores before that stay; publish releases ahead of time",
            describe(release),
            release.activateAtMicros(),
            watermarkMicros);
      }
      hold(release);
      settle();
    }
    forgetOldest();
  }

  /** Event time has come to this point, and all timers up to it have fired. */
  void watermark(long micros) {
    watermarkMicros = micros;
    scorer.retire(micros);
    settle();
  }

  /** Holds what is in force or will be, and gives up what only stragglers could need. */
  private void settle() {
    if (watermarkMicros == Long.MIN_VALUE) {
      return; // Nobody knows yet which of many releases matter.
    }
    List<Release> all = scorer.releases();
    int inForce = last(all, watermarkMicros);
    if (inForce >= 0) {
      metrics.modelVersion(all.get(inForce).version());
    }
    for (Release old : all.subList(0, Math.max(0, last(all, watermarkMicros - latenessMicros)))) {
      letGo(old);
    }
    all.subList(Math.max(0, inForce), all.size()).forEach(this::hold);
  }

  /** Index of the release in force at a time, or −1. */
  private static int last(List<Release> all, long micros) {
    int found = all.size() - 1;
    while (found >= 0 && all.get(found).activateAtMicros() > micros) {
      found--;
    }
    return found;
  }

  private ModelCache.Lease hold(Release release) {
    return leases.computeIfAbsent(
        release, wanted -> ModelCache.shared().acquire(wanted.uri(), wanted.sha256(), loader));
  }

  @Override
  public SequenceModel model(Release release) throws IOException {
    boolean early = leases.containsKey(release);
    try {
      return hold(release).model();
    } catch (InterruptedIOException e) {
      // No fault of the release: the task is being cancelled.
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      letGo(release);
      if (early) {
        // What failed some time ago need not fail now.
        return model(release);
      }
      throw failure(release, e);
    }
  }

  /**
   * Storage that fails is no fault of a release that was readable when it was accepted. To refuse
   * it here, and not in other subtasks, would leave the job with two models: rather start again.
   */
  private IOException failure(Release release, IOException failure) {
    boolean gone =
        failure.getCause() instanceof FileNotFoundException
            || failure.getCause() instanceof NoSuchFileException;
    if (gone || !isAccepted(release)) {
      return failure;
    }
    throw new UncheckedIOException(describe(release) + " cannot be read now", failure);
  }

  private boolean isAccepted(Release release) {
    try {
      return accepted != null && accepted.contains(release);
    } catch (Exception e) {
      throw new IllegalStateException("broadcast state is on the heap, yet cannot be read", e);
    }
  }

  @Override
  public void letGo(Release release) {
    ModelCache.Lease lease = leases.remove(release);
    if (lease != null) {
      lease.close();
    }
  }

  @Override
  public void refused(Release release, String reason) {
    letGo(release);
    metrics.rejected(Rejection.Reason.BAD_RELEASE);
    sink.reject(Rejections.badRelease(release, reason));
  }

  /** Keeps the state small; which releases stay does not depend on the order in which they came. */
  private void forgetOldest() throws Exception {
    List<Release> all = new ArrayList<>();
    for (Map.Entry<Release, Boolean> entry : accepted.entries()) {
      all.add(entry.getKey());
    }
    all.sort(null);
    for (Release release : all.subList(0, Math.max(0, all.size() - REMEMBERED))) {
      accepted.remove(release);
    }
  }

  private static String describe(Release release) {
    return "Release of " + release.name() + ' ' + release.version() + " from " + release.uri();
  }

  @Override
  public void close() {
    leases.values().forEach(ModelCache.Lease::close);
    leases.clear();
  }
}
