package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.InvalidModelException;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version of a scorer's model, with all that belongs to it: its rates, its scratch, what turns
 * samples into its input and its output into scores. Weights and scratch can be {@linkplain #letGo
 * let go} and come back when they are needed; what it takes to end a segment stays.
 */
final class Version<A> {
  private static final Logger LOG = LoggerFactory.getLogger(Version.class);

  private final ModelInfo info;
  private final long id;
  private final int stateLength;
  private final long firstFormatId;
  private final Kernels<A> kernels;
  private final RateMethod method;
  private final ScoringCounters counters;
  private final SequenceModel kept;
  private final Release release;
  private final ModelSource source;
  private final Emitter<A> emitter;
  private final BlockInput<A> samples;
  private final RateGrid grid;
  private final SampleClock clock;

  private DiscreteModels<A> rates;
  private DiscreteModel.Workspace<A> workspace;
  private A input;
  private A output;

  /** Why it could not be read again since it was let go, or null. */
  private String unreadable;

  private boolean warned;

  /**
   * A version that is in use.
   *
   * @param release for which the source gave the model and gives it again after {@link #letGo}, or
   *     null to keep it
   * @throws IllegalArgumentException if the model cannot be discretised
   */
  Version(
      SequenceModel model,
      Release release,
      ModelSource source,
      Kernels<A> kernels,
      ScoringConfig config,
      ScoringCounters counters) {
    this.info = model.info();
    this.kept = release == null ? model : null;
    this.release = release;
    this.source = source;
    this.kernels = kernels;
    this.method = config.rateMethod();
    this.counters = counters;
    id = id(info.name(), info.version(), info.sha256());
    grid = RateGrid.of(config, info);
    clock = SampleClock.of(config, grid);
    rates = new DiscreteModels<>(model, method, grid, kernels, counters);
    stateLength = rates.at(info.sampleRateHz()).stateLength();
    firstFormatId = StoredStates.modelId(info, stateLength);
    emitter = new Emitter<>(info, kernels, new Emission(config));
    samples = new BlockInput<>(info, kernels, config);
  }

  /** Identifies a version within stored states. */
  static long id(String name, String version, String sha256) {
    return StoredStates.hash(name, version, sha256);
  }

  /** What stood in the place of {@link #id} in the first format of stored states. */
  long firstFormatId() {
    return firstFormatId;
  }

  ModelInfo info() {
    return info;
  }

  long id() {
    return id;
  }

  /** Elements of a key's recurrence. */
  int stateLength() {
    return stateLength;
  }

  Emitter<A> emitter() {
    return emitter;
  }

  /** Places frames in time, by the rates that the model declares. */
  SampleClock clock() {
    return clock;
  }

  /** Turns frames and gaps into its input. */
  BlockInput<A> samples() {
    return samples;
  }

  /** Most bytes that a key costs in stored form. */
  long maxBytesPerKey(int elementBytes) {
    return KeyStateFormat.maxLength(
        elementBytes, info.inputChannels(), info.outputSize(), stateLength);
  }

  /** Whether the arrays of an open segment have its shapes. */
  boolean fits(KeyState<?> state) {
    return state.lastSample.length == info.inputChannels()
        && KeyStateFormat.elements(state.lastOutput) == info.outputSize()
        && KeyStateFormat.elements(state.recurrence) == stateLength;
  }

  /**
   * The model in continuous time.
   *
   * @throws UnreadableModelException if it was let go and cannot be read again
   */
  SequenceModel model() {
    return rates().model();
  }

  /**
   * The model at a rate.
   *
   * @throws IllegalArgumentException if the model refuses the rate
   * @throws UnreadableModelException if it was let go and cannot be read again
   */
  DiscreteModel<A> at(double sampleRateHz) {
    return rates().at(sampleRateHz);
  }

  private DiscreteModels<A> rates() {
    if (rates == null) {
      rates = new DiscreteModels<>(read(), method, grid, kernels, counters);
    }
    return rates;
  }

  private SequenceModel read() {
    if (kept != null) {
      return kept;
    }
    if (unreadable == null) {
      try {
        return source.model(release);
      } catch (IOException | InvalidModelException e) {
        unreadable = unreadable(e);
      }
      if (!warned) {
        warned = true;
        LOG.warn("{}. Samples of its time are rejected.", unreadable);
      }
    }
    throw new UnreadableModelException(unreadable);
  }

  private String unreadable(Exception e) {
    return "model "
        + info.name()
        + " version "
        + info.version()
        + " was in use, is needed again by frames behind the others, and cannot be read: "
        + e.getMessage()
        + "; keep the directories of released models";
  }

  /** Rates that it is held at just now. */
  int sampleRates() {
    return rates == null ? 0 : rates.size();
  }

  /** Gives up weights and scratch, and tells the source so; whoever needs them asks it again. */
  void letGo() {
    if (rates != null && kept == null) {
      source.letGo(release);
    }
    rates = null;
    unreadable = null;
    workspace = null;
    input = null;
    output = null;
  }

  /** Scratch for blocks of {@link BlockStepper#ROWS}. */
  DiscreteModel.Workspace<A> workspace(DiscreteModel<A> anyRate) {
    if (workspace == null) {
      workspace = anyRate.newWorkspace(BlockStepper.ROWS);
      input = kernels.allocate(BlockStepper.ROWS * info.inputChannels());
      output = kernels.allocate(BlockStepper.ROWS * info.outputSize());
    }
    return workspace;
  }

  /** Rows of samples; exists with the workspace. */
  A input() {
    return input;
  }

  /** Rows of outputs; exists with the workspace. */
  A output() {
    return output;
  }
}
