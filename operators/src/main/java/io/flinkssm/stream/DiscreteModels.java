package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import java.util.ArrayList;
import java.util.List;

/**
 * One model at the sampling rates in use: discretised at first use, the least recently used given
 * up beyond {@link #CAPACITY}. Rates are compared exactly; real streams have a handful, so a scan
 * in order of use beats a map and allocates nothing.
 */
final class DiscreteModels<A> {
  /** Rates that are kept. */
  static final int CAPACITY = 64;

  private final SequenceModel model;
  private final Kernels<A> kernels;
  private final List<DiscreteModel<A>> recent = new ArrayList<>();

  DiscreteModels(SequenceModel model, Kernels<A> kernels) {
    this.model = model;
    this.kernels = kernels;
  }

  /**
   * The model at a rate.
   *
   * @throws IllegalArgumentException if the model refuses the rate
   */
  DiscreteModel<A> at(double sampleRateHz) {
    for (int i = 0; i < recent.size(); i++) {
      DiscreteModel<A> candidate = recent.get(i);
      if (candidate.sampleRateHz() == sampleRateHz) {
        if (i > 0) {
          recent.remove(i);
          recent.add(0, candidate);
        }
        return candidate;
      }
    }
    DiscreteModel<A> made = model.discretize(sampleRateHz, kernels);
    if (recent.size() == CAPACITY) {
      recent.remove(CAPACITY - 1);
    }
    recent.add(0, made);
    return made;
  }

  int size() {
    return recent.size();
  }
}
