package io.flinkssm.model;

import java.util.List;

/**
 * What a model is, takes and gives.
 *
 * @param name as in {@code config.json}
 * @param version as in {@code config.json}
 * @param sha256 lower-case hex digest of the weights file
 * @param architecture family and architecture, such as {@code "s4-classifier"}
 * @param task what the output means
 * @param inputChannels values per sample
 * @param outputSize values per output
 * @param labels class names in output order; empty unless the task is classification
 * @param sampleRateHz native rate: the rate of the training data
 * @param minSampleRateHz lowest rate the author declares usable
 * @param maxSampleRateHz highest rate the author declares usable
 * @param parameters number of stored values
 */
public record ModelInfo(
    String name,
    String version,
    String sha256,
    String architecture,
    Task task,
    int inputChannels,
    int outputSize,
    List<String> labels,
    double sampleRateHz,
    double minSampleRateHz,
    double maxSampleRateHz,
    long parameters) {

  public ModelInfo {
    labels = List.copyOf(labels);
  }

  /** What a model's output means, and so which head turns it into a score. */
  public enum Task {
    /** Logits over {@link #labels()}; scored as running probabilities. */
    CLASSIFICATION,
    /** Predicted values. */
    FORECAST,
    /** Features for another system to use. */
    FEATURES,
    /** How unusual each sample is, by what evidence: the outputs of a detector. */
    ANOMALY
  }
}
