package io.flinkssm.model;

import java.util.Set;

/** Builds the networks of some architectures from a model directory. Stateless. */
public interface ModelFamily {

  /** Values of {@code "architecture"} that this family builds. */
  Set<String> architectures();

  /**
   * Builds a network. Keys and tensors that are neither read nor ignored become errors afterwards.
   *
   * @throws InvalidModelException if a key or a tensor is missing, or does not fit
   */
  SequenceModel build(ModelInfo info, ModelConfig config, Tensors tensors);
}
