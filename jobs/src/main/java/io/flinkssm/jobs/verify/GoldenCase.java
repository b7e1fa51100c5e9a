package io.flinkssm.jobs.verify;

import io.flinkssm.ssm.RateMethod;
import java.util.List;

/**
 * Inputs with the outputs that the reference gave for them.
 *
 * @param name of the stored outputs
 * @param sampleRateHz rate at which the model is to be made
 * @param method what the reference made of that rate
 * @param inputs one {@code [samples][inputChannels]} a sequence
 * @param expected one {@code [outputSize]} a sequence: the output after its last sample
 */
public record GoldenCase(
    String name,
    double sampleRateHz,
    RateMethod method,
    List<double[]> inputs,
    List<double[]> expected) {

  public GoldenCase {
    inputs = List.copyOf(inputs);
    expected = List.copyOf(expected);
    if (inputs.size() != expected.size()) {
      throw new IllegalArgumentException(
          name + ": " + inputs.size() + " inputs but " + expected.size() + " outputs");
    }
  }
}
