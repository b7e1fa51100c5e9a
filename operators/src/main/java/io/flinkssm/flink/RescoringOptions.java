package io.flinkssm.flink;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.stream.ScoringConfig;
import io.flinkssm.stream.ScoringConfig.Precision;
import io.flinkssm.stream.WindowRules;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Every option of rescoring, with its default and how to choose it. The model and the rules of
 * order, gaps, broken values and idleness are those of {@link ScoringOptions}: give both jobs the
 * same.
 */
public final class RescoringOptions {

  public static final ConfigOption<WindowRules.Kind> WINDOW_KIND =
      key("rescore.window.kind")
          .enumType(WindowRules.Kind.class)
          .defaultValue(WindowRules.Kind.SEGMENT)
          .withDescription(
              "segment: whole segments; longer ones than rescore.window.size are cut and the state is"
                  + " carried over. tumbling: windows of one size end to end, the state carried over."
                  + " sliding: one window every rescore.window.slide samples, each starting from"
                  + " zero. Where the state is carried, scores equal those of streaming. A"
                  + " bidirectional model has no state: its tumbling windows start from zero, too,"
                  + " and its segments must fit.");

  public static final ConfigOption<Integer> WINDOW_SIZE =
      key("rescore.window.size")
          .intType()
          .defaultValue(1 << 18)
          .withDescription(
              "Most samples of a window. Its samples are kept in state until it is scored, and a"
                  + " window of n samples takes about 4·n·(inputs + width) bytes while it is, twice"
                  + " that in float64.");

  public static final ConfigOption<Integer> WINDOW_SLIDE =
      key("rescore.window.slide")
          .intType()
          .noDefaultValue()
          .withDescription(
              "Samples from the start of one sliding window to the next, at most"
                  + " rescore.window.size; required for sliding windows, and for no others.");

  public static final ConfigOption<ConvolutionMethod> METHOD =
      key("rescore.method")
          .enumType(ConvolutionMethod.class)
          .defaultValue(ConvolutionMethod.AUTO)
          .withDescription(
              "auto: per layer and window what is expected to be faster, Fourier transforms or the"
                  + " blocked recurrence; the choice is logged. fft: a computation independent of"
                  + " streaming, to check it by. recurrence: never transforms.");

  public static final ConfigOption<Precision> PRECISION =
      key("rescore.precision")
          .enumType(Precision.class)
          .defaultValue(Precision.FLOAT32)
          .withDescription(
              "Element type of the computation, whatever streaming uses: float64 shows what float32"
                  + " costs.");

  public static final ConfigOption<Duration> WAIT =
      key("rescore.wait")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "Event time that a complete window waits for streaming scores that are late. Only where"
                  + " streaming scores are joined; without them a window is scored at once. Scores of"
                  + " keys that went idle come ssm.idle-timeout behind the others.");

  public static final ConfigOption<Double> DIVERGENCE_MAX =
      key("rescore.divergence.max")
          .doubleType()
          .defaultValue(1e-3)
          .withDescription(
              "Largest difference between the outputs of streaming and rescoring that is put down to"
                  + " rounding; window scores beyond go to the output of diverged windows, too.");

  public static final ConfigOption<Duration> KERNEL_PERIOD =
      key("rescore.kernel.period")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "Processing time after which the kernels are computed and summarised anew, in the"
                  + " background; 0 for only once for each model and sampling rate.");

  public static final ConfigOption<Duration> RELEASES_PERIOD =
      key("rescore.releases.period")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "Processing time from one look for new model releases to the next, where releases are"
                  + " followed; 0 for only one, at the start. Publish releases at least this much"
                  + " ahead, so that kernels are made before the first window needs them.");

  private RescoringOptions() {}

  /** All options, in the order of the documentation. */
  public static List<ConfigOption<?>> all() {
    return List.of(
        WINDOW_KIND,
        WINDOW_SIZE,
        WINDOW_SLIDE,
        METHOD,
        PRECISION,
        WAIT,
        DIVERGENCE_MAX,
        KERNEL_PERIOD,
        RELEASES_PERIOD);
  }

  /**
   * How segments are cut.
   *
   * @throws IllegalArgumentException naming the option, the consequence and the remedy
   */
  static WindowRules windows(ReadableConfig options) {
    int size = options.get(WINDOW_SIZE);
    WindowRules.Kind kind = options.get(WINDOW_KIND);
    if (kind == WindowRules.Kind.SLIDING && options.getOptional(WINDOW_SLIDE).isEmpty()) {
      throw new IllegalArgumentException(
          "rescore.window.kind is sliding, but rescore.window.slide is not set: there is no telling"
              + " where windows start; give the samples from one to the next");
    }
    return new WindowRules(kind, size, options.getOptional(WINDOW_SLIDE).orElse(size));
  }

  /** The rules of scoring as far as windows go by them: what is emitted, and how, is not theirs. */
  static ScoringConfig scoring(ReadableConfig options) {
    return ScoringOptions.scoring(
        Configuration.fromMap(options.toMap())
            .set(ScoringOptions.EMIT_POLICY, ScoringConfig.Emit.SEGMENT_END)
            .set(ScoringOptions.EMIT_EVERY, 0)
            .set(ScoringOptions.RETAIN, Duration.ZERO));
  }
}
