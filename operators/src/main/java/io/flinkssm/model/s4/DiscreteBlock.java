package io.flinkssm.model.s4;

import io.flinkssm.model.layers.Norm;
import io.flinkssm.model.layers.Residual;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import io.flinkssm.ssm.RateMethod;
import java.util.ArrayList;
import java.util.List;

/** A {@link Block} at one step Δ in one precision; thread-safe. */
final class DiscreteBlock<A> {

  /** How the state spaces are computed: the two views differ here alone. */
  interface Systems<A> {
    void apply(
        DiscreteLayer<A> layer,
        Runs<A> runs,
        int offset,
        A u,
        A y,
        DiscreteLayer.Scratch scratch,
        Buffers<A> buffers);
  }

  /** Scratch of one caller. */
  static final class Scratch<A> {
    private final List<DiscreteLayer.Scratch> layers = new ArrayList<>();
    private final Residual.Scratch<A> residual;
    private final Kernels.Scratch first;
    private final Kernels.Scratch second;

    private Scratch(Residual.Scratch<A> residual, Kernels.Scratch first, Kernels.Scratch second) {
      this.residual = residual;
      this.first = first;
      this.second = second;
    }
  }

  private final Kernels<A> kernels;
  private final Block block;
  private final Norm.Rows<A> norm;
  private final List<DiscreteLayer<A>> layers = new ArrayList<>();
  private final Kernels.Linear<A> joinFirst;
  private final Kernels.Linear<A> joinSecond;
  private final Residual.Join<A> residual;

  DiscreteBlock(Block block, double rate, RateMethod method, Kernels<A> kernels) {
    this.kernels = kernels;
    this.block = block;
    this.norm = block.norm().prepare(kernels);
    this.residual = block.residual().prepare(kernels);
    for (S4Layer layer : block.layers()) {
      layers.add(new DiscreteLayer<>(layer, rate, method, kernels));
    }
    // W (y1 ‖ y2) = W1 y1 + W2 y2: no side-by-side copy of the two outputs is needed.
    int width = block.width();
    boolean joined = block.join() != null;
    this.joinFirst = joined ? block.join().columns(0, width, true).prepare(kernels) : null;
    this.joinSecond = joined ? block.join().columns(width, width, false).prepare(kernels) : null;
  }

  /** The layers, one to a state space. */
  List<DiscreteLayer<A>> layers() {
    return layers;
  }

  /** The input of the layers for the features of a whole window: normed, or {@code x} itself. */
  A input(A x, int rows, double[] row) {
    if (!block.prenorm()) {
      return x;
    }
    A input = kernels.allocate(rows * block.width());
    kernels.copy(x, 0, input, 0, rows * block.width());
    norm.apply(input, rows, row);
    return input;
  }

  Scratch<A> newScratch(int rows) {
    Scratch<A> scratch =
        new Scratch<>(
            residual.newScratch(rows),
            joinFirst == null ? null : joinFirst.newScratch(),
            joinSecond == null ? null : joinSecond.newScratch());
    for (DiscreteLayer<A> layer : layers) {
      scratch.layers.add(layer.newScratch());
    }
    return scratch;
  }

  /**
   * {@code x ← block(x)} for the features in {@code buffers.x}.
   *
   * @param firstSystem number of this block's first state space in the layout
   */
  void apply(
      Systems<A> systems,
      Runs<A> runs,
      StateLayout layout,
      int firstSystem,
      Buffers<A> buffers,
      Scratch<A> scratch) {
    int rows = runs.samples();
    A x = buffers.x;
    A y = buffers.y;
    A input = x;
    if (block.prenorm()) {
      input = buffers.z;
      kernels.copy(x, 0, input, 0, rows * block.width());
      norm.apply(input, rows, buffers.row);
    }
    int offset = layout.system(firstSystem);
    systems.apply(layers.get(0), runs, offset, input, y, scratch.layers.get(0), buffers);
    if (joinFirst != null) {
      A second = buffers.second;
      offset = layout.system(firstSystem + 1);
      systems.apply(layers.get(1), runs, offset, input, second, scratch.layers.get(1), buffers);
      // The layers' input is used up, so z takes the first product and y the second.
      joinFirst.apply(y, buffers.z, rows, scratch.first);
      joinSecond.apply(second, y, rows, scratch.second);
      kernels.add(buffers.z, y, rows * block.width());
    }
    residual.apply(x, y, rows, scratch.residual);
    if (!block.prenorm()) {
      norm.apply(x, rows, buffers.row);
    }
  }
}
