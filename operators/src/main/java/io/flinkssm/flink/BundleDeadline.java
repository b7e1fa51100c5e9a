package io.flinkssm.flink;

import java.util.concurrent.ScheduledFuture;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * Calls once the first frame of a bundle has waited long enough. There is one timer at a time,
 * which moves on when it fires early, and not one for each bundle. Not checkpointed, as no bundle
 * is.
 */
final class BundleDeadline {
  private static final long NONE = Long.MAX_VALUE;

  /** What is called. */
  interface Action {
    void run() throws Exception;
  }

  private final ProcessingTimeService time;
  private final long waitMillis;
  private final Action action;
  private long due = NONE;
  private ScheduledFuture<?> timer;

  BundleDeadline(ProcessingTimeService time, long waitMillis, Action action) {
    this.time = time;
    this.waitMillis = waitMillis;
    this.action = action;
  }

  /** A bundle has got its first frame. */
  void start() {
    due = time.getCurrentProcessingTime() + waitMillis;
    if (timer == null) {
      setTimer();
    }
  }

  /** The bundle has been scored. */
  void stop() {
    due = NONE;
  }

  private void setTimer() {
    timer = time.registerTimer(due, this::onTimer);
  }

  private void onTimer(long timestamp) throws Exception {
    timer = null;
    if (timestamp >= due) {
      action.run();
    } else if (due != NONE) {
      setTimer();
    }
  }
}
