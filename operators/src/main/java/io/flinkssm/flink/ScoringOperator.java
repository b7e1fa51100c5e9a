package io.flinkssm.flink;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.Bundle;
import io.flinkssm.stream.Expiry;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.History;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.KeyedStates;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.Scorer;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringSink;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeutils.base.ByteSerializer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Scores keyed frames.
 *
 * <p>It keeps one packed value per key ({@link ScoringState}), and the frames that wait for the
 * watermark if they are sorted. It emits by the emission policy while frames arrive, and the final
 * score of a segment when its end is flagged, when a long gap follows, when the key is idle in
 * event time, and at the end of input. After a restore every key continues with the bits it had.
 *
 * <p>Frames are scored in bundles, of one frame unless more are allowed: the value of each key is
 * read and written once a bundle. A bundle is scored when it is full or its first frame has waited
 * long enough, and before anything that must find all frames scored: a watermark and the timers
 * that it fires, a change of idleness, a checkpoint, the end of input. So nothing of it is stored.
 * Values are held from the read to the write and no longer: on the heap a later snapshot would see
 * them change.
 *
 * <p>Sorted frames are drained into a bundle key by key, and wait there for the drains of other
 * keys only: a timer at the watermark itself fires after them, and before the watermark leaves.
 */
class ScoringOperator extends AbstractStreamOperator<Score>
    implements OneInputStreamOperator<Frame, Score>, Triggerable<String, Byte> {
  /** One frame in this many is timed: reading the clock costs as much as a small step. */
  private static final int TIMED = 256;

  // Namespaces of the one timer service: only timers of one service fire in a defined order.
  private static final byte SORT = 0;
  private static final byte IDLE = 1;
  private static final byte DRAINED = 2;

  private final ScoringConfig rules;
  private final BundleLimits limits;
  private final InitialModel initial;
  private final Duration stateTtl;

  private transient boolean restored;
  private transient ModelCache.Lease lease;
  private transient ReleaseInput releases;
  private transient Scorer<?> scorer;
  private transient ScoringMetrics scoringMetrics;
  private transient Bundle<?> bundle;
  private transient BundleDeadline deadline;
  private transient KeyedStates states;
  private transient ScoringSink sink;
  private transient ValueState<KeyState<?>> keyStates;
  private transient InternalTimerService<Byte> timers;
  private transient SortBuffer buffer;
  private transient Expiry expiry;
  private transient int framesUntilTimed;
  private transient Consumer<Frame> lag;
  private transient long nowMillis;

  ScoringOperator(
      ScoringConfig rules, BundleLimits limits, InitialModel initial, Duration stateTtl) {
    this.rules = Objects.requireNonNull(rules, "rules");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.initial = Objects.requireNonNull(initial, "initial");
    this.stateTtl = Objects.requireNonNull(stateTtl, "stateTtl");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    restored = context.isRestored();
  }

  @Override
  public void open() throws Exception {
    super.open();
    lease = initial.open(restored);
    SequenceModel model = lease == null ? null : lease.model();
    String name = model == null ? initial.name() : model.info().name();
    scoringMetrics = new ScoringMetrics(getMetricGroup(), name);
    sink = new ScoringOutput(output);
    releases = new ReleaseInput(initial.loader(), rules.latenessMicros(), scoringMetrics, sink);
    scorer =
        rules.precision() == ScoringConfig.Precision.FLOAT32
            ? scorer(name, model, Kernels.float32())
            : scorer(name, model, Kernels.float64());
    releases.connect(scorer);
    tellHeld();
    bundle = scorer.newBundle();
    deadline =
        new BundleDeadline(getProcessingTimeService(), limits.maxLatency().toMillis(), this::flush);
    lag =
        frame ->
            scoringMetrics.eventTimeLagMillis(
                nowMillis - Math.floorDiv(frame.startMicros(), 1000L));
    expiry = new Expiry(rules);
    states = new States();
    keyStates = getRuntimeContext().getState(ScoringState.keyState(stateTtl));
    timers = getInternalTimerService("ssm", ByteSerializer.INSTANCE, this);
    if (rules.ordering() == ScoringConfig.Ordering.SORTED) {
      buffer =
          SortBuffer.of(getRuntimeContext().getMapState(ScoringState.frameBuffer()), timers, SORT);
    }
  }

  private <A> Scorer<A> scorer(String name, SequenceModel model, Kernels<A> kernels) {
    Scorer<A> made = new Scorer<>(name, model, releases, history(), kernels, rules, scoringMetrics);
    if (model == null) {
      LOG.info("Scoring with model {} once a version of it is released", name);
      return made;
    }
    ModelInfo info = model.info();
    scoringMetrics.modelVersion(info.version());
    LOG.info(
        "Scoring with model {} {} ({}, sha256 {}) from {}: {} channels to {} outputs at {} Hz,"
            + " {} state elements and at most {} bytes per key, {} with kernels {}, {} order",
        info.name(),
        info.version(),
        info.architecture(),
        info.sha256(),
        initial.uri(),
        info.inputChannels(),
        info.outputSize(),
        info.sampleRateHz(),
        made.stateLength(),
        made.maxBytesPerKey(),
        rules.precision(),
        kernels.name(),
        rules.ordering());
    return made;
  }

  private History history() {
    return rules.retainMicros() == 0
        ? History.NONE
        : new KeyedHistory(
            this::setCurrentKey,
            getRuntimeContext().getMapState(ScoringState.retained(stateTtl)),
            getRuntimeContext().getState(ScoringState.newestRetained(stateTtl)));
  }

  /** Updates the metrics of what is held; not for every frame. */
  final void tellHeld() {
    scoringMetrics.held(scorer.maxBytesPerKey(), scorer.sampleRates(), releases.models());
  }

  /** What is released; between {@link #open} and {@link #close}. */
  final ReleaseInput releases() {
    return releases;
  }

  @Override
  public void processElement(StreamRecord<Frame> element) throws Exception {
    Frame frame = element.getValue();
    if (!scorer.check(frame, sink)) {
      return;
    }
    if (buffer != null) {
      if (!buffer.add(frame)) {
        late(frame);
      }
      return;
    }
    if (bundle.isEmpty() && limits.maxFrames() > 1) {
      deadline.start();
    }
    bundle.add(frame);
    flushIfFull();
  }

  /** Bundles the current key's frames that the watermark has passed. */
  private void drain() throws Exception {
    List<Frame> due = buffer.takeDue();
    if (due.isEmpty()) {
      return;
    }
    if (bundle.isEmpty() && limits.maxFrames() > 1) {
      timers.registerEventTimeTimer(DRAINED, timers.currentWatermark());
    }
    for (Frame frame : due) {
      bundle.add(frame);
    }
    flushIfFull();
  }

  private void flushIfFull() throws IOException {
    if (limits.full(bundle.frames(), bundle.values())) {
      flush();
    }
  }

  /** Scores the bundle. Afterwards the current key is any of its keys. */
  final void flush() throws IOException {
    int frames = bundle.frames();
    if (frames == 0) {
      return;
    }
    deadline.stop();
    scoringMetrics.bundle(frames, bundle.keys());
    nowMillis = getProcessingTimeService().getCurrentProcessingTime();
    bundle.forEach(lag);
    framesUntilTimed -= frames;
    if (framesUntilTimed >= 0) {
      bundle.score(states, sink);
      return;
    }
    framesUntilTimed = TIMED - 1;
    long start = System.nanoTime();
    bundle.score(states, sink);
    scoringMetrics.stepNanos((System.nanoTime() - start) / frames);
  }

  private void late(Frame frame) throws Exception {
    if (!bundle.isEmpty()) {
      // Records may come between two timers of one watermark, if timers can be interrupted.
      flush();
      setCurrentKey(frame.key());
    }
    scorer.late(keyStates.value(), frame, timers.currentWatermark(), sink);
  }

  private void store(KeyState<?> state) throws IOException {
    long due = expiry.schedule(state);
    if (due != KeyState.NO_TIME) {
      timers.registerEventTimeTimer(IDLE, due);
    }
    keyStates.update(state);
  }

  @Override
  public void onEventTime(InternalTimer<String, Byte> timer) throws Exception {
    if (timer.getNamespace() == DRAINED) {
      flush();
      return;
    }
    if (buffer != null) {
      // Also before an idle timer: no frame may wait behind the end of its segment.
      drain();
    }
    if (timer.getNamespace() == IDLE) {
      flush();
      setCurrentKey(timer.getKey());
      idle(timer);
    }
  }

  /** Ends the segment of a key that has gone quiet, and forgets a key that stays so. */
  private void idle(InternalTimer<String, Byte> timer) throws Exception {
    KeyState<?> state = keyStates.value();
    if (!expiry.fired(state, timer.getTimestamp())) {
      return;
    }
    long watermark = timers.currentWatermark();
    if (expiry.endsSegment(state, watermark)) {
      state = scorer.end(state, timer.getKey(), sink);
    }
    if (expiry.forgets(state, watermark)) {
      keyStates.clear();
    } else {
      store(state);
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, Byte> timer) {
    throw new IllegalStateException("no keyed processing-time timer is ever registered");
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    flush();
    super.processWatermark(mark);
    releases.watermark(TimeUnit.MILLISECONDS.toMicros(mark.getTimestamp()));
    tellHeld();
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    flush();
    super.processWatermarkStatus(status);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flush();
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  @Override
  public void finish() throws Exception {
    flush();
    super.finish();
  }

  @Override
  public void close() throws Exception {
    if (releases != null) {
      releases.close();
    }
    if (lease != null) {
      lease.close();
    }
    super.close();
  }

  /** Lets checkpoints start while a long drain is under way. */
  @Override
  public boolean useInterruptibleTimers(ReadableConfig options) {
    return options.get(CheckpointingOptions.ENABLE_UNALIGNED_INTERRUPTIBLE_TIMERS);
  }

  /** The one packed value of each key, in Flink's state. */
  private final class States implements KeyedStates {
    @Override
    public KeyState<?> read(String key) throws IOException {
      setCurrentKey(key);
      return keyStates.value();
    }

    @Override
    public void write(String key, KeyState<?> state) throws IOException {
      setCurrentKey(key);
      store(state);
    }
  }
}
