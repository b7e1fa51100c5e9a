package io.flinkssm.stream;

import io.flinkssm.ssm.RateMethod;
import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * Every rule of scoring that a user can choose; immutable, checked as a whole by {@link
 * Builder#build()}. Start from {@link #builder()}.
 */
public final class ScoringConfig implements Serializable {

  /** What fills a gap of at most {@link #gapMaxMicros()}. */
  public enum GapPolicy {
    /** Missing samples are zeros: right for signals that idle at zero, such as audio. */
    ZERO,
    /** Missing samples repeat the last one: right for levels, such as temperature or load. */
    HOLD,
    /** Nothing: every gap ends the segment. Right where invented samples must not be scored. */
    END;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** What happens to NaN and infinite values. All are counted. */
  public enum NonFinitePolicy {
    /** The frame leaves as a rejected record, and the hole it leaves is a gap. */
    REJECT,
    /** The value becomes the last finite one of its channel, zero at the start of a segment. */
    HOLD,
    /** The value becomes zero. */
    ZERO;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** In which order the frames of a key are scored. */
  public enum Ordering {
    /** As they arrive: no added latency; frames behind the key's clock are late. */
    ARRIVAL,
    /** By start time, once the watermark has passed it: adds the watermark's delay. */
    SORTED;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** Where the rate of samples is known from. */
  public enum Sampling {
    /** Every frame states its rate. */
    FRAME,
    /** From the time stamps of consecutive frames; what frames state is ignored. */
    DERIVED,
    /**
     * There is none: the first sample of a frame follows the key's sample before it by the
     * difference of their times, the others of the frame at the rate that it states.
     */
    IRREGULAR;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** Which positions are emitted, besides the last one of a segment, which always is. */
  public enum Emit {
    /** The last sample of every frame. */
    FRAME,
    /** Every {@link #emitEvery()}-th sample of a segment, whatever the frames' lengths. */
    SAMPLES,
    /** Nothing but the final score. */
    SEGMENT_END,
    /**
     * The first score of a segment and each whose label differs from the one emitted before;
     * compared every {@link #emitEvery()} samples, or at the end of each frame if that is 0.
     */
    LABEL_CHANGE;

    @Override
    public String toString() {
      return word(this);
    }
  }

  /** Element type of the recurrence; recorded in the stored state. */
  public enum Precision {
    /** Half the state and twice the speed. */
    FLOAT32,
    /** For reference runs, and for models whose modes decay over more than ~10⁶ samples. */
    FLOAT64;

    @Override
    public String toString() {
      return word(this);
    }
  }

  private final GapPolicy gapPolicy;
  private final long gapMaxMicros;
  private final NonFinitePolicy nonFinite;
  private final Ordering ordering;
  private final long maxOutOfOrdernessMicros;
  private final long latenessMicros;
  private final double toleranceSamples;
  private final Sampling sampling;
  private final double rateTolerance;
  private final int rateConfirm;
  private final int irregularStepsPerOctave;
  private final int maxFrameSamples;
  private final long idleTimeoutMicros;
  private final Emit emit;
  private final int emitEvery;
  private final Precision precision;
  private final RateMethod rateMethod;
  private final long retainMicros;

  private ScoringConfig(Builder b) {
    gapPolicy = b.gapPolicy;
    gapMaxMicros = micros(b.gapMax);
    nonFinite = b.nonFinite;
    ordering = b.ordering;
    maxOutOfOrdernessMicros = micros(b.maxOutOfOrderness);
    latenessMicros = micros(b.lateness);
    toleranceSamples = b.toleranceSamples;
    sampling = b.sampling;
    rateTolerance = b.effectiveRateTolerance();
    rateConfirm = b.rateConfirm;
    irregularStepsPerOctave = b.irregularStepsPerOctave;
    maxFrameSamples = b.maxFrameSamples;
    idleTimeoutMicros = micros(b.idleTimeout);
    emit = b.emit;
    emitEvery = b.emitEvery;
    precision = b.precision;
    rateMethod = b.rateMethod;
    retainMicros = micros(b.retain);
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  public GapPolicy gapPolicy() {
    return gapPolicy;
  }

  /** Longest gap that is bridged, microseconds. */
  public long gapMaxMicros() {
    return gapMaxMicros;
  }

  public NonFinitePolicy nonFinite() {
    return nonFinite;
  }

  public Ordering ordering() {
    return ordering;
  }

  /** How far the watermark stays behind the newest frame, microseconds. */
  public long maxOutOfOrdernessMicros() {
    return maxOutOfOrdernessMicros;
  }

  /** How far a clock may jump back before it counts as wrong instead of late, microseconds. */
  public long latenessMicros() {
    return latenessMicros;
  }

  /** Largest distance from the expected time at which a frame is still contiguous, in samples. */
  public double toleranceSamples() {
    return toleranceSamples;
  }

  /** Where the rate of samples is known from. */
  public Sampling sampling() {
    return sampling;
  }

  /**
   * Relative difference up to which a rate that was derived, or is stated, counts as the one before
   * it; 0 if stated rates are taken as they are.
   */
  public double rateTolerance() {
    return rateTolerance;
  }

  /** Whether rates are measured, and so rounded to a {@link RateGrid}. */
  boolean measuresRates() {
    return sampling != Sampling.FRAME || rateTolerance > 0;
  }

  /** Frames in a row that must agree on another rate before it is believed. */
  public int rateConfirm() {
    return rateConfirm;
  }

  /** Intervals from one to its double that a model is held at for irregular samples. */
  public int irregularStepsPerOctave() {
    return irregularStepsPerOctave;
  }

  /** Most samples in one frame. */
  public int maxFrameSamples() {
    return maxFrameSamples;
  }

  /** Event time without samples after which a segment ends, microseconds; 0 for never. */
  public long idleTimeoutMicros() {
    return idleTimeoutMicros;
  }

  public Emit emit() {
    return emit;
  }

  /** Samples from one emission, or comparison of labels, to the next; 0 for frame ends. */
  public int emitEvery() {
    return emitEvery;
  }

  public Precision precision() {
    return precision;
  }

  /** How a model is run where samples are farther apart than those of its training. */
  public RateMethod rateMethod() {
    return rateMethod;
  }

  /**
   * Signal time that is retained of each open segment for releases that start warm, microseconds; 0
   * for none. Costs 4 bytes per value: per key {@code 4 · channels · rate · time}.
   */
  public long retainMicros() {
    return retainMicros;
  }

  private static long micros(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1000);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Collects the rules; {@link #build()} checks them together. */
  public static final class Builder {
    private GapPolicy gapPolicy = GapPolicy.ZERO;
    private Duration gapMax = Duration.ofSeconds(1);
    private NonFinitePolicy nonFinite = NonFinitePolicy.REJECT;
    private Ordering ordering = Ordering.ARRIVAL;
    private Duration maxOutOfOrderness = Duration.ZERO;
    private Duration lateness = Duration.ofMinutes(1);
    private double toleranceSamples = 0.5;
    private Sampling sampling = Sampling.FRAME;
    private double rateTolerance;
    private int rateConfirm = 3;
    private int irregularStepsPerOctave = 16;
    private int maxFrameSamples = 1 << 20;
    private Duration idleTimeout = Duration.ofMinutes(10);
    private Emit emit = Emit.FRAME;
    private int emitEvery;
    private Precision precision = Precision.FLOAT32;
    private RateMethod rateMethod = RateMethod.AUTO;
    private Duration retain = Duration.ZERO;

    private Builder() {}

    public Builder gapPolicy(GapPolicy value) {
      gapPolicy = Objects.requireNonNull(value, "gapPolicy");
      return this;
    }

    public Builder gapMax(Duration value) {
      gapMax = notNegative("gap.max", value);
      return this;
    }

    public Builder nonFinite(NonFinitePolicy value) {
      nonFinite = Objects.requireNonNull(value, "nonFinite");
      return this;
    }

    public Builder ordering(Ordering value) {
      ordering = Objects.requireNonNull(value, "ordering");
      return this;
    }

    public Builder maxOutOfOrderness(Duration value) {
      maxOutOfOrderness = notNegative("max-out-of-orderness", value);
      return this;
    }

    public Builder lateness(Duration value) {
      lateness = notNegative("lateness", value);
      return this;
    }

    public Builder toleranceSamples(double value) {
      toleranceSamples = value;
      return this;
    }

    public Builder sampling(Sampling value) {
      sampling = Objects.requireNonNull(value, "sampling");
      return this;
    }

    /** 0 stands for 0.02 where rates are derived; else stated rates are then taken as they are. */
    public Builder rateTolerance(double value) {
      rateTolerance = value;
      return this;
    }

    public Builder rateConfirm(int value) {
      rateConfirm = value;
      return this;
    }

    public Builder irregularStepsPerOctave(int value) {
      irregularStepsPerOctave = value;
      return this;
    }

    private double effectiveRateTolerance() {
      return rateTolerance == 0 && sampling == Sampling.DERIVED ? 0.02 : rateTolerance;
    }

    public Builder maxFrameSamples(int value) {
      maxFrameSamples = value;
      return this;
    }

    public Builder idleTimeout(Duration value) {
      idleTimeout = notNegative("idle-timeout", value);
      return this;
    }

    public Builder emit(Emit value) {
      emit = Objects.requireNonNull(value, "emit");
      return this;
    }

    public Builder emitEvery(int value) {
      emitEvery = value;
      return this;
    }

    public Builder precision(Precision value) {
      precision = Objects.requireNonNull(value, "precision");
      return this;
    }

    public Builder rateMethod(RateMethod value) {
      rateMethod = Objects.requireNonNull(value, "rateMethod");
      return this;
    }

    public Builder retain(Duration value) {
      retain = notNegative("retain", value);
      return this;
    }

    /**
     * Checks the rules against each other.
     *
     * @throws IllegalArgumentException naming the rule, what would go wrong and the remedy
     */
    public ScoringConfig build() {
      if (!(toleranceSamples >= 0.5) || Double.isInfinite(toleranceSamples)) {
        throw new IllegalArgumentException(
            "timestamp-tolerance is "
                + toleranceSamples
                + " samples: below half a sample a gap of no whole sample could arise; use 0.5 for"
                + " exact clocks, or the resolution of the time stamps in samples if that is more");
      }
      checkSampling();
      if (maxFrameSamples < 1) {
        throw new IllegalArgumentException(
            "frame.max-samples is "
                + maxFrameSamples
                + ": every frame would be rejected as oversized; use at least 1");
      }
      if (!idleTimeout.isZero() && idleTimeout.compareTo(gapMax) < 0) {
        throw new IllegalArgumentException(
            "idle-timeout "
                + idleTimeout
                + " is below gap.max "
                + gapMax
                + ": a segment could end by idleness while its gap may still be bridged, and results"
                + " would depend on the progress of watermarks; raise idle-timeout to at least"
                + " gap.max, or set it to 0 for never");
      }
      if (emitEvery < 0 || (emit == Emit.SAMPLES && emitEvery == 0)) {
        throw new IllegalArgumentException(
            "emit.every is "
                + emitEvery
                + " with emit.policy="
                + emit
                + ": no position would be emitted; set it to the samples between two scores, such as"
                + " a tenth of the sampling rate");
      }
      if (emitEvery > 0 && (emit == Emit.FRAME || emit == Emit.SEGMENT_END)) {
        throw new IllegalArgumentException(
            "emit.every="
                + emitEvery
                + " has no meaning with emit.policy="
                + emit
                + ": leave it out, or set emit.policy to samples or label-change");
      }
      return new ScoringConfig(this);
    }

    private void checkSampling() {
      double tolerance = effectiveRateTolerance();
      boolean off = tolerance == 0;
      if (!off && !(tolerance >= 1e-4 && tolerance <= 0.25)) {
        throw new IllegalArgumentException(
            "rate.tolerance is "
                + tolerance
                + " with sampling="
                + sampling
                + ": expected 0.0001 to 0.25, or 0 for the default; use twice the relative jitter of the rates, such as 0.02");
      }
      if (!off && sampling == Sampling.IRREGULAR) {
        throw new IllegalArgumentException(
            "rate.tolerance="
                + tolerance
                + " has no meaning with sampling=irregular, where no rate is looked for: leave it"
                + " out");
      }
      if (rateConfirm < 1) {
        throw new IllegalArgumentException(
            "rate.confirm is " + rateConfirm + ": expected at least 1 frame; 3 is a good start");
      }
      if (irregularStepsPerOctave < 1 || irregularStepsPerOctave > 1000) {
        throw new IllegalArgumentException(
            "irregular.steps-per-octave is "
                + irregularStepsPerOctave
                + ": expected 1 to 1000; each is a model in memory, 16 is a good start");
      }
    }

    private static Duration notNegative(String name, Duration value) {
      if (Objects.requireNonNull(value, name).isNegative()) {
        throw new IllegalArgumentException(name + " is " + value + "; expected 0 or more");
      }
      return value;
    }
  }
}
