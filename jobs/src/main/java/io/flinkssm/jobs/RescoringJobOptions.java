package io.flinkssm.jobs;

import io.flinkssm.jobs.blas.LinearProducts;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** What the rescoring job can be told, besides {@link JobOptions} and the operator's options. */
public final class RescoringJobOptions {

  public static final ConfigOption<Boolean> JOIN =
      ConfigOptions.key("rescore.join")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the scores topic is read, too, and each window compared with what streaming"
                  + " has said about it. Windows then wait for the scores. Turn it off to score"
                  + " history with a new model, or with one that cannot stream.");

  public static final ConfigOption<String> FROM =
      ConfigOptions.key("rescore.from")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Begins with the first records that were sent at this time or later, by their Kafka"
                  + " time stamps, as in 2026-01-31T10:00:00Z; in place of kafka.starting-offsets."
                  + " Segments that were open then begin there.");

  public static final ConfigOption<String> TO =
      ConfigOptions.key("rescore.to")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Ends before the first records that were sent at this time or later, by their Kafka"
                  + " time stamps; then the job finishes.");

  public static final ConfigOption<String> WINDOW_SCORES_TOPIC =
      ConfigOptions.key("kafka.topics.window-scores")
          .stringType()
          .defaultValue("ssm-window-scores")
          .withDescription("Topic of the scores of windows, written.");

  public static final ConfigOption<String> DIVERGED_TOPIC =
      ConfigOptions.key("kafka.topics.diverged")
          .stringType()
          .defaultValue("ssm-diverged")
          .withDescription(
              "Topic of the scores of windows that differ from streaming by more than"
                  + " rescore.divergence.max, written.");

  public static final ConfigOption<String> KERNELS_TOPIC =
      ConfigOptions.key("kafka.topics.kernels")
          .stringType()
          .defaultValue("ssm-kernels")
          .withDescription(
              "Topic of summaries of the model's kernels, written; compact it to keep the current"
                  + " ones.");

  public static final ConfigOption<LinearProducts> LINEAR =
      ConfigOptions.key("rescore.linear")
          .enumType(LinearProducts.class)
          .defaultValue(LinearProducts.JAVA)
          .withDescription(
              "Who multiplies the matrices of position-wise layers. java: the kernels of streaming."
                  + " blas: ND4J, which must be on the class path of the task managers. auto: ND4J"
                  + " where it was measured to be faster: if it is there, the Vector API is off or the"
                  + " precision float64, and OPENBLAS_CORETYPE in the environment names the kernels"
                  + " of the processor. The choice is logged; results differ by rounding.");

  private RescoringJobOptions() {}

  /** All options, in the order of the documentation. */
  public static List<ConfigOption<?>> all() {
    return List.of(JOIN, FROM, TO, WINDOW_SCORES_TOPIC, DIVERGED_TOPIC, KERNELS_TOPIC, LINEAR);
  }
}
