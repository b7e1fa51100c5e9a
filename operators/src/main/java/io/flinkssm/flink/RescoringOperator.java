package io.flinkssm.flink;

import io.flinkssm.model.KernelSummary;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.CarriedState;
import io.flinkssm.stream.Expiry;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.KeyWindows;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejections;
import io.flinkssm.stream.Release;
import io.flinkssm.stream.SamplePiece;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.Window;
import io.flinkssm.stream.WindowAssembler;
import io.flinkssm.stream.WindowRescorer;
import io.flinkssm.stream.WindowScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeutils.base.ByteSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Rescores windows of keyed frames, beside the streaming scores of the same samples if they come on
 * a second input.
 *
 * <p>Samples are appended to a log in keyed state, piece by piece as they come, and taken off when
 * the last window that needs them is scored. Without streaming scores a window is scored at its
 * last sample. With them it waits until the watermarks of both inputs have passed its end and the
 * configured wait; what arrives later is not compared. The windows of a key are scored in order, so
 * that each can go on from the state of the one before; what a window gives depends on frames and
 * options only.
 *
 * <p>A window is scored by the version of the model in force at its last sample. Releases are read
 * from their history when the operator opens and every now and then while it runs. One that resets
 * states ends segments here as it does in streaming; where it does not, a window that goes on from
 * the state of another version starts from zero instead, and says so.
 */
