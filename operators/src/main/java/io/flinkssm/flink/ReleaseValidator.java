package io.flinkssm.flink;

import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejections;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.ReleaseCheck;
import io.flinkssm.stream.ScoringConfig;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Lets those releases of the job's model through that can be used: in one place, once, before any
 * task hears of them. The others leave as rejected records, and what scored before goes on.
 *
 * <p>It reads each model, one at a time, off the task's thread: while it waits, records and
 * checkpoints pass, as a checkpoint that waited here would hold up the frames. Releases that wait
 * are part of the checkpoint, and so are those let through, as what a release is compared with.
 *
 * <p>A model that cannot be read is tried again some times. What is refused stays refused: publish
 * it anew.
 */
final class ReleaseValidator extends AbstractStreamOperator<Release>
    implements OneInputStreamOperator<Release, Release> {
  private static final long serialVersionUID = 1L;

  /** Processing time between two looks at a model that is being loaded. */
  static final long POLL_MILLIS = 50;

  /** Processing time before a model that cannot be read is tried again. */
  static final long RETRY_MILLIS = 1000;

  /** Times that a model is read before it counts as unreadable. */
  static final int ATTEMPTS = 3;

  private static final int REMEMBERED = 100;

  private final InitialModel initial;
  private final ScoringConfig rules;

  private transient boolean restored;
  private transient ListState<Release> waitingState;
  private transient ListState<Release> acceptedState;
  private transient ArrayDeque<Release> waiting;
  private transient TreeSet<Release> accepted;
  private transient String name;
  private transient Counter rejected;
  private transient ScheduledFuture<?> timer;
  private transient int attempts;

  private transient ModelCache.Lease first; // the initial model
  private transient ModelCache.Lease latest; // what was accepted last
  private transient ModelCache.Lease candidate; // the first release that waits
  private transient ModelCache.Lease before; // what it would follow on

  ReleaseValidator(InitialModel initial, ScoringConfig rules) {
    this.initial = Objects.requireNonNull(initial, "initial");
    this.rules = Objects.requireNonNull(rules, "rules");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    restored = context.isRestored();
    waitingState = list(context, "waiting");
    acceptedState = list(context, "accepted");
    waiting = new ArrayDeque<>();
    waitingState.get().forEach(waiting::add);
    accepted = new TreeSet<>();
    acceptedState.get().forEach(accepted::add);
  }

  private static ListState<Release> list(StateInitializationContext context, String name)
      throws Exception {
    return context
        .getOperatorStateStore()
        .getListState(new ListStateDescriptor<>(name, new ReleaseSerializer()));
  }

  @Override
  public void open() throws Exception {
    super.open();
    first = initial.open(restored);
    name = first == null ? initial.name() : first.model().info().name();
    rejected =
        getMetricGroup()
            .addGroup(ScoringMetrics.GROUP)
            .addGroup(ScoringMetrics.MODEL, name)
            .counter(ScoringMetrics.MODEL_REJECTED);
    proceed();
  }

  @Override
  public void processElement(StreamRecord<Release> element) {
    Release release = element.getValue();
    if (!release.name().equals(name)) {
      LOG.debug("{} is for another job", release);
    } else if (accepted.contains(release)) {
      // The log is read again from an earlier position; tasks pass over what they know.
      output.collect(new StreamRecord<>(release));
    } else {
      waiting.add(release);
      proceed();
    }
  }

  /** Decides on releases until one has to wait for its model. */
  private void proceed() {
    while (!waiting.isEmpty()) {
      Release release = waiting.element();
      if (candidate == null) {
        load(release);
      }
      if (!candidate.isDone() || (before != null && !before.isDone())) {
        comeBackIn(POLL_MILLIS);
        return;
      }
      String reason;
      try {
        reason = fault(release);
      } catch (IOException e) {
        attempts++;
        if (attempts < ATTEMPTS) {
          LOG.warn("The model of {} cannot be read, and is tried again", release, e);
          unload();
          comeBackIn(RETRY_MILLIS);
          return;
        }
        reason = unreadable(e);
      }
      decide(release, reason);
    }
  }

  private void comeBackIn(long millis) {
    if (timer == null) {
      long due = getProcessingTimeService().getCurrentProcessingTime() + millis;
      timer =
          getProcessingTimeService()
              .registerTimer(
                  due,
                  timestamp -> {
                    timer = null;
                    proceed();
                  });
    }
  }

  private void load(Release release) {
    Release predecessor = accepted.lower(release);
    candidate = acquire(release);
    before = predecessor == null ? null : acquire(predecessor);
  }

  private ModelCache.Lease acquire(Release release) {
    return ModelCache.shared().acquire(release.uri(), release.sha256(), initial.loader());
  }

  private void unload() {
    close(candidate);
    close(before);
    candidate = null;
    before = null;
  }

  /** Why a release cannot be used, or null if it can; waits for its model if need be. */
  private String fault(Release release) throws IOException {
    try {
      return ReleaseCheck.check(release, candidate.model(), predecessor(), rules);
    } catch (InvalidModelException e) {
      return e.getMessage();
    }
  }

  /**
   * The model that the release would follow on; null if there is none, or none that is readable.
   */
  private SequenceModel predecessor() throws IOException {
    if (before == null) {
      return first == null ? null : first.model();
    }
    try {
      return before.model();
    } catch (IOException | InvalidModelException e) {
      LOG.warn("What was accepted cannot be read any more, and so not be compared with", e);
      return null;
    }
  }

  private static String unreadable(IOException failure) {
    return failure.getMessage()
        + "; put the model where every task manager can read it, and publish it anew";
  }

  private void decide(Release release, String reason) {
    waiting.remove();
    attempts = 0;
    if (reason == null) {
      accepted.add(release);
      if (accepted.size() > REMEMBERED) {
        accepted.pollFirst();
      }
      LOG.info("Accepted {}", release);
      output.collect(new StreamRecord<>(release));
      // Held until the next one, so that tasks beside this one need not read it again.
      close(latest);
      latest = candidate;
      candidate = null;
    } else {
      Rejection rejection = Rejections.badRelease(release, reason);
      LOG.warn(rejection.message());
      rejected.inc();
      ScoringOutput.reject(output, rejection);
    }
    unload();
  }

  @Override
  public void finish() throws Exception {
    while (!waiting.isEmpty()) {
      Release release = waiting.element();
      if (candidate == null) {
        load(release);
      }
      String reason;
      try {
        reason = fault(release);
      } catch (IOException e) {
        reason = unreadable(e);
      }
      decide(release, reason);
    }
    super.finish();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    waitingState.update(new ArrayList<>(waiting));
    acceptedState.update(new ArrayList<>(accepted));
  }

  @Override
  public void close() throws Exception {
    if (timer != null) {
      timer.cancel(false);
    }
    unload();
    close(latest);
    close(first);
    super.close();
  }

  private static void close(ModelCache.Lease lease) {
    if (lease != null) {
      lease.close();
    }
  }
}
