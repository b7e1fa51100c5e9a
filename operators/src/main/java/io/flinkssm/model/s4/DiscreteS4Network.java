package io.flinkssm.model.s4;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.model.layers.Norm;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import io.flinkssm.ssm.ConvolutionPlan;
import io.flinkssm.ssm.RateMethod;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@link S4Network} at one sampling rate in one precision. A block of samples goes through the
 * network layer by layer, so that parameters are loaded once a block.
 */
final class DiscreteS4Network<A> implements DiscreteModel<A> {

  private final S4Network network;
  private final double sampleRateHz;
  private final Kernels<A> kernels;
  private final Kernels.Linear<A> encoder;
  private final List<DiscreteBlock<A>> blocks = new ArrayList<>();
  private final int[] firstSystem;
  private final Norm.Rows<A> lastNorm;
  private final Kernels.Linear<A> decoder;

  DiscreteS4Network(S4Network network, double sampleRateHz, RateMethod method, Kernels<A> kernels) {
    this.network = network;
    this.sampleRateHz = sampleRateHz;
    this.kernels = kernels;
    double rate = network.info().sampleRateHz() / sampleRateHz;
    this.encoder = network.encoder().prepare(kernels);
    this.firstSystem = new int[network.blocks().size()];
    int systems = 0;
    for (Block block : network.blocks()) {
      firstSystem[blocks.size()] = systems;
      blocks.add(new DiscreteBlock<>(block, rate, method, kernels));
      systems += block.layers().size();
    }
    this.lastNorm = network.lastNorm().prepare(kernels);
    this.decoder = network.decoder() == null ? null : network.decoder().prepare(kernels);
  }

  @Override
  public SequenceModel model() {
    return network;
  }

  @Override
  public double sampleRateHz() {
    return sampleRateHz;
  }

  @Override
  public int stateLength() {
    return network.streams() ? network.layout().length() : 0;
  }

  @Override
  public void reset(A state) {
    kernels.clear(state, 0, stateLength());
  }

  @Override
  public S4Workspace newWorkspace(int maxSamples) {
    if (maxSamples < 1) {
      throw new IllegalArgumentException("maxSamples is " + maxSamples + ", expected at least 1");
    }
    return new S4Workspace(maxSamples);
  }

  @Override
  public void advance(Runs<A> runs, A input, A output, Workspace<A> workspace) {
    if (!network.streams()) {
      throw new UnsupportedOperationException(
          "model " + network.info().name() + " does not stream: " + network.whyNotStreaming());
    }
    int samples = runs.samples();
    if (samples < 1) {
      throw new IllegalArgumentException("the block has no samples, expected at least 1");
    }
    if (samples > workspace.maxSamples()) {
      throw new IllegalArgumentException(
          "samples is " + samples + ", the workspace holds up to " + workspace.maxSamples());
    }
    for (int k = 0; k < runs.count(); k++) {
      check("state", kernels.length(runs.state(k)), stateLength());
    }
    checkBlock(input, samples, output, runs.outputs());
    S4Workspace scratch = (S4Workspace) workspace;
    if (scratch.owner() != network) {
      throw new IllegalArgumentException(
          "the workspace is of model "
              + scratch.owner().info().name()
              + " version "
              + scratch.owner().info().version()
              + "; make one with newWorkspace of this model (any of its rates will do)");
    }
    forward(DiscreteLayer::advance, runs, input, output, scratch);
  }

  @Override
  public void convolve(
      A state, A input, int samples, A output, int outputs, ConvolutionMethod method) {
    if (state != null && !network.streams()) {
      throw new UnsupportedOperationException(
          "model "
              + network.info().name()
              + " has no state to give or take: "
              + network.whyNotStreaming()
              + "; pass null");
    }
    if (state != null) {
      check("state", kernels.length(state), stateLength());
    }
    Runs<A> window = Runs.of(state, samples, outputs);
    checkBlock(input, window.samples(), output, window.outputs());
    new WindowPass<>(this, state, input, samples, method).run(output, outputs);
  }