final class RescoringOperator extends AbstractStreamOperator<WindowScore>
    implements OneInputStreamOperator<Frame, WindowScore>,
        TwoInputStreamOperator<Frame, Score, WindowScore>,
        Triggerable<String, Byte> {
  static final OutputTag<Rejection> REJECTED = new OutputTag<>("rejected", SsmTypeInfo.REJECTION);
  static final OutputTag<WindowScore> DIVERGED =
      new OutputTag<>("diverged", SsmTypeInfo.WINDOW_SCORE);
  static final OutputTag<KernelSummary> KERNELS =
      new OutputTag<>("kernels", SsmTypeInfo.KERNEL_SUMMARY);

  // Namespaces of the one timer service: only timers of one service fire in a defined order.
  private static final byte SORT = 0;
  private static final byte IDLE = 1;
  private static final byte WINDOW = 2;

  private final ScoringConfig scoring;
  private final RescoringRules rules;
  private final InitialModel initial;
  private final ReleaseHistory history;
  private final KernelsChoice choice;

  private transient boolean restored;
  private transient ReleaseWatch watch;
  private transient RescoringModels models;
  private transient WindowAssembler assembler;
  private transient double minSampleRateHz;
  private transient ScoringMetrics frameMetrics;
  private transient RescoringMetrics windowMetrics;
  private transient ScheduledFuture<?> nextReport;
  private transient ScheduledFuture<?> nextLook;
  private transient ValueState<KeyState<?>> clocks;
  private transient ValueState<KeyWindows> windows;
  private transient MapState<Long, SamplePiece> samples;
  private transient ValueState<CarriedState> carried;
  private transient StreamedScores streamed;
  private transient InternalTimerService<Byte> timers;
  private transient SortBuffer buffer;
  private transient Expiry expiry;

  RescoringOperator(
      ScoringConfig scoring,
      RescoringRules rules,
      InitialModel initial,
      ReleaseHistory history,
      KernelsChoice choice) {
    this.history = Objects.requireNonNull(history, "history");
    this.scoring = Objects.requireNonNull(scoring, "scoring");
    this.rules = Objects.requireNonNull(rules, "rules");
    this.initial = Objects.requireNonNull(initial, "initial");
    this.choice = Objects.requireNonNull(choice, "choice");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    restored = context.isRestored();
  }

  @Override
  public void open() throws Exception {
    super.open();
    ModelCache.Lease lease = initial.open(restored);
    ModelInfo info = lease.model().info();
    frameMetrics = new ScoringMetrics(getMetricGroup(), info.name());
    windowMetrics = new RescoringMetrics(getMetricGroup(), info);
    models =
        new RescoringModels(
            lease,
            initial.loader(),
            this::rescorer,
            scoring.rateMethod(),
            rules.windows().size(),
            new Versions());
    minSampleRateHz = info.minSampleRateHz();
    assembler = new WindowAssembler(info, scoring, rules.windows(), frameMetrics, models::meet);
    watch = new ReleaseWatch(history);
    watch.first().forEach(models::announce);
    if (rules.releasesPeriodMillis() > 0) {
      lookAgainLater();
    }
    if (rules.kernelPeriodMillis() > 0) {
      reportAgainLater();
    }
    expiry = new Expiry(scoring);
    clocks = getRuntimeContext().getState(RescoringState.clock());
    windows = getRuntimeContext().getState(RescoringState.windows());
    samples = getRuntimeContext().getMapState(RescoringState.samples());
    carried = getRuntimeContext().getState(RescoringState.carried());
    streamed =
        rules.joins()
            ? new StreamedScores(getRuntimeContext().getMapState(RescoringState.streamed()))
            : null;
    timers = getInternalTimerService("rescoring", ByteSerializer.INSTANCE, this);
    if (scoring.ordering() == ScoringConfig.Ordering.SORTED) {
      buffer =
          SortBuffer.of(getRuntimeContext().getMapState(ScoringState.frameBuffer()), timers, SORT);
    }
  }

  private WindowRescorer<?> rescorer(SequenceModel model) {
    return rules.precision() == ScoringConfig.Precision.FLOAT32
        ? rescorer(model, choice.of(Kernels.float32()))
        : rescorer(model, choice.of(Kernels.float64()));
  }

  private <A> WindowRescorer<A> rescorer(SequenceModel model, Kernels<A> ofPrecision) {
    ModelInfo info = model.info();
    LOG.info(
        "Rescoring with model {} {} ({}, sha256 {}): {} windows of {} samples every {}, by {} with"
            + " kernels {}",
        info.name(),
        info.version(),
        info.architecture(),
        info.sha256(),
        rules.windows().kind(),
        rules.windows().size(),
        rules.windows().slide(),
        rules.method(),
        ofPrecision.name());
    return new WindowRescorer<>(
        model,
        ofPrecision,
        scoring.rateMethod(),
        rules.method(),
        rules.windows(),
        plan -> LOG.info("Windows: {}", plan));
  }

  /** What releases do to windows. */
  private final class Versions implements RescoringModels.Listener {
    @Override
    public void ready(Release release) {
      LOG.info(
          "Version {} of model {} rescores windows that end at {} µs or later",
          release.version(),
          release.name(),
          release.activateAtMicros());
      if (release.statePolicy() == Release.StatePolicy.RESET) {
        assembler.resetAt(release.activateAtMicros(), release.sequence());
      }
    }

    @Override
    public void refused(Release release, String reason) {
      frameMetrics.modelRejected();
      frameMetrics.rejected(Rejection.Reason.BAD_RELEASE);
      reject(Rejections.badRelease(release, reason));
    }
  }

  private void lookAgainLater() {
    long due = getProcessingTimeService().getCurrentProcessingTime() + rules.releasesPeriodMillis();
    nextLook =
        getProcessingTimeService()
            .registerTimer(
                due,
                time -> {
                  watch.next().forEach(models::announce);
                  models.poll();
                  report(models.ready());
                  lookAgainLater();
                });
  }

  private void reportAgainLater() {
    long due = getProcessingTimeService().getCurrentProcessingTime() + rules.kernelPeriodMillis();
    nextReport =
        getProcessingTimeService()
            .registerTimer(
                due,
                time -> {
                  models.again();
                  report(models.ready());
                  reportAgainLater();
                });
  }

  @Override
  public void processElement(StreamRecord<Frame> element) throws Exception {
    processElement1(element);
  }

  @Override
  public void processElement1(StreamRecord<Frame> element) throws Exception {
    Frame frame = element.getValue();
    if (!assembler.check(frame, this::reject)) {
      return;
    }
    if (buffer == null) {
      take(frame);
    } else if (!buffer.add(frame)) {
      late(frame);
    }
  }

  @Override
  public void processElement2(StreamRecord<Score> element) throws Exception {
    Score score = element.getValue();
    streamed.add(score);
    if (windows.value() == null) {
      // Without frames there will be no window to take it away.
      timers.registerEventTimeTimer(WINDOW, dueMillis(score.timeMicros()));
    }
  }

  private void late(Frame frame) throws Exception {
    assembler.late(clocks.value(), frame, timers.currentWatermark(), this::reject);
  }

  private void take(Frame frame) throws Exception {
    double slowest = Math.max(frame.sampleRateHz(), minSampleRateHz);
    models.settle(frame.startMicros() + (long) (frame.length() * 1e6 / slowest));
    List<SamplePiece> pieces = new ArrayList<>(2);
    KeyWindows before = known();
    WindowAssembler.Step step =
        assembler.add(
            clocks.value(), before, frame, (index, piece) -> pieces.add(piece), this::reject);
    long index = before.logEnd();
    for (SamplePiece piece : pieces) {
      samples.put(index, piece);
      index += piece.length();
    }
    if (step.clock() != null) {
      store(step.clock());
    }
    settle(before, step.windows());
  }

  private KeyWindows known() throws Exception {
    KeyWindows stored = windows.value();
    return stored == null ? KeyWindows.EMPTY : stored;
  }

  /** Scores the windows that are due, and sees to it that the other complete ones will be. */
  private void settle(KeyWindows before, KeyWindows now) throws Exception {
    // Without scores to wait for, a complete window is due.
    long time = rules.joins() ? timers.currentWatermark() : Long.MAX_VALUE;
    KeyWindows rest = scored(now, time);
    for (Window window : rest.pending()) {
      if (!before.pending().contains(window)) {
        timers.registerEventTimeTimer(WINDOW, dueMillis(window.endMicros()));
      }
    }
    windows.update(rest);
  }

  private long dueMillis(long micros) {
    return Math.floorDiv(micros, 1000L) + rules.waitMillis();
  }

  /** Scores the pending windows that are due, in order, and forgets what none needs any more. */
  private KeyWindows scored(KeyWindows now, long watermark) throws Exception {
    KeyWindows rest = now;
    while (!rest.pending().isEmpty() && dueMillis(rest.pending().get(0).endMicros()) <= watermark) {
      rest = score(rest);
    }
    return rest;
  }

  private KeyWindows score(KeyWindows now) throws Exception {
    long start = System.nanoTime();
    String key = (String) getCurrentKey();
    Window window = now.pending().get(0);
    List<SamplePiece> pieces = new ArrayList<>();
    long end = now.logStart();
    while (end < window.index() + window.length()) {
      SamplePiece piece = samples.get(end);
      pieces.add(piece);
      end += piece.length();
    }
    List<Score> within = streamed == null ? List.of() : streamed.of(window);
    WindowRescorer.Result result =
        models
            .at(window.endMicros())
            .score(key, window, now.logStart(), pieces, carried.value(), within);
    if (result.carried() == null) {
      carried.clear();
    } else {
      carried.update(result.carried());
    }
    if (result.score() == null) {
      frameMetrics.rejected(result.rejection().reason());
      reject(result.rejection());
    } else {
      windowMetrics.scored(result.score(), System.nanoTime() - start);
      emit(result.score());
    }
    KeyWindows after = now.withoutFirst();
    return after.keptFrom(forget(after, pieces, window.endMicros()));
  }

  private void emit(WindowScore score) {
    StreamRecord<WindowScore> scored =
        new StreamRecord<>(score, Math.floorDiv(score.endMicros(), 1000L));
    if (score.divergence() > rules.divergenceMax()) {
      windowMetrics.diverged();
      output.collect(DIVERGED, scored);
    }
    output.collect(scored);
    report(models.ready());
  }

  /** Takes samples off that no window needs; gives the start of those that are left. */
  private long forget(KeyWindows now, List<SamplePiece> pieces, long endMicros) throws Exception {
    long index = now.logStart();
    long needed = now.needed();
    long doneMicros = endMicros;
    for (SamplePiece piece : pieces) {
      if (index + piece.length() > needed) {
        doneMicros = Math.min(endMicros, piece.timeMicros((int) (needed - index)) - 1);
        break;
      }
      samples.remove(index);
      index += piece.length();
    }
    if (streamed != null) {
      streamed.forget(doneMicros);
    }
    return index;
  }

  private void report(List<KernelSummary> summaries) {
    for (KernelSummary summary : summaries) {
      output.collect(KERNELS, new StreamRecord<>(summary));
    }
  }

  private void reject(Rejection rejection) {
    output.collect(
        REJECTED, new StreamRecord<>(rejection, Math.floorDiv(rejection.timeMicros(), 1000L)));
  }

  private void store(KeyState<?> clock) throws Exception {
    long due = expiry.schedule(clock);
    if (due != KeyState.NO_TIME) {
      timers.registerEventTimeTimer(IDLE, due);
    }
    clocks.update(clock);
  }

  @Override
  public void onEventTime(InternalTimer<String, Byte> timer) throws Exception {
    if (buffer != null) {
      // Also before other timers: no frame may wait behind the end of its segment.
      for (Frame frame : buffer.takeDue()) {
        take(frame);
      }
    }
    if (timers.currentWatermark() == Long.MAX_VALUE) {
      end(timer.getKey());
    } else if (timer.getNamespace() == IDLE) {
      idle(timer);
    } else if (timer.getNamespace() == WINDOW) {
      windowsDue();
    }
  }

  /** At the end of input. In batch mode no timer can be registered any more. */
  private void end(String key) throws Exception {
    KeyState<?> clock = clocks.value();
    if (clock != null && clock.isOpen()) {
      KeyWindows before = known();
      settle(before, assembler.end(clock, key, before).windows());
    } else {
      windows.update(scored(known(), Long.MAX_VALUE));
    }
    clocks.clear();
    forgetIfDone();
  }

  private void windowsDue() throws Exception {
    KeyWindows now = windows.value();
    if (now != null) {
      windows.update(scored(now, timers.currentWatermark()));
      forgetIfDone();
    } else {
      streamed.forget(doneMicros(timers.currentWatermark()));
    }
  }

  /** The last time whose samples are due at a watermark. */
  private long doneMicros(long watermark) {
    return watermark == Long.MAX_VALUE
        ? watermark
        : (watermark - rules.waitMillis() + 1) * 1000 - 1;
  }

  /** Ends the segment of a key that has gone quiet, and forgets a key that stays so. */
  private void idle(InternalTimer<String, Byte> timer) throws Exception {
    KeyState<?> clock = clocks.value();
    if (!expiry.fired(clock, timer.getTimestamp())) {
      return;
    }
    long watermark = timers.currentWatermark();
    if (expiry.endsSegment(clock, watermark)) {
      KeyWindows before = known();
      WindowAssembler.Step step = assembler.end(clock, timer.getKey(), before);
      clock = step.clock();
      settle(before, step.windows());
    }
    if (expiry.forgets(clock, watermark)) {
      clocks.clear();
      forgetIfDone();
    } else {
      store(clock);
    }
  }

  /** Forgets a key whose clock is forgotten and whose windows are all scored. */
  private void forgetIfDone() throws Exception {
    if (clocks.value() == null && known().pending().isEmpty()) {
      windows.clear();
      samples.clear();
      carried.clear();
      if (streamed != null) {
        streamed.forget(Long.MAX_VALUE);
      }
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, Byte> timer) {
    throw new IllegalStateException("no keyed processing-time timer is ever registered");
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    report(models.ready());
    super.processWatermark(mark);
  }

  @Override
  public void finish() throws Exception {
    report(models.rest());
    super.finish();
  }

  @Override
  public void close() throws Exception {
    if (nextReport != null) {
      nextReport.cancel(false);
    }
    if (nextLook != null) {
      nextLook.cancel(false);
    }
    if (watch != null) {
      watch.close();
    }
    if (models != null) {
      models.close();
    }
    super.close();
  }
}
