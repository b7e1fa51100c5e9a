package io.flinkssm.model;

import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import java.util.List;

/**
 * A sequence model at one sampling rate, in one precision: what the hot loop reads. Immutable,
 * thread-safe, cached per (model, rate).
 *
 * <p>The two views compute the same function (contract 1 of the design). For both: {@code state} is
 * the one flat array of a key (layout: {@link #stateLength()}; new segments start from {@link
 * #reset}); {@code input} is {@code [samples][inputChannels]} in the units of the signal frame; the
 * model's outputs after the <em>last</em> {@code outputs} samples of a key are written to {@code
 * output}, {@code [outputs][outputSize]}. Each position's output depends only on samples up to it
 * and since the start of the segment: class logits come from features pooled over the segment.
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
   * The recurrent view: consumes the samples of each run, states in place, nothing allocated. How a
   * stream is cut into blocks, and which keys share a block, changes no bit of outputs or states.
   *
   * <p>States that decay under long silence reach subnormal numbers, which are slow. It is up to
   * the caller to {@linkplain io.flinkssm.simd.Kernels#flushTiny snap them to zero}, at positions
   * of the stream rather than at ends of blocks.
   *
   * @param runs the keys of the block: 1 … {@code workspace.maxSamples()} samples in all
   * @param input {@code [runs.samples()][inputChannels]}
   * @param output {@code [runs.outputs()][outputSize]}, run after run
   * @throws UnsupportedOperationException if {@link SequenceModel#whyNotStreaming()} is not null
   */
  void advance(Runs<A> runs, A input, A output, Workspace<A> workspace);

  /**
   * The recurrent view of one key.
   *
   * @param samples 1 … {@code workspace.maxSamples()}
   * @param outputs how many of the last positions get an output, 0 … {@code samples}
   */
  default void advance(
      A state, A input, int samples, A output, int outputs, Workspace<A> workspace) {
    Runs<A> one = workspace.one;
    one.clear();
    one.add(state, samples, outputs);
    advance(one, input, output, workspace);
    one.clear();
  }

  /**
   * The convolutional view: consumes a whole window at once.
   *
   * @param state initial state in, final state out; null to start from {@link #reset} and drop it
   * @param method {@link ConvolutionMethod#FFT} to check the recurrence against something that is
   *     not itself, {@link ConvolutionMethod#AUTO} to be fast
   * @throws UnsupportedOperationException if the model has no convolutional view, or if a state or
   *     the recurrence is asked of a model that has none
   */
  void convolve(A state, A input, int samples, A output, int outputs, ConvolutionMethod method);

  /** The convolutional view, each layer by the method that is expected to be faster. */
  default void convolve(A state, A input, int samples, A output, int outputs) {
    convolve(state, input, samples, output, outputs, ConvolutionMethod.AUTO);
  }

  /**
   * Makes and keeps what {@link #convolve} needs for such windows, so that they do not wait for
   * kernels: callable from any thread beforehand. Few lengths are kept; lengths up to the same
   * power of two count as one, and so do all that are longer than the memory of the model.
   *
   * @param samples of the windows, at least 1
   */
  default void prepare(int samples, ConvolutionMethod method) {}

  /**
   * How {@link #convolve} would compute a window, and why: a line for each state space, for logs
   * and reports; empty if not exposed.
   *
   * @param carriesState whether a state is given
   */
  default List<String> describeConvolution(
      int samples, boolean carriesState, ConvolutionMethod method) {
    return List.of();
  }

  /** Scratch arrays of one caller; each family has its own subclass. */
  abstract class Workspace<A> {
    private final int maxSamples;
    private final Runs<A> one = new Runs<>();

    protected Workspace(int maxSamples) {
      this.maxSamples = maxSamples;
    }

    /** Longest block that this workspace can hold. */
    public final int maxSamples() {
      return maxSamples;
    }
  }
}
