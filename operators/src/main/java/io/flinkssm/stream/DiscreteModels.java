package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model at the sampling rates in use: discretised at first use. Those of a {@link RateGrid} are
 * kept for good; of all others, the least recently used is given up beyond {@link #CAPACITY}. Rates
 * are compared exactly; real streams state a handful, so a scan in order of use beats a map and
 * allocates nothing.
 */
final class DiscreteModels<A> {
  /** Rates besides the grid that are kept. */
  static final int CAPACITY = 64;

  private static final Logger LOG = LoggerFactory.getLogger(DiscreteModels.class);

  private final SequenceModel model;
  private final RateMethod method;
  private final Kernels<A> kernels;
  private final ScoringCounters counters;
  private final RateGrid grid;
  private final List<DiscreteModel<A>> onGrid;
  private final List<DiscreteModel<A>> recent = new ArrayList<>();
  private int madeOnGrid;

  /** Most modes that alias at the native rate, or at one that the log has told of. */
  private int mostAliased;

  /**
   * No models yet.
   *
   * @param grid rates to expect, or null
   */
  DiscreteModels(
      SequenceModel model,
      RateMethod method,
      RateGrid grid,
      Kernels<A> kernels,
      ScoringCounters counters) {
    this.model = model;
    this.method = method;
    this.grid = grid;
    this.kernels = kernels;
    this.counters = counters;
    this.onGrid = new ArrayList<>(Collections.nCopies(grid == null ? 0 : grid.size(), null));
    this.mostAliased = model.aliasedModes(model.info().sampleRateHz());
  }

  /**
   * The model at a rate.
   *
   * @throws IllegalArgumentException if the model refuses the rate
   */
  DiscreteModel<A> at(double sampleRateHz) {
    int index = grid == null ? -1 : grid.indexOf(sampleRateHz);
    return index < 0 ? recent(sampleRateHz) : onGrid(index);
  }

  private DiscreteModel<A> onGrid(int index) {
    DiscreteModel<A> known = onGrid.get(index);
    if (known == null) {
      known = make(grid.rateHz(index));
      onGrid.set(index, known);
      madeOnGrid++;
    }
    return known;
  }

  private DiscreteModel<A> recent(double sampleRateHz) {
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
    DiscreteModel<A> made = make(sampleRateHz);
    if (recent.size() == CAPACITY) {
      recent.remove(CAPACITY - 1);
    }
    recent.add(0, made);
    return made;
  }

  private DiscreteModel<A> make(double sampleRateHz) {
    DiscreteModel<A> made = model.discretize(sampleRateHz, method, kernels);
    reportAliasing(sampleRateHz);
    return made;
  }

  /** Tells the log only when it gets worse: rates may be many, and come again. */
  private void reportAliasing(double sampleRateHz) {
    int aliased = model.aliasedModes(sampleRateHz);
    counters.aliasedModes(aliased);
    if (aliased > mostAliased) {
      mostAliased = aliased;
      LOG.info(
          "At {} Hz, {} modes of model {} oscillate above half the sampling rate ({} at its native"
              + " {} Hz): what they stand for cannot be seen in the samples. Measure what the scores"
              + " are worth at this rate, for example with ssm rates.",
          sampleRateHz,
          aliased,
          model.info().name(),
          model.aliasedModes(model.info().sampleRateHz()),
          model.info().sampleRateHz());
    }
  }

  SequenceModel model() {
    return model;
  }

  /** Rates that are held. */
  int size() {
    return madeOnGrid + recent.size();
  }
}
