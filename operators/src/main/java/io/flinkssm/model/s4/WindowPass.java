package io.flinkssm.model.s4;

import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.ConvolutionMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One whole window on its way through a network.
 *
 * <p>A transform needs the window at once; all else goes by short parts through as many blocks as
 * possible, so that activations stay in the caches. So the network is cut before every block that
 * transforms: there the features of the whole window are kept, and between two cuts each part takes
 * all blocks. Without transforms nothing of the window's length is kept.
 */
final class WindowPass<A> {

  /** Samples of a part. */
  private static final int PART = 256;

  private final DiscreteS4Network<A> network;
  private final Kernels<A> kernels;
  private final A carried;
  private final A state;
  private final A input;
  private final int samples;
  private final ConvolutionMethod method;
  private final DiscreteS4Network<A>.S4Workspace workspace;
  private final A partOfInput;
  private final A partOfOutput;
  private final Runs<A> part = new Runs<>();

  /** Outputs of the state spaces of the block after the last cut that transforms computed. */
  private final Map<DiscreteLayer<A>, A> transformed = new HashMap<>();

  /** Features of the window at the last cut; null before the first. */
  private A features;

  /**
   * @param state before the window, replaced by the state after it; null to start from zero
   * @param samples of the window, at least 1
   */
  WindowPass(
      DiscreteS4Network<A> network, A state, A input, int samples, ConvolutionMethod method) {
    this.network = network;
    this.kernels = network.kernels();
    this.carried = state;
    this.state = state == null ? kernels.allocate(network.layout().length()) : state;
    this.input = input;
    this.samples = samples;
    this.method = method;
    int rows = Math.min(PART, samples);
    this.workspace = network.newWorkspace(rows);
    this.partOfInput = kernels.allocate(rows * network.model().info().inputChannels());
    this.partOfOutput = kernels.allocate(rows * network.model().info().outputSize());
  }

  /** Writes the outputs at the last {@code outputs} positions. */
  void run(A output, int outputs) {
    int blocks = network.blocks().size();
    int from = 0;
    for (int to = 0; to < blocks; to++) {
      if (transforms(network.blocks().get(to))) {
        keep(from, to);
        transform(to);
        from = to;
      }
    }
    int silent = samples - outputs;
    for (int start = 0; start < samples; start += PART) {
      int count = Math.min(PART, samples - start);
      int wanted = Math.max(0, Math.min(count, start + count - silent));
      through(from, blocks, start, count, wanted);
      network.finish(part, partOfOutput, workspace);
      int width = network.model().info().outputSize();
      int at = Math.max(0, start - silent);
      kernels.copy(partOfOutput, 0, output, at * width, wanted * width);
    }
  }

  /** The features of the window after the blocks up to {@code to}. */
  private void keep(int from, int to) {
    int width = network.width();
    A kept = features == null ? kernels.allocate(Buffers.elements(width, samples)) : features;
    for (int start = 0; start < samples; start += PART) {
      int count = Math.min(PART, samples - start);
      through(from, to, start, count, 0);
      kernels.copy(workspace.buffers().x, 0, kept, start * width, count * width);
    }
    features = kept;
  }

  /** One part of the window through some blocks, into the workspace. */
  private void through(int from, int to, int start, int count, int outputs) {
    if (features == null) {
      int width = network.model().info().inputChannels();
      kernels.copy(input, start * width, partOfInput, 0, count * width);
      network.encode(partOfInput, count, workspace);
    } else {
      int width = network.width();
      kernels.copy(features, start * width, workspace.buffers().x, 0, count * width);
    }
    part.clear();
    part.add(state, count, outputs);
    DiscreteBlock.Systems<A> systems =
        (layer, runs, offset, u, y, scratch, buffers) -> {
          A window = transformed.get(layer);
          if (window == null) {
            layer.advance(runs, offset, u, y, scratch, buffers);
          } else {
            layer.finish(window, start, y, count, scratch, buffers);
          }
        };
    for (int i = from; i < to; i++) {
      network.block(i, systems, part, workspace);
    }
  }

  private boolean transforms(DiscreteBlock<A> block) {
    return block.layers().stream().anyMatch(this::transforms);
  }

  private boolean transforms(DiscreteLayer<A> layer) {
    return layer.plan(samples, carried != null, method).method() == ConvolutionMethod.FFT;
  }

  /** The state spaces of a block over the whole window, where planned. */
  private void transform(int i) {
    transformed.clear();
    DiscreteBlock<A> block = network.blocks().get(i);
    A u = block.input(features, samples, workspace.buffers().row);
    List<DiscreteLayer<A>> layers = block.layers();
    for (int k = 0; k < layers.size(); k++) {
      if (transforms(layers.get(k))) {
        A y = layers.get(k).transform(carried, network.stateOffset(i, k), u, samples);
        transformed.put(layers.get(k), y);
      }
    }
  }
}
