package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Precision;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Scores windows that stand for themselves: no key, no clock, every one from zero. The computation
 * is that of {@link WindowRescorer} for a segment of the window's length, to the bit. Not
 * thread-safe.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class WindowScoring<A> {

  /**
   * What a user can choose.
   *
   * @param sampleRateHz rate of windows that state none; 0 for the model's own
   * @param precision element type of the computation
   * @param rateMethod how a rate other than the model's own is taken
   * @param method how windows are computed
   * @param nonFinite what happens to NaN and infinite values
   * @param maxSamples most samples of a window
   */
  public record Rules(
      double sampleRateHz,
      Precision precision,
      RateMethod rateMethod,
      ConvolutionMethod method,
      NonFinitePolicy nonFinite,
      int maxSamples)
      implements Serializable {

    /**
     * Checks the rules.
     *
     * @throws IllegalArgumentException naming the option, the consequence and the remedy
     */
    public Rules {
      Objects.requireNonNull(precision, "precision");
      Objects.requireNonNull(rateMethod, "rateMethod");
      Objects.requireNonNull(method, "method");
      Objects.requireNonNull(nonFinite, "nonFinite");
      // Written so that NaN fails.
      if (!(sampleRateHz >= 0) || Double.isInfinite(sampleRateHz)) {
        throw new IllegalArgumentException(
            "rate is "
                + sampleRateHz
                + " Hz: there is no such sampling rate; give the samples per second, a finite number"
                + " above 0, or leave it out for the model's own");
      }
      if (maxSamples < 1) {
        throw new IllegalArgumentException(
            "max-samples is " + maxSamples + ": no window could ever be scored; use at least 1");
      }
    }
  }

  /**
   * What a window gives.
   *
   * @param score at the window's last sample, its times counted from 0; null if there is none
   * @param rejection why there is none, else null
   * @param nonFinite how many values were NaN or infinite
   */
  public record Result(WindowScore score, Rejection rejection, int nonFinite) {}

  private final ModelInfo info;
  private final Rules rules;
  private final double sampleRateHz;
  private final WindowRescorer<A> rescorer;

  private WindowScoring(
      SequenceModel model, Kernels<A> kernels, Rules rules, Consumer<String> plans) {
    this.rules = rules;
    info = model.info();
    sampleRateHz = rules.sampleRateHz() == 0 ? info.sampleRateHz() : rules.sampleRateHz();
    rescorer =
        new WindowRescorer<>(
            model,
            kernels,
            rules.rateMethod(),
            rules.method(),
            WindowRules.segment(rules.maxSamples()),
            plans);
    rescorer.at(sampleRateHz);
  }

  /**
   * Scoring with one model, in the precision of the rules.
   *
   * @param plans is told how windows are computed, once for each rate and length
   * @throws IllegalArgumentException if the model cannot be used by these rules
   */
  public static WindowScoring<?> of(SequenceModel model, Rules rules, Consumer<String> plans) {
    return rules.precision() == Precision.FLOAT32
        ? new WindowScoring<>(model, Kernels.float32(), rules, plans)
        : new WindowScoring<>(model, Kernels.float64(), rules, plans);
  }

  /** What the model is. */
  public ModelInfo info() {
    return info;
  }

  /** Sampling rate in Hz of windows that state none. */
  public double sampleRateHz() {
    return sampleRateHz;
  }

  /**
   * Scores a window.
   *
   * @param samples {@code [n][channels]}; values that are not finite are replaced by the policy
   * @param sampleRateHz their sampling rate
   */
  public Result score(float[] samples, double sampleRateHz) {
    Rejection unusable = check(samples, sampleRateHz);
    if (unusable != null) {
      return new Result(null, unusable, 0);
    }
    int bad = FrameCheck.nonFinite(samples, 0);
    if (bad > 0 && rules.nonFinite() == NonFinitePolicy.REJECT) {
      return new Result(null, nonFinite(bad, samples.length), bad);
    }
    if (bad > 0) {
      repair(samples);
    }
    SamplePiece piece = new SamplePiece(sampleRateHz, 0, 0, info.inputChannels(), samples);
    Window window = new Window(0, piece.length(), 0, 0, piece.timeMicros(piece.length() - 1), true);
    WindowRescorer.Result result = rescorer.score("", window, 0, List.of(piece), null, List.of());
    return new Result(result.score(), result.rejection(), bad);
  }

  private Rejection check(float[] samples, double sampleRateHz) {
    int channels = info.inputChannels();
    if (samples.length == 0) {
      return rejection(
          Rejection.Reason.EMPTY, "window has no samples; leave such windows out of the input");
    }
    if (samples.length % channels != 0) {
      return rejection(
          Rejection.Reason.CHANNEL_MISMATCH,
          "window has "
              + samples.length
              + " values, not a multiple of the "
              + channels
              + " channels of model "
              + info.name()
              + "; give complete samples, channels innermost");
    }
    if (samples.length / channels > rules.maxSamples()) {
      return rejection(
          Rejection.Reason.OVERSIZED,
          "window has "
              + samples.length / channels
              + " samples, the limit is "
              + rules.maxSamples()
              + "; give shorter windows or raise max-samples");
    }
    if (!(sampleRateHz > 0) || Double.isInfinite(sampleRateHz)) {
      return rejection(
          Rejection.Reason.BAD_RATE,
          "sampling rate is "
              + sampleRateHz
              + " Hz; give the samples per second, a finite number above 0");
    }
    try {
      rescorer.at(sampleRateHz);
    } catch (IllegalArgumentException e) {
      return rejection(Rejection.Reason.BAD_RATE, e.getMessage());
    }
    return null;
  }

  /** As streaming does at the start of a segment, where nothing is held yet. */
  private void repair(float[] samples) {
    boolean holds = rules.nonFinite() == NonFinitePolicy.HOLD;
    int channels = info.inputChannels();
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        samples[i] = holds && i >= channels ? samples[i - channels] : 0;
      }
    }
  }

  private static Rejection nonFinite(int bad, int values) {
    return rejection(
        Rejection.Reason.NON_FINITE,
        bad
            + " of "
            + values
            + " values are NULL, NaN or infinite; repair the source, or set non-finite to hold or"
            + " zero");
  }

  /** The rejection of a window, which has no key, origin or time. */
  public static Rejection rejection(Rejection.Reason reason, String message) {
    return new Rejection(reason, message, "", Frame.Origin.UNKNOWN, Long.MIN_VALUE, new byte[0]);
  }
}
