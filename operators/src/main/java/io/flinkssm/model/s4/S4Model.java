package io.flinkssm.model.s4;

import io.flinkssm.model.ConfigNode;
import io.flinkssm.model.ModelConfig;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.model.Tensors;
import io.flinkssm.model.layers.LinearMap;
import io.flinkssm.model.layers.Norm;
import io.flinkssm.model.layers.Pooling;
import io.flinkssm.model.layers.Residual;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the standalone network of the reference's {@code example.py}: Linear encoder, n blocks of
 * S4 with residual and layer norm, mean over time, Linear decoder. There is no norm after the last
 * block, even with prenorm.
 *
 * <pre>
 *   encoder.{weight, bias}   s4_layers.{i}.*   norms.{i}.{weight, bias}   decoder.{weight, bias}
 * </pre>
 */
final class S4Model {

  static final String ARCHITECTURE = "s4-classifier";

  private S4Model() {}

  static S4Network read(ModelInfo info, ModelConfig config, Tensors tensors) {
    ConfigNode keys = config.keys();
    int width = keys.count("d_model", 128);
    int count = keys.count("n_layers", 4);
    boolean prenorm = keys.flagOr("prenorm", false);
    keys.choice("norm", "layer");
    keys.ignore("dropout");
    Pooling pooling = Pooling.read(keys, "pooling");
    LayerConfig layer = LayerConfig.read(keys);
    keys.finish();

    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(
          new Block(
              prenorm,
              Norm.read(tensors, "norms." + i + ".", Norm.Kind.LAYER, width),
              List.of(S4Layer.read(tensors.scope("s4_layers." + i + "."), layer, width)),
              null,
              Residual.sum(width)));
    }
    return new S4Network(
        info,
        LinearMap.read(tensors, "encoder.", config.inputs(), width)
            .after(config.inputScale(), config.inputOffset()),
        blocks,
        Norm.none(width),
        pooling,
        LinearMap.read(tensors, "decoder.", width, config.outputs()));
  }
}
