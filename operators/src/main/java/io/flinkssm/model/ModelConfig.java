package io.flinkssm.model;

import io.flinkssm.model.ModelInfo.Task;
import java.util.List;

/**
 * The part of {@code config.json} that all families share; a family reads its own keys from {@link
 * #keys}. The table of keys is in {@code docs/model-directory.md}.
 *
 * @param name model name
 * @param version model version
 * @param architecture chooses the family
 * @param inputs channels of a signal frame, {@code d_input}
 * @param outputs values of one output, {@code d_output}
 * @param task what the output means
 * @param labels class names, {@code outputs} of them for classification
 * @param inputScale per channel; the network sees {@code input_scale·sample + input_offset}
 * @param inputOffset per channel
 * @param sampleRateHz rate of the training data
 * @param minSampleRateHz lowest usable rate
 * @param maxSampleRateHz highest usable rate
 * @param keys the whole object
 */
public record ModelConfig(
    String name,
    String version,
    String architecture,
    int inputs,
    int outputs,
    Task task,
    List<String> labels,
    double[] inputScale,
    double[] inputOffset,
    double sampleRateHz,
    double minSampleRateHz,
    double maxSampleRateHz,
    ConfigNode keys) {

  /** The one version of the format so far. */
  static final int FORMAT = 1;

  /** How far from the native rate a model may run where its author does not say. */
  static final double RATE_SPAN = 8;

  /** Reads the shared keys. Unknown keys surface in {@link ConfigNode#finish}, after the family. */
  static ModelConfig read(ConfigNode keys) {
    int format = keys.count("format", FORMAT);
    if (format != FORMAT) {
      throw keys.error(
          "format", Integer.toString(format), "1; a newer release reads newer formats");
    }
    String architecture = keys.text("architecture", "s4-classifier");
    String name = keys.text("name", "pump-s4d");
    String version = keys.text("version", "1");
    int inputs = keys.count("d_input", 1);
    int outputs = keys.count("d_output", 10);
    Task task = task(keys);
    List<String> labels = keys.texts("labels");
    int classes = task == Task.CLASSIFICATION ? outputs : 0;
    if (labels.size() != classes) {
      throw keys.error(
          "labels",
          labels.size() + " names",
          classes == 0 ? "none: only task classification has labels" : classes + ", one per class");
    }
    double rate = positive(keys, "sample_rate_hz", keys.number("sample_rate_hz", 4000));
    double min =
        positive(keys, "min_sample_rate_hz", keys.numberOr("min_sample_rate_hz", rate / RATE_SPAN));
    double max =
        positive(keys, "max_sample_rate_hz", keys.numberOr("max_sample_rate_hz", rate * RATE_SPAN));
    if (min > rate || max < rate) {
      throw keys.error(
          "sample_rate_hz",
          Double.toString(rate),
          "a rate between min_sample_rate_hz " + min + " and max_sample_rate_hz " + max);
    }
    return new ModelConfig(
        name,
        version,
        architecture,
        inputs,
        outputs,
        task,
        labels,
        keys.numbersOr("input_scale", inputs, 1),
        keys.numbersOr("input_offset", inputs, 0),
        rate,
        min,
        max,
        keys);
  }

  ModelInfo info(String sha256, long parameters) {
    return new ModelInfo(
        name,
        version,
        sha256,
        architecture,
        task,
        inputs,
        outputs,
        labels,
        sampleRateHz,
        minSampleRateHz,
        maxSampleRateHz,
        parameters);
  }

  private static Task task(ConfigNode keys) {
    String task = keys.text("task", "classification");
    return switch (task) {
      case "classification" -> Task.CLASSIFICATION;
      case "forecast" -> Task.FORECAST;
      case "features" -> Task.FEATURES;
      default -> throw keys.error("task", '"' + task + '"', "classification, forecast or features");
    };
  }

  private static double positive(ConfigNode keys, String key, double value) {
    if (!(value > 0)) {
      throw keys.error(key, Double.toString(value), "a number of Hz greater than 0");
    }
    return value;
  }
}
