package io.flinkssm.model;

import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.ssm.StateSpace;
import java.util.List;

/**
 * A sequence model in continuous time: parameters and metadata, immutable, thread-safe. This is the
 * one seam between families (S4, SaShiMi, S5 …) and everything that scores: parameters → discrete
 * model at a rate → advance, convolve.
 */
public interface SequenceModel {

  /** What the model is and what it takes and gives. */
  ModelInfo info();

  /** Why the model cannot be stepped sample by sample, or null if it can. */
  String whyNotStreaming();

  /** What to do about signals with other channels than the model's, for messages. */
  default String channelsRemedy() {
    return "send one value per channel and sample";
  }

  /** Whether {@link DiscreteModel#advance} works. */
  default boolean streams() {
    return whyNotStreaming() == null;
  }

  /** The state spaces in the order in which samples meet them; empty if not exposed. */
  default List<StateSpaceLayer> stateSpaces() {
    return List.of();
  }

  /**
   * Whether a key's state of this model means the same to another one, so that it can be carried
   * on: the same layout, native rate and dynamics. What the models make of it may differ.
   */
  default boolean sameDynamics(SequenceModel other) {
    return other == this;
  }

  /**
   * The model at a sampling rate, the way that suits its families. Costs milliseconds; cache the
   * result per rate.
   *
   * @param sampleRateHz finite, positive; {@code Δ} is scaled by {@code native/sampleRateHz}
   * @throws IllegalArgumentException naming the rate and the declared range if outside of it
   */
  default <A> DiscreteModel<A> discretize(double sampleRateHz, Kernels<A> kernels) {
    return discretize(sampleRateHz, RateMethod.AUTO, kernels);
  }

  /**
   * The model at a sampling rate.
   *
   * @param method how samples farther apart than those of the training are taken; both views follow
   * @throws IllegalArgumentException naming the rate and the declared range if outside of it
   */
  <A> DiscreteModel<A> discretize(double sampleRateHz, RateMethod method, Kernels<A> kernels);

  /**
   * Modes of all {@link #stateSpaces()} that alias at a sampling rate, see {@link
   * StateSpace#aliasedModes}. A trained model may have some at its native rate; more than there
   * mean that it no longer is the model that was trained.
   */
  default int aliasedModes(double sampleRateHz) {
    double rate = info().sampleRateHz() / sampleRateHz;
    return stateSpaces().stream().mapToInt(layer -> layer.system().aliasedModes(rate)).sum();
  }
}
