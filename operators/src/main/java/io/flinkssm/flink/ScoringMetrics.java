package io.flinkssm.flink;

import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.ScoringCounters;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * All metrics of the scoring operator. Their group is {@code <operator scope>.ssm.model.<name>},
 * where reporters that know labels give {@code model} as one. There is no metric per key.
 *
 * <p>Histograms are exported as summaries: their quantiles are per subtask and cannot be averaged;
 * show the largest.
 */
public final class ScoringMetrics implements ScoringCounters {
  /** Group of all metrics of this library. */
  public static final String GROUP = "ssm";

  /** Group key whose value is the model's name. */
  public static final String MODEL = "model";

  /** Counter, samples: received samples that a state has consumed. */
  public static final String SAMPLES_SCORED = "samplesScored";

  /** Counter, samples: those of frames rejected because all of their time had passed. */
  public static final String SAMPLES_LATE = "samplesLate";

  /** Counter, samples: those of frames dropped because the same frame was consumed before. */
  public static final String SAMPLES_DUPLICATE = "samplesDuplicate";

  /** Counter, frames: some leading samples were known already and were cut off. */
  public static final String OVERLAPS_TRIMMED = "overlapsTrimmed";

  /** Counter, samples: cut off from overlapping frames. */
  public static final String SAMPLES_TRIMMED = "samplesTrimmed";

  /** Counter, gaps: filled by the gap policy. */
  public static final String GAPS_BRIDGED = "gapsBridged";

  /** Counter, samples: invented to fill gaps. */
  public static final String SAMPLES_BRIDGED = "samplesBridged";

  /** Counter, segments: ended by a long gap, by idleness, or by another model. */
  public static final String STATE_RESETS = "stateResets";

  /** Counter, values: NaN or infinite on input. */
  public static final String NON_FINITE_INPUT = "nonFiniteInput";

  /** Counter, changes of the sampling rate within a segment. */
  public static final String REDISCRETIZATIONS = "rediscretizations";

  /** Counter, records: rejected; one for each reason, in the group {@link #REASON}. */
  public static final String REJECTED = "rejected";

  /** Group key whose value is the name of a {@link Rejection.Reason}. */
  public static final String REASON = "reason";

  /** Counter, segments: open when another model took over or, by policy, ended them. */
  public static final String MODEL_SWITCHES = "modelSwitches";

  /** Counter, releases: cannot be used; what scored before goes on. */
  public static final String MODEL_REJECTED = "modelRejected";

  /** Counter, releases: came when the watermark had passed their activation. */
  public static final String LATE_RELEASES = "lateReleases";

  /** Counter, states: computed by a new model from less than the whole segment. */
  public static final String WARM_START_PARTIAL = "warmStartPartial";

  /** Gauge, text: version of the model that is in force at the watermark; empty for none. */
  public static final String MODEL_VERSION = "modelVersion";

  /** Gauge, count: models of releases that are held, loaded or being loaded. */
  public static final String MODELS_LOADED = "modelsLoaded";

  /** Gauge, bytes: what a key with an open segment costs in stored form, at most. */
  public static final String STATE_BYTES_PER_KEY = "stateBytesPerKey";

  /** Gauge, count: sampling rates that the model is held at. */
  public static final String SAMPLE_RATES = "sampleRates";

  /**
   * Gauge, modes: of the model that oscillate above half the sampling rate, at the rate in use so
   * far at which they are most. A model may have some at its native rate; more mean that the rate
   * is too low for it.
   */
  public static final String ALIASED_MODES = "aliasedModes";

  /** Gauge, frames: in the bundle scored last; 1 without bundling. */
  public static final String BUNDLE_SIZE = "bundleSize";

  /** Gauge, frames per key: of the bundle scored last; above 1, state access is saved. */
  public static final String BUNDLE_RATIO = "bundleRatio";

  /**
   * Histogram, nanoseconds: scoring one frame, with its share of reading and writing states; of one
   * frame in 256, or one bundle if that is more.
   */
  public static final String STEP_NANOS = "stepNanos";

  /** Histogram, milliseconds: wall clock minus the time of a scored frame's start. */
  public static final String EVENT_TIME_LAG_MILLIS = "eventTimeLagMillis";

