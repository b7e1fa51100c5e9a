package io.flinkssm.stream;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import java.util.Arrays;

/**
 * Retains what the model consumes of one key, and steps another model over it. Samples are gathered
 * and given to the {@link History} together: before they are read, when the rate changes, and when
 * there are many.
 *
 * <p>At rate r the last {@code ⌈retain·r⌉} samples of a segment are retained; what is not needed at
 * one rate does not come back at another. So what is retained at a position depends on the signal
 * alone.
 */
final class Retention<A> {
  /** Values that are gathered at most. */
  private static final int GATHERED = 1 << 14;

  private final History history;
  private final Kernels<A> kernels;
  private final long retainMicros;

  private String key;
  private KeyState<A> state;
  private float[] values = new float[0];
  private int length;
  private double rate;
  private long position;

  Retention(History history, Kernels<A> kernels, ScoringConfig config) {
    this.history = history;
    this.kernels = kernels;
    retainMicros = config.retainMicros();
  }

  /** Turns to a segment of a key. */
  void of(String segmentKey, KeyState<A> segmentState) {
    key = segmentKey;
    state = segmentState;
  }

  /** Takes the samples before the state's position, which have been consumed at its rate. */
  void add(float[] samples, int offset, int count, int channels) {
    if (retainMicros == 0) {
      state.retainedFrom = state.position;
      return;
    }
    int added = count * channels;
    if (length > 0 && (rate != state.sampleRateHz || length + added > GATHERED)) {
      flush();
    }
    if (length == 0) {
      rate = state.sampleRateHz;
      position = state.position - count;
    }
    if (values.length < length + added) {
      values = Arrays.copyOf(values, Math.max(length + added, 2 * length));
    }
    System.arraycopy(samples, offset, values, length, added);
    length += added;
    long wanted = (long) Math.ceil(retainMicros * 1e-6 * rate);
    state.retainedFrom = Math.max(state.retainedFrom, state.position - wanted);
  }

  /** Gives what is gathered to the history. */
  void flush() {
    if (length > 0) {
      history.append(key, state.retainedFrom, position, rate, values, length);
      length = 0;
    }
  }

  /** Forgets the segment. */
  void clear() {
    length = 0;
    if (retainMicros > 0) {
      history.clear(key);
    }
  }

  /**
   * The recurrence that a version would have if it had consumed the retained samples, at the same
   * places of its blocks: that of the segment if all of it is retained.
   *
   * @return null if the version refuses a rate of theirs or cannot be read
   */
  A replay(Version<A> version) {
    flush();
    try {
      Replay replay = new Replay(version);
      history.read(key, state.retainedFrom, replay);
      return replay.recurrence;
    } catch (RefusedRate | UnreadableModelException e) {
      return null;
    }
  }

  /** Whether {@link #replay} sees the whole segment. */
  boolean isComplete() {
    return state.retainedFrom == 0;
  }

  private static final class RefusedRate extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedRate(Throwable cause) {
      super(cause);
    }
  }

  /** One pass over the history. */
  private final class Replay implements History.Visitor {
    private final Version<A> version;
    private final int channels;
    private final A recurrence;
    private final A input;
    private final A output;

    Replay(Version<A> version) {
      this.version = version;
      channels = version.info().inputChannels();
      recurrence = kernels.allocate(version.stateLength());
      version.at(version.info().sampleRateHz()).reset(recurrence);
      input = kernels.allocate(Scorer.BLOCK * channels);
      output = kernels.allocate(0);
    }

    @Override
    public void samples(
        long first, double sampleRateHz, float[] samples, int offset, int samplesLength) {
      DiscreteModel<A> model;
      try {
        model = version.at(sampleRateHz);
      } catch (IllegalArgumentException e) {
        throw new RefusedRate(e);
      }
      int count = samplesLength / channels;
      int done = (int) Math.min(count, Math.max(0, state.retainedFrom - first));
      while (done < count) {
        long at = first + done;
        int block = (int) Math.min(count - done, Scorer.BLOCK - at % Scorer.BLOCK);
        kernels.fromFloat(samples, offset + done * channels, input, 0, block * channels);
        model.advance(recurrence, input, block, output, 0, version.workspace(model));
        done += block;
        if ((at + block) % Scorer.BLOCK == 0) {
          kernels.flushTiny(recurrence, 0, kernels.length(recurrence));
        }
      }
    }
  }
}
