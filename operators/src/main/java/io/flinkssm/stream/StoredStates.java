package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.simd.Kernels;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes states, and takes over those that were stored under another configuration: by a model that
 * is not known, whose numbers mean nothing here, or in the other precision.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class StoredStates<A> {
  private static final Logger LOG = LoggerFactory.getLogger(StoredStates.class);

  private final String name;
  private final Kernels<A> kernels;
  private final ScoringCounters counters;
  private final Class<?> arrayType;
  private boolean warned;

  StoredStates(String name, Kernels<A> kernels, ScoringCounters counters) {
    this.name = name;
    this.kernels = kernels;
    this.counters = counters;
    arrayType = kernels.allocate(0).getClass();
  }

  /** Identifies name, version, weights and shape of a model. */
  static long modelId(ModelInfo info, int stateLength) {
    return hash(
        info.name(),
        info.version(),
        info.sha256(),
        info.architecture(),
        info.inputChannels() + " " + info.outputSize() + " " + stateLength);
  }

  /** A hash of some lines of text. */
  static long hash(String... lines) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : String.join("\n", lines).getBytes(StandardCharsets.UTF_8)) {
      hash = SampleClock.mix(hash, b);
    }
    return hash;
  }

  /**
   * The state in the wanted precision, without a segment if its model is not known.
   *
   * @param madeBy the version that made it, or null if that is not known
   */
  @SuppressWarnings("unchecked") // Without a segment a state has no elements, so any type fits.
  KeyState<A> adopt(KeyState<?> stored, Version<A> madeBy) {
    if (!stored.isOpen()) {
      return (KeyState<A>) stored;
    }
    if (madeBy == null) {
      counters.stateReset();
      if (!warned) {
        warned = true;
        LOG.warn(
            "A stored state was made by a model that is neither the initial one nor a known release"
                + " of {}; its segment starts anew, and so does that of every such key. Restore with"
                + " the model that made the states to keep them.",
            name);
      }
      stored.close();
      return (KeyState<A>) stored;
    }
    stored.modelId = madeBy.id();
    return stored.recurrence.getClass() == arrayType ? (KeyState<A>) stored : convert(stored);
  }

  /** Makes room for a segment that starts at the state's clock; the recurrence is all zeros. */
  void open(KeyState<A> state, Timeline.Era<A> era) {
    Version<A> version = era.version();
    state.modelId = version.id();
    state.activatedMicros = era.activateAtMicros();
    state.segmentStartMicros = state.nextMicros();
    state.lastSample = new float[version.info().inputChannels()];
    state.lastOutput = kernels.allocate(version.info().outputSize());
    state.recurrence = kernels.allocate(version.stateLength());
  }

  /** A state of the other precision in this one: the configuration was changed. */
  @SuppressWarnings("unchecked") // The arrays are replaced by ones of the wanted type.
  private KeyState<A> convert(KeyState<?> stored) {
    A lastOutput = converted(stored.lastOutput);
    A recurrence = converted(stored.recurrence);
    KeyState<A> state = (KeyState<A>) stored;
    state.lastOutput = lastOutput;
    state.recurrence = recurrence;
    return state;
  }

  private A converted(Object array) {
    if (array instanceof float[] floats) {
      A to = kernels.allocate(floats.length);
      kernels.fromFloat(floats, 0, to, 0, floats.length);
      return to;
    }
    double[] doubles = (double[]) array;
    A to = kernels.allocate(doubles.length);
    kernels.fromDouble(doubles, 0, to, 0, doubles.length);
    return to;
  }
}
