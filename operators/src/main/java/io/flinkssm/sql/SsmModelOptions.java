package io.flinkssm.sql;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Precision;
import io.flinkssm.stream.WindowScoring;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/** Every option of {@code CREATE MODEL … WITH ('provider' = 'ssm', …)}. */
public final class SsmModelOptions {

  public static final ConfigOption<String> PATH =
      key("path")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URI of the model directory (config.json and model.safetensors), on any file system"
                  + " that Flink knows, such as file:///models/digits. Every task manager must be"
                  + " able to read it, and so must the client, see check-at-planning. Required.");

  public static final ConfigOption<Double> RATE =
      key("rate")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "Sampling rate in Hz of all windows. Without it, the rate that the model was trained"
                  + " at. Leave it out where a column of the input states the rate of each window.");

  public static final ConfigOption<Precision> PRECISION =
      key("precision")
          .enumType(Precision.class)
          .defaultValue(Precision.FLOAT32)
          .withDescription(
              "Element type of the computation, float32 or float64. Samples are read as float32 in"
                  + " either. float64 takes about twice as long; choose it to see what float32 costs.");

  public static final ConfigOption<RateMethod> RATE_METHOD =
      key("rate-method")
          .enumType(RateMethod.class)
          .defaultValue(RateMethod.AUTO)
          .withDescription(
              "How a model is run where samples are farther apart than those of its training; give it"
                  + " the value of ssm.rate.method of the streaming job whose scores should be met.");

  public static final ConfigOption<ConvolutionMethod> CONVOLUTION =
      key("convolution")
          .enumType(ConvolutionMethod.class)
          .defaultValue(ConvolutionMethod.AUTO)
          .withDescription(
              "auto: per layer and window what is expected to be faster, Fourier transforms or the"
                  + " blocked recurrence; the choice is logged. fft: a computation independent of"
                  + " streaming, to check it by. recurrence: never transforms; bidirectional models"
                  + " have none.");

  public static final ConfigOption<NonFinitePolicy> NON_FINITE =
      key("non-finite")
          .enumType(NonFinitePolicy.class)
          .defaultValue(NonFinitePolicy.REJECT)
          .withDescription(
              "What happens to values that are NULL, NaN or infinite: reject (the window is not"
                  + " scored), hold (the last finite value of the channel, zero at the start of the"
                  + " window), or zero. All are counted.");

  public static final ConfigOption<Integer> MAX_SAMPLES =
      key("max-samples")
          .intType()
          .defaultValue(1 << 18)
          .withDescription(
              "Most samples of a window; a longer one is not scored. A window of n samples takes about"
                  + " 4·n·(inputs + width) bytes while it is, twice that in float64.");

  public static final ConfigOption<Boolean> CHECK_AT_PLANNING =
      key("check-at-planning")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the model is read when a query is planned, so that a wrong path, a broken model"
                  + " or columns that do not fit it are errors of the statement. Set to false where"
                  + " only the cluster can read the path: then they fail the job when it starts.");

  private SsmModelOptions() {}

  /** All options, in the order of the documentation. */
  public static List<ConfigOption<?>> all() {
    return List.of(
        PATH,
        RATE,
        PRECISION,
        RATE_METHOD,
        CONVOLUTION,
        NON_FINITE,
        MAX_SAMPLES,
        CHECK_AT_PLANNING);
  }

  /**
   * The rules of scoring.
   *
   * @throws IllegalArgumentException naming the option, the consequence and the remedy
   */
  static WindowScoring.Rules rules(ReadableConfig options) {
    double rate = options.getOptional(RATE).orElse(0.0);
    if (rate == 0 && options.getOptional(RATE).isPresent()) {
      throw new IllegalArgumentException(
          "rate is 0 Hz: there is no such sampling rate; leave it out for the model's own");
    }
    return new WindowScoring.Rules(
        rate,
        options.get(PRECISION),
        options.get(RATE_METHOD),
        options.get(CONVOLUTION),
        options.get(NON_FINITE),
        options.get(MAX_SAMPLES));
  }
}
