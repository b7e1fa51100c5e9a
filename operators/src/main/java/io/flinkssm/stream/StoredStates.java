package io.flinkssm.stream;

import io.flinkssm.model.ModelInfo;
import io.flinkssm.simd.Kernels;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the states of one model, and takes over those that were stored under another configuration:
 * by another model, whose numbers mean nothing here, or in the other precision.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class StoredStates<A> {
  private static final Logger LOG = LoggerFactory.getLogger(StoredStates.class);

  private final ModelInfo info;
  private final Kernels<A> kernels;
  private final ScoringCounters counters;
  private final int stateLength;
  private final long modelId;
  private final Class<?> arrayType;
  private boolean warned;

  StoredStates(ModelInfo info, int stateLength, Kernels<A> kernels, ScoringCounters counters) {
    this.info = info;
    this.kernels = kernels;
    this.counters = counters;
    this.stateLength = stateLength;
    modelId = modelId(info, stateLength);
    arrayType = kernels.allocate(0).getClass();
  }

  /** Marks the states of the model at hand. */
  long modelId() {
    return modelId;
  }

  /** Identifies name, version, weights and shape of a model within stored states. */
  static long modelId(ModelInfo info, int stateLength) {
    String identity =
        String.join(
            "\n",
            info.name(),
            info.version(),
            info.sha256(),
            info.architecture(),
            info.inputChannels() + " " + info.outputSize() + " " + stateLength);
    long hash = 0xcbf29ce484222325L;
    for (byte b : identity.getBytes(StandardCharsets.UTF_8)) {
      hash = SampleClock.mix(hash, b);
    }
    return hash;
  }

  /** The state in the wanted precision, without a segment if another model began it. */
  @SuppressWarnings("unchecked") // Without a segment a state has no elements, so any type fits.
  KeyState<A> adopt(KeyState<?> stored) {
    if (!stored.isOpen()) {
      return (KeyState<A>) stored;
    }
    if (stored.modelId != modelId) {
      counters.stateReset();
      if (!warned) {
        warned = true;
        LOG.warn(
            "A stored state was made by another model than {} {} (sha256 {}); its segment starts"
                + " anew, and so does that of every such key. Restore with the model that made the"
                + " states to keep them.",
            info.name(),
            info.version(),
            info.sha256());
      }
      stored.close();
      return (KeyState<A>) stored;
    }
    if (stored.recurrence.getClass() == arrayType) {
      return (KeyState<A>) stored;
    }
    return convert(stored);
  }

  /** Makes room for a segment that starts at the state's clock; the recurrence is all zeros. */
  void open(KeyState<A> state) {
    state.modelId = modelId;
    state.segmentStartMicros = state.nextMicros();
    state.lastSample = new float[info.inputChannels()];
    state.lastOutput = kernels.allocate(info.outputSize());
    state.recurrence = kernels.allocate(stateLength);
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