  private final Counter samplesScored;
  private final Counter samplesLate;
  private final Counter samplesDuplicate;
  private final Counter overlapsTrimmed;
  private final Counter samplesTrimmed;
  private final Counter gapsBridged;
  private final Counter samplesBridged;
  private final Counter stateResets;
  private final Counter nonFiniteInput;
  private final Counter rediscretizations;
  private final Counter modelSwitches;
  private final Counter modelRejected;
  private final Counter lateReleases;
  private final Counter warmStartPartial;
  private final Map<Rejection.Reason, Counter> rejected = new EnumMap<>(Rejection.Reason.class);
  private final RecentHistogram stepNanos = new RecentHistogram(TimeUnit.HOURS.toNanos(1));
  private final RecentHistogram lagMillis = new RecentHistogram(TimeUnit.DAYS.toMillis(365));
  private final MetricGroup group;
  private volatile String modelVersion = "";
  private volatile long stateBytesPerKey;
  private volatile int sampleRates;
  private volatile int modelsLoaded;
  private volatile int aliasedModes;
  private volatile int bundleFrames;
  private volatile int bundleKeys;

  ScoringMetrics(MetricGroup operatorGroup, String modelName) {
    group = operatorGroup.addGroup(GROUP).addGroup(MODEL, modelName);
    samplesScored = group.counter(SAMPLES_SCORED);
    samplesLate = group.counter(SAMPLES_LATE);
    samplesDuplicate = group.counter(SAMPLES_DUPLICATE);
    overlapsTrimmed = group.counter(OVERLAPS_TRIMMED);
    samplesTrimmed = group.counter(SAMPLES_TRIMMED);
    gapsBridged = group.counter(GAPS_BRIDGED);
    samplesBridged = group.counter(SAMPLES_BRIDGED);
    stateResets = group.counter(STATE_RESETS);
    nonFiniteInput = group.counter(NON_FINITE_INPUT);
    rediscretizations = group.counter(REDISCRETIZATIONS);
    modelSwitches = group.counter(MODEL_SWITCHES);
    modelRejected = group.counter(MODEL_REJECTED);
    lateReleases = group.counter(LATE_RELEASES);
    warmStartPartial = group.counter(WARM_START_PARTIAL);
    for (Rejection.Reason reason : Rejection.Reason.values()) {
      rejected.put(reason, group.addGroup(REASON, reason.name()).counter(REJECTED));
    }
    group.histogram(STEP_NANOS, stepNanos);
    group.histogram(EVENT_TIME_LAG_MILLIS, lagMillis);
    group.gauge(MODEL_VERSION, (Gauge<String>) () -> modelVersion);
    group.gauge(ALIASED_MODES, (Gauge<Integer>) () -> aliasedModes);
    group.gauge(STATE_BYTES_PER_KEY, (Gauge<Long>) () -> stateBytesPerKey);
    group.gauge(SAMPLE_RATES, (Gauge<Integer>) () -> sampleRates);
    group.gauge(MODELS_LOADED, (Gauge<Integer>) () -> modelsLoaded);
    group.gauge(BUNDLE_SIZE, (Gauge<Integer>) () -> bundleFrames);
    group.gauge(BUNDLE_RATIO, (Gauge<Double>) this::bundleRatio);
  }

  /** What the scorer holds; told by the task, as reporters may not look into it. */
  void held(long bytesPerKey, int rates, int models) {
    stateBytesPerKey = bytesPerKey;
    sampleRates = rates;
    modelsLoaded = models;
  }

  void modelVersion(String version) {
    modelVersion = version;
  }

  void lateRelease() {
    lateReleases.inc();
  }

  void bundle(int frames, int keys) {
    bundleFrames = frames;
    bundleKeys = keys;
  }

  private double bundleRatio() {
    int keys = bundleKeys;
    return keys == 0 ? 0 : (double) bundleFrames / keys;
  }

  void stepNanos(long nanos) {
    stepNanos.update(nanos);
  }

  void eventTimeLagMillis(long millis) {
    lagMillis.update(millis);
  }

  @Override
  public void samplesScored(long samples) {
    samplesScored.inc(samples);
  }

  @Override
  public void samplesLate(long samples) {
    samplesLate.inc(samples);
  }

  @Override
  public void samplesDuplicate(long samples) {
    samplesDuplicate.inc(samples);
  }

  @Override
  public void overlapTrimmed(long samples) {
    overlapsTrimmed.inc();
    samplesTrimmed.inc(samples);
  }

  @Override
  public void gapBridged(long samples) {
    gapsBridged.inc();
    samplesBridged.inc(samples);
  }

  @Override
  public void stateReset() {
    stateResets.inc();
  }

  @Override
  public void nonFiniteInput(long values) {
    nonFiniteInput.inc(values);
  }

  @Override
  public void rediscretization() {
    rediscretizations.inc();
  }

  @Override
  public void aliasedModes(int modes) {
    aliasedModes = Math.max(aliasedModes, modes);
  }

  @Override
  public void rejected(Rejection.Reason reason) {
    rejected.get(reason).inc();
  }

  @Override
  public void modelSwitch() {
    modelSwitches.inc();
  }

  @Override
  public void modelRejected() {
    modelRejected.inc();
  }

  @Override
  public void warmStartPartial() {
    warmStartPartial.inc();
  }
}
