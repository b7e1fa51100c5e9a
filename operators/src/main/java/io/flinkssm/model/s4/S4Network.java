package io.flinkssm.model.s4;

import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.model.StateSpaceLayer;
import io.flinkssm.model.layers.LinearMap;
import io.flinkssm.model.layers.Norm;
import io.flinkssm.model.layers.Pooling;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.RateMethod;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of S4 blocks in continuous time: encoder, blocks, a last norm, pooling over time,
 * decoder. {@link S4Model} and {@link Backbone} read it from their checkpoints.
 */
final class S4Network implements SequenceModel {

  private final ModelInfo info;
  private final LinearMap encoder;
  private final List<Block> blocks;
  private final Norm lastNorm;
  private final Pooling pooling;
  private final LinearMap decoder;
  private final StateLayout layout;
  private final String whyNotStreaming;

  /**
   * @param encoder inputs to features, with the input's scaling folded in
   * @param lastNorm norm of the features after the last block
   * @param decoder features to outputs, or null if features are the output
   */
  S4Network(
      ModelInfo info,
      LinearMap encoder,
      List<Block> blocks,
      Norm lastNorm,
      Pooling pooling,
      LinearMap decoder) {
    this.info = info;
    this.encoder = encoder;
    this.blocks = List.copyOf(blocks);
    this.lastNorm = lastNorm;
    this.pooling = pooling;
    this.decoder = decoder;
    this.layout = new StateLayout(blocks, pooling, lastNorm.width());
    this.whyNotStreaming = whyNotStreaming(blocks);
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public String whyNotStreaming() {
    return whyNotStreaming;
  }

  @Override
  public <A> DiscreteModel<A> discretize(
      double sampleRateHz, RateMethod method, Kernels<A> kernels) {
    if (!(sampleRateHz >= info.minSampleRateHz() && sampleRateHz <= info.maxSampleRateHz())) {
      throw new IllegalArgumentException(
          "sampling rate is "
              + sampleRateHz
              + " Hz, model "
              + info.name()
              + " is declared for "
              + info.minSampleRateHz()
              + " … "
              + info.maxSampleRateHz()
              + " Hz; resample, or widen min_sample_rate_hz and max_sample_rate_hz in its config.json"
              + " after measuring");
    }
    return new DiscreteS4Network<>(this, sampleRateHz, method, kernels);
  }

  /** {@inheritDoc} Named {@code block.i}, or {@code block.i.j} where a block holds several. */
  @Override
  public List<StateSpaceLayer> stateSpaces() {
    List<StateSpaceLayer> found = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      List<S4Layer> inside = blocks.get(i).layers();
      for (int j = 0; j < inside.size(); j++) {
        String name = "block." + i + (inside.size() == 1 ? "" : "." + j);
        found.add(new StateSpaceLayer(name, 1, inside.get(j).system()));
      }
    }
    return found;
  }

  @Override
  public boolean sameDynamics(SequenceModel other) {
    if (!(other instanceof S4Network that)
        || info.sampleRateHz() != that.info.sampleRateHz()
        || pooling != that.pooling
        || width() != that.width()) {
      return false;
    }
    List<S4Layer> mine = layers();
    List<S4Layer> others = that.layers();
    if (mine.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < mine.size(); i++) {
      if (!mine.get(i).system().sameDynamics(others.get(i).system())) {
        return false;
      }
    }
    return true;
  }

  LinearMap encoder() {
    return encoder;
  }

  List<Block> blocks() {
    return blocks;
  }

  /** All layers, in the order in which a sample meets them. */
  List<S4Layer> layers() {
    return blocks.stream().flatMap(block -> block.layers().stream()).toList();
  }

  Norm lastNorm() {
    return lastNorm;
  }

  Pooling pooling() {
    return pooling;
  }

  LinearMap decoder() {
    return decoder;
  }

  StateLayout layout() {
    return layout;
  }

  /** Width of the features between blocks. */
  int width() {
    return lastNorm.width();
  }

  private static String whyNotStreaming(List<Block> blocks) {
    for (int i = 0; i < blocks.size(); i++) {
      for (S4Layer layer : blocks.get(i).layers()) {
        if (!layer.system().streams()) {
          return "block " + i + ": " + layer.system().whyNotStreaming();
        }
      }
    }
    return null;
  }
}
