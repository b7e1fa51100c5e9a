package io.flinkssm.flink;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.Expiry;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.Scorer;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringSink;
import java.io.IOException;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.metrics.MetricGroup;

/**
 * Scores the frames of keys inside an operator that is not of this library, such as that of a
 * process table function: the rules, the state of a key and the metrics of {@link SsmScoring} and
 * {@link SsmDetection}, one frame at a time, without releases.
 *
 * <p>The host has the state and the timers of the current key. Not thread-safe.
 */
public final class HostedScorer implements AutoCloseable {
  private final ModelCache.Lease lease;
  private final ModelInfo model;
  private final Scorer<?> scorer;
  private final ScoringMetrics metrics;
  private final Expiry expiry;
  private final boolean sorted;

  private HostedScorer(ModelCache.Lease lease, ScoringConfig rules, MetricGroup metricGroup)
      throws IOException {
    this.lease = lease;
    SequenceModel sequenceModel = lease.model();
    model = sequenceModel.info();
    metrics = new ScoringMetrics(metricGroup, model.name());
    metrics.modelVersion(model.version());
    scorer =
        rules.precision() == ScoringConfig.Precision.FLOAT32
            ? new Scorer<>(sequenceModel, Kernels.float32(), rules, metrics)
            : new Scorer<>(sequenceModel, Kernels.float64(), rules, metrics);
    expiry = new Expiry(rules);
    sorted = rules.ordering() == ScoringConfig.Ordering.SORTED;
    tellHeld();
  }

  /**
   * Scores with the model of the options.
   *
   * @param options see {@link ScoringOptions}; {@code ssm.model.path} is required
   * @throws IOException if the model cannot be read
   * @throws IllegalArgumentException naming the option that is missing or wrong
   */
  public static HostedScorer scoring(ReadableConfig options, MetricGroup metrics)
      throws IOException {
    return open(
        InitialModel.required(options, ModelLoader.ofFileSystem()),
        ScoringOptions.scoring(options),
        metrics);
  }

  /**
   * Detects anomalies.
   *
   * @param options see {@link DetectionOptions}; none is required
   * @throws IOException if the forecaster cannot be read
   * @throws IllegalArgumentException naming the option that is wrong
   */
  public static HostedScorer detection(ReadableConfig options, MetricGroup metrics)
      throws IOException {
    Configuration complete = DetectionOptions.withDefaults(options);
    DetectorLoader detectors = DetectorLoader.of(complete);
    return open(
        new InitialModel(detectors.uri(), null, detectors),
        DetectionOptions.rules(complete),
        metrics);
  }

  private static HostedScorer open(InitialModel model, ScoringConfig rules, MetricGroup metrics)
      throws IOException {
    // Whether the job has state to lose is not known here, so a restart strategy may try again.
    ModelCache.Lease lease = model.open(true);
    ModelCache.shared().endWithThread(lease);
    try {
      return new HostedScorer(lease, rules, metrics);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /** What scores. */
  public ModelInfo model() {
    return model;
  }

  /** The state and the timers of the current key. */
  public interface Host {
    /** The state, or null for a new key. */
    KeyState<?> read() throws Exception;

    void write(KeyState<?> state) throws Exception;

    void clear() throws Exception;

    /** The frames that wait for the watermark; asked for with {@code ssm.ordering=sorted} only. */
    SortBuffer.Store waiting();

    /** Milliseconds, {@link Long#MIN_VALUE} before the first. */
    long watermark();

    /** Registers an event-time timer; {@link Long#MAX_VALUE} stands for the end of input. */
    void wakeAt(long millis);
  }

  /** Takes a frame of the current key. */
  public void take(Frame frame, Host host, ScoringSink sink) throws Exception {
    if (!scorer.check(frame, sink)) {
      return;
    }
    if (!sorted) {
      score(frame, host, sink);
    } else if (!buffer(host).add(frame)) {
      scorer.late(host.read(), frame, host.watermark(), sink);
    }
  }

  private void score(Frame frame, Host host, ScoringSink sink) throws Exception {
    KeyState<?> changed = scorer.score(host.read(), frame, sink);
    if (changed != null) {
      store(changed, host);
    }
  }

  private static SortBuffer buffer(Host host) {
    return new SortBuffer(host.waiting(), host::watermark, host::wakeAt);
  }

  private void store(KeyState<?> state, Host host) throws Exception {
    long due = expiry.schedule(state);
    if (due != KeyState.NO_TIME) {
      host.wakeAt(due);
    }
    host.write(state);
  }

  /**
   * A timer of the current key has fired.
   *
   * @param millis what was given to {@link Host#wakeAt}
   */
  public void wake(long millis, Host host, ScoringSink sink) throws Exception {
    if (sorted) {
      // First of all: no frame may wait behind the end of its segment.
      List<Frame> due = buffer(host).takeDue();
      for (Frame frame : due) {
        score(frame, host, sink);
      }
    }
    KeyState<?> state = host.read();
    if (!expiry.fired(state, millis)) {
      return;
    }
    long watermark = host.watermark();
    if (expiry.endsSegment(state, watermark)) {
      state = scorer.end(state, "", sink);
    }
    if (expiry.forgets(state, watermark)) {
      host.clear();
    } else {
      store(state, host);
    }
    tellHeld();
  }

  /** Updates the metrics of what is held; not for every frame. */
  private void tellHeld() {
    metrics.held(scorer.maxBytesPerKey(), scorer.sampleRates(), 0);
  }

  @Override
  public void close() {
    lease.close();
  }
}