  @Override
  public void prepare(int samples, ConvolutionMethod method) {
    for (DiscreteBlock<A> block : blocks) {
      for (DiscreteLayer<A> layer : block.layers()) {
        // Without a state transforms are the more likely choice.
        if (layer.plan(samples, false, method).method() == ConvolutionMethod.FFT) {
          layer.prepare(samples);
        }
      }
    }
  }

  @Override
  public List<String> describeConvolution(
      int samples, boolean carriesState, ConvolutionMethod method) {
    List<String> lines = new ArrayList<>();
    List<StateSpaceLayer> names = network.stateSpaces();
    for (DiscreteBlock<A> block : blocks) {
      for (DiscreteLayer<A> layer : block.layers()) {
        ConvolutionPlan plan = layer.plan(samples, carriesState, method);
        lines.add(names.get(lines.size()).name() + ": " + plan.method() + ", " + plan.reason());
      }
    }
    return lines;
  }

  Kernels<A> kernels() {
    return kernels;
  }

  List<DiscreteBlock<A>> blocks() {
    return blocks;
  }

  StateLayout layout() {
    return network.layout();
  }

  /** Width of the features between blocks. */
  int width() {
    return network.width();
  }

  /** Where the state of layer {@code k} of block {@code i} lies. */
  int stateOffset(int i, int k) {
    return network.layout().system(firstSystem[i] + k);
  }

  /** The network over one block, from the encoder to the decoder. */
  private void forward(
      DiscreteBlock.Systems<A> systems, Runs<A> runs, A input, A output, S4Workspace w) {
    encode(input, runs.samples(), w);
    for (int i = 0; i < blocks.size(); i++) {
      block(i, systems, runs, w);
    }
    finish(runs, output, w);
  }

  /** Samples to features, in {@code w.buffers.x}. */
  void encode(A input, int samples, S4Workspace w) {
    encoder.apply(input, w.buffers.x, samples, w.encoder);
  }

  /** Block {@code i} on the features in {@code w.buffers.x}. */
  void block(int i, DiscreteBlock.Systems<A> systems, Runs<A> runs, S4Workspace w) {
    blocks
        .get(i)
        .apply(systems, runs, network.layout(), firstSystem[i], w.buffers, w.blocks.get(i));
  }

  /** Features in {@code w.buffers.x} to outputs. */
  void finish(Runs<A> runs, A output, S4Workspace w) {
    Buffers<A> buffers = w.buffers;
    lastNorm.apply(buffers.x, runs.samples(), buffers.row);
    int width = network.width();
    network.pooling().apply(kernels, runs, network.layout().pooling(), buffers.x, width, buffers.y);
    if (decoder != null) {
      decoder.apply(buffers.y, output, runs.outputs(), w.decoder);
    } else {
      kernels.copy(buffers.y, 0, output, 0, runs.outputs() * width);
    }
  }

  private void checkBlock(A input, int samples, A output, int outputs) {
    check("input", kernels.length(input), samples * network.info().inputChannels());
    check("output", kernels.length(output), outputs * network.info().outputSize());
  }

  private static void check(String name, int length, int least) {
    if (length < least) {
      throw new IllegalArgumentException(
          name + " has " + length + " elements, expected at least " + least);
    }
  }

  /** Activations of one block of samples, and the scratch of every layer. */
  final class S4Workspace extends Workspace<A> {
    private final Buffers<A> buffers;
    private final Kernels.Scratch encoder;
    private final Kernels.Scratch decoder;
    private final List<DiscreteBlock.Scratch<A>> blocks = new ArrayList<>();

    Buffers<A> buffers() {
      return buffers;
    }

    S4Network owner() {
      return network;
    }

    S4Workspace(int maxSamples) {
      super(maxSamples);
      buffers = new Buffers<>(kernels, network.layers(), network.width(), maxSamples);
      encoder = DiscreteS4Network.this.encoder.newScratch();
      decoder =
          DiscreteS4Network.this.decoder == null
              ? null
              : DiscreteS4Network.this.decoder.newScratch();
      for (DiscreteBlock<A> block : DiscreteS4Network.this.blocks) {
        blocks.add(block.newScratch(maxSamples));
      }
    }
  }
}
