package io.flinkssm.flink;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.GapPolicy;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Ordering;
import io.flinkssm.stream.ScoringConfig.Precision;
import io.flinkssm.stream.ScoringConfig.Sampling;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/** Every option of scoring, with its default and how to choose it. */
public final class ScoringOptions {

  public static final ConfigOption<String> MODEL_PATH =
      key("ssm.model.path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URI of the model directory (config.json and model.safetensors), on any file system"
                  + " that Flink knows. Every task manager must be able to read it. Required, unless"
                  + " models are released to the job: then it is what scores until the first release is"
                  + " in force.");

  public static final ConfigOption<String> MODEL_NAME =
      key("ssm.model.name")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Name of the model whose releases the job follows. Only needed without ssm.model.path,"
                  + " whose model has a name; frames before the first release are then rejected as"
                  + " NO_MODEL.");

  public static final ConfigOption<Precision> PRECISION =
      key("ssm.precision")
          .enumType(Precision.class)
          .defaultValue(Precision.FLOAT32)
          .withDescription(
              "Element type of the recurrence, float32 or float64. float64 doubles the state and"
                  + " halves the speed; choose it for reference runs, or when a model remembers more"
                  + " than about a million samples. May be changed between restores: states are"
                  + " converted.");

  public static final ConfigOption<RateMethod> RATE_METHOD =
      key("ssm.rate.method")
          .enumType(RateMethod.class)
          .defaultValue(RateMethod.AUTO)
          .withDescription(
              "How a model is run where samples are farther apart than those of its training."
                  + " plain takes one longer step a sample, as the reference does; hold takes"
                  + " several steps of about the native length with the input held, which keeps the"
                  + " frequencies of bilinear (dplr) models and costs that many steps. auto chooses"
                  + " what docs/sampling-rate.md measured to be better for the family: hold. Without"
                  + " meaning at or above 0.8 times the native rate, and for zoh models: there the"
                  + " methods are one.");

  public static final ConfigOption<GapPolicy> GAP_POLICY =
      key("ssm.gap.policy")
          .enumType(GapPolicy.class)
          .defaultValue(GapPolicy.ZERO)
          .withDescription(
              "What fills missing samples: zero (signals that idle at zero, such as audio or"
                  + " vibration), hold (levels, such as temperature or load), or end (nothing: every"
                  + " gap ends the segment).");

  public static final ConfigOption<Duration> GAP_MAX =
      key("ssm.gap.max")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription(
              "Longest gap that is filled; a longer one ends the segment and the state starts anew."
                  + " Filling costs one step per missing sample, so keep it in proportion to the"
                  + " sampling rate, and well below what the model remembers.");

  public static final ConfigOption<NonFinitePolicy> NON_FINITE =
      key("ssm.non-finite")
          .enumType(NonFinitePolicy.class)
          .defaultValue(NonFinitePolicy.REJECT)
          .withDescription(
              "What happens to NaN and infinite values: reject (the frame leaves as a rejected"
                  + " record and its hole is a gap), hold (the last finite value of the channel), or"
                  + " zero. All are counted. Choose hold or zero where single values fail often and"
                  + " frames are long.");

  public static final ConfigOption<Ordering> ORDERING =
      key("ssm.ordering")
          .enumType(Ordering.class)
          .defaultValue(Ordering.ARRIVAL)
          .withDescription(
              "arrival scores frames as they come, right where one device writes to one partition."
                  + " sorted holds them until the watermark has passed their start and scores them in"
                  + " order of time: the result no longer depends on the order of arrival, and comes"
                  + " later by ssm.max-out-of-orderness.");

  public static final ConfigOption<Duration> MAX_OUT_OF_ORDERNESS =
      key("ssm.max-out-of-orderness")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "How far the watermarks made by SsmScoring.watermarks stay behind the newest frame."
                  + " With ssm.ordering=sorted this is the added latency, and frames that come later"
                  + " still are rejected as LATE.");

  public static final ConfigOption<Duration> LATENESS =
      key("ssm.lateness")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "A frame behind its key's clock is rejected as LATE up to this bound and as"
                  + " CLOCK_BACKWARDS beyond, which points at a device whose clock was set back."
                  + " An idle key is remembered for this long after its segment ended.");

  public static final ConfigOption<Double> TIMESTAMP_TOLERANCE =
      key("ssm.timestamp-tolerance")
          .doubleType()
          .defaultValue(0.5)
          .withDescription(
              "Largest distance, in samples, between the start of a frame and the expected time at"
                  + " which the frame still counts as contiguous; at least 0.5. Raise it to the"
                  + " resolution of the time stamps: milliseconds on 16 kHz audio are 16 samples.");

  public static final ConfigOption<Sampling> SAMPLING =
      key("ssm.sampling")
          .enumType(Sampling.class)
          .defaultValue(Sampling.FRAME)
          .withDescription(
              "Where the rate of samples is known from: frame (every frame states it), derived (from"
                  + " the time stamps of consecutive frames, for sources that state none, or one not"
                  + " to be believed), or irregular (there is none: every frame's first sample has a"
                  + " step of its own, the time since the sample before it; frames of one sample need"
                  + " no rate).");

  public static final ConfigOption<Double> RATE_TOLERANCE =
      key("ssm.rate.tolerance")
          .doubleType()
          .defaultValue(0.0)
          .withDescription(
              "Relative difference, 0.0001 to 0.25, up to which the rate of a frame counts as the one"
                  + " that the key has; rates are then rounded to steps of this size from the model's"
                  + " native rate. 0 stands for 0.02 with ssm.sampling=derived; with frame, stated"
                  + " rates are then taken as they are: set it if devices report rates that jitter.");

  public static final ConfigOption<Integer> RATE_CONFIRM =
      key("ssm.rate.confirm")
          .intType()
          .defaultValue(3)
          .withDescription(
              "Frames in a row that must agree on another rate, to within ssm.rate.tolerance, before"
                  + " a key changes to it. Time stamps whose jitter, from the earliest to the latest,"
                  + " is below ssm.rate.confirm times ssm.rate.tolerance of a frame cannot change a"
                  + " rate: 1.2 ms of 20 ms frames by default. Only with ssm.sampling=derived, or a"
                  + " tolerance.");

  public static final ConfigOption<Integer> IRREGULAR_STEPS =
      key("ssm.irregular.steps-per-octave")
          .intType()
          .defaultValue(16)
          .withDescription(
              "With ssm.sampling=irregular, intervals between samples are rounded to this many steps"
                  + " from one to its double, and what is left is carried into the next one. Each step"
                  + " in use holds the model once more in memory: 97 at most for the default range of"
                  + " rates. Raise it where every score must be exact to better than 2 % of an"
                  + " interval.");

  public static final ConfigOption<Integer> FRAME_MAX_SAMPLES =
      key("ssm.frame.max-samples")
          .intType()
          .defaultValue(1 << 20)
          .withDescription(
              "Most samples in one frame; longer ones are rejected. Bounds how long one record can"
                  + " hold up a task.");

  public static final ConfigOption<Duration> IDLE_TIMEOUT =
      key("ssm.idle-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "Event time after the expected next sample at which a silent key's segment ends, its"
                  + " final score is emitted and its state is given up; 0 for never. At least"
                  + " ssm.gap.max. Raise it above the delay of devices that upload in batches.");

  public static final ConfigOption<Duration> STATE_TTL =
      key("ssm.state-ttl")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "Processing time without access after which Flink may drop a key's state, without a"
                  + " final score; 0 for never. A backstop for sources whose watermarks stall; use"
                  + " days, as a replay after an outage must not outlast it.");

  public static final ConfigOption<Emit> EMIT_POLICY =
      key("ssm.emit.policy")
          .enumType(Emit.class)
          .defaultValue(Emit.FRAME)
          .withDescription(
              "When a score leaves, besides the final one of each segment: frame (at the end of every"
                  + " frame), samples (every ssm.emit.every samples), segment-end (only the final"
                  + " one), or label-change (classifiers: when the most probable class differs from"
                  + " the one emitted before).");

  public static final ConfigOption<Integer> EMIT_EVERY =
      key("ssm.emit.every")
          .intType()
          .defaultValue(0)
          .withDescription(
              "Samples between two scores (samples) or two comparisons (label-change; 0 compares at"
                  + " the end of each frame). Positions count from the start of the segment, so how"
                  + " the signal is cut into frames does not matter. Small values cost: each position"
                  + " runs the model's head.");

  public static final ConfigOption<Integer> BUNDLE_MAX_FRAMES =
      key("ssm.bundle.max-frames")
          .intType()
          .defaultValue(1)
          .withDescription(
              "Frames, of any keys, that are collected and scored together at most; 1 for no"
                  + " bundling. Each key's state is then read and written once per bundle, and samples"
                  + " of many frames are stepped as one block: choose some hundreds to thousands where"
                  + " frames are short, above all on RocksDB. Scores do not change. A bundle ends early"
                  + " after ssm.bundle.max-latency, at every watermark and checkpoint, and at 4 MiB of"
                  + " samples.");

  public static final ConfigOption<Duration> BUNDLE_MAX_LATENCY =
      key("ssm.bundle.max-latency")
          .durationType()
          .defaultValue(Duration.ofMillis(5))
          .withDescription(
              "Processing time that a frame waits at most for others to share its bundle; at least"
                  + " 1 ms. Only with ssm.bundle.max-frames above 1.");

  public static final ConfigOption<Duration> RETAIN =
      key("ssm.retain")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "Signal time that is retained of each key's open segment, so that a model release with"
                  + " state policy warm-start can compute its state from it; 0 for none. The new"
                  + " model is exact where the whole segment is retained, and close where its memory"
                  + " is. Costs 4 bytes per value: 10 s of 16 kHz audio are 640 kB a key.");

  public static final ConfigOption<Integer> MAX_PARALLELISM =
      key("ssm.max-parallelism")
          .intType()
          .defaultValue(720)
          .withDescription(
              "Number of key groups: the highest parallelism that the state can ever be spread over,"
                  + " fixed by the first savepoint. A number with many divisors spreads evenly.");

  private ScoringOptions() {}

  /** All options, in the order of the documentation. */
  public static List<ConfigOption<?>> all() {
    return List.of(
        MODEL_PATH,
        MODEL_NAME,
        PRECISION,
        RATE_METHOD,
        EMIT_POLICY,
        EMIT_EVERY,
        GAP_POLICY,
        GAP_MAX,
        NON_FINITE,
        ORDERING,
        MAX_OUT_OF_ORDERNESS,
        LATENESS,
        TIMESTAMP_TOLERANCE,
        SAMPLING,
        RATE_TOLERANCE,
        RATE_CONFIRM,
        IRREGULAR_STEPS,
        FRAME_MAX_SAMPLES,
        IDLE_TIMEOUT,
        STATE_TTL,
        RETAIN,
        BUNDLE_MAX_FRAMES,
        BUNDLE_MAX_LATENCY,
        MAX_PARALLELISM);
  }

  /**
   * The rules of scoring in a configuration.
   *
   * @throws IllegalArgumentException naming the option, the consequence and the remedy
   */
  public static ScoringConfig scoring(ReadableConfig options) {
    return ScoringConfig.builder()
        .sampling(options.get(SAMPLING))
        .rateTolerance(options.get(RATE_TOLERANCE))
        .rateConfirm(options.get(RATE_CONFIRM))
        .irregularStepsPerOctave(options.get(IRREGULAR_STEPS))
        .precision(options.get(PRECISION))
        .rateMethod(options.get(RATE_METHOD))
        .emit(options.get(EMIT_POLICY))
        .emitEvery(options.get(EMIT_EVERY))
        .gapPolicy(options.get(GAP_POLICY))
        .gapMax(options.get(GAP_MAX))
        .nonFinite(options.get(NON_FINITE))
        .ordering(options.get(ORDERING))
        .maxOutOfOrderness(options.get(MAX_OUT_OF_ORDERNESS))
        .lateness(options.get(LATENESS))
        .toleranceSamples(options.get(TIMESTAMP_TOLERANCE))
        .maxFrameSamples(options.get(FRAME_MAX_SAMPLES))
        .idleTimeout(options.get(IDLE_TIMEOUT))
        .retain(options.get(RETAIN))
        .build();
  }
}
