package io.flinkssm.model.s4;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.layers.Norm;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
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
  private final Norm.Rows<A> lastNorm;
  private final Kernels.Linear<A> decoder;

  DiscreteS4Network(S4Network network, double sampleRateHz, Kernels<A> kernels) {
    this.network = network;
    this.sampleRateHz = sampleRateHz;
    this.kernels = kernels;
    double rate = network.info().sampleRateHz() / sampleRateHz;
    this.encoder = network.encoder().prepare(kernels);
    for (Block block : network.blocks()) {
      blocks.add(new DiscreteBlock<>(block, rate, kernels));
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
  public Workspace<A> newWorkspace(int maxSamples) {
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
  public void convolve(A state, A input, int samples, A output, int outputs) {
    if (state != null && !network.streams()) {
      throw new UnsupportedOperationException(
          "model "
              + network.info().name()
              + " has no state to give or take: "
              + network.whyNotStreaming()
              + "; pass null");
    }
    A pooling = state;
    if (state == null) {
      pooling = kernels.allocate(network.layout().length());
    } else {
      check("state", kernels.length(state), stateLength());
    }
    Runs<A> run = Runs.of(pooling, samples, outputs);
    checkBlock(input, samples, output, outputs);
    forward(
        (layer, all, offset, u, y, scratch, buffers) ->
            layer.convolve(state, offset, u, y, samples, scratch, buffers),
        run,
        input,
        output,
        new S4Workspace(samples));
  }

  /** The network over one block, from the encoder to the decoder. */
  private void forward(
      DiscreteBlock.Systems<A> systems, Runs<A> runs, A input, A output, S4Workspace w) {
    int samples = runs.samples();
    int outputs = runs.outputs();
    Buffers<A> buffers = w.buffers;
    encoder.apply(input, buffers.x, samples, w.encoder);
    StateLayout layout = network.layout();
    int system = 0;
    for (int i = 0; i < blocks.size(); i++) {
      blocks.get(i).apply(systems, runs, layout, system, buffers, w.blocks.get(i));
      system += blocks.get(i).systems();
    }
    lastNorm.apply(buffers.x, samples, buffers.row);
    int width = network.width();
    network
        .pooling()
        .apply(kernels, runs, layout.pooling(), buffers.x, width, buffers.y, buffers.row);
    if (decoder != null) {
      decoder.apply(buffers.y, output, outputs, w.decoder);
    } else {
      kernels.copy(buffers.y, 0, output, 0, outputs * width);
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
  private final class S4Workspace extends Workspace<A> {
    private final Buffers<A> buffers;
    private final Kernels.Scratch encoder;
    private final Kernels.Scratch decoder;
    private final List<DiscreteBlock.Scratch<A>> blocks = new ArrayList<>();

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
