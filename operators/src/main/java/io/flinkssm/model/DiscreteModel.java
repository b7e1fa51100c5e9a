package io.flinkssm.model;

/**
 * A sequence model at one sampling rate, in one precision: what the hot loop reads. Immutable,
 * thread-safe, cached per (model, rate).
 *
 * <p>The two views compute the same function (contract 1 of the design). For both: {@code state} is
 * the one flat array of a key (layout: {@link #stateLength()}; new segments start from {@link
 * #reset}); {@code input} is {@code [samples][inputChannels]} in the units of the signal frame; the
 * model's outputs after the <em>last</em> {@code outputs} samples are written to {@code output},
 * {@code [outputs][outputSize]}. Each position's output depends only on samples up to it and since
 * the start of the segment: class logits come from features pooled over the segment.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public interface DiscreteModel<A> {

  /** The model this was made from. */
  SequenceModel model();

  /** Sampling rate in Hz that this was made for. */
  double sampleRateHz();

  /** Elements of a key's state; 0 for models that do not stream. */
  int stateLength();

  /** Writes the state of a segment that has seen no sample. */
  void reset(A state);

  /**
   * Scratch for one caller, for blocks of up to {@code maxSamples} samples. Not thread-safe. Serves
   * every discrete model of the same sequence model and precision, whatever its rate.
   */
  Workspace<A> newWorkspace(int maxSamples);

  /**
   * The recurrent view: consumes {@code samples} samples, state in place, nothing allocated. How a
   * stream is cut into blocks changes no bit of outputs or state.
   *
   * <p>States that decay under long silence reach subnormal numbers, which are slow. It is up to
   * the caller to {@linkplain io.flinkssm.simd.Kernels#flushTiny snap them to zero}, at positions
   * of the stream rather than at ends of blocks.
   *
   * @param samples 1 … {@code workspace.maxSamples()}
   * @param outputs how many of the last positions get an output, 0 … {@code samples}
   * @throws UnsupportedOperationException if {@link SequenceModel#whyNotStreaming()} is not null
   */
  void advance(A state, A input, int samples, A output, int outputs, Workspace<A> workspace);

  /**
   * The convolutional view: consumes a whole window at once.
   *
   * @param state initial state in, final state out; null to start from {@link #reset} and drop it
   * @throws UnsupportedOperationException if the model has no convolutional view, or if a state is
   *     given to a model that looks ahead
   */
  void convolve(A state, A input, int samples, A output, int outputs);

  /** Scratch arrays of one caller; each family has its own subclass. */
  abstract class Workspace<A> {
    private final int maxSamples;

    protected Workspace(int maxSamples) {
      this.maxSamples = maxSamples;
    }

    /** Longest block that this workspace can hold. */
    public final int maxSamples() {
      return maxSamples;
    }
  }
}
