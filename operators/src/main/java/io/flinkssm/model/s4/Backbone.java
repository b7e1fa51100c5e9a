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
 * Reads the reference framework's {@code SequenceModel} with its linear encoder and its {@code
 * SequenceDecoder}, as a Lightning checkpoint stores them; prefixes that some versions leave out
 * are optional.
 *
 * <pre>
 *   [encoder.[0.]]{weight, bias}                          absent: d_input = d_model
 *   [model.]layers.{i}.{layer.*, norm.norm.*, residual.*}
 *   [model.]layers.{i}.{reverse_layer.*, bidirectional_linear.{weight, bias}}
 *   [model.]norm.norm.*                                   with prenorm only
 *   [decoder.[0.][output_transform.]]{weight, bias}       absent: d_output = d_model
 * </pre>
 */
final class Backbone {

  static final String ARCHITECTURE = "s4-backbone";

  private Backbone() {}

  static S4Network read(ModelInfo info, ModelConfig config, Tensors tensors) {
    ConfigNode keys = config.keys();
    int width = keys.count("d_model", 256);
    int count = keys.count("n_layers", 6);
    boolean prenorm = keys.flag("prenorm");
    boolean transposed = keys.flagOr("transposed", false);
    Norm.Kind norm = Norm.readKind(keys, "norm", transposed);
    Residual.Kind residual = Residual.readKind(keys, "residual");
    boolean bidirectional = keys.flagOr("bidirectional", false);
    keys.ignore("dropout", "tie_dropout", "dropinp", "drop_path", "track_norms");
    if (keys.has("pool")) {
      throw keys.error(
          "pool",
          "set",
          "null: pooling between blocks changes the sampling rate inside the network, and outputs"
              + " would no longer belong to samples; retrain without it");
    }
    Pooling pooling = Pooling.read(keys, "pooling");
    LayerConfig layer = LayerConfig.read(keys);
    keys.finish();

    Tensors model = tensors.scope(tensors.hasAny("model.layers.") ? "model." : "");
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Tensors block = model.scope("layers." + i + ".");
      List<S4Layer> layers = new ArrayList<>();
      layers.add(S4Layer.read(block.scope("layer."), layer, width));
      LinearMap join = null;
      if (bidirectional) {
        layers.add(S4Layer.read(block.scope("reverse_layer."), layer, width));
        join = LinearMap.read(block, "bidirectional_linear.", 2 * width, width);
      }
      blocks.add(
          new Block(
              prenorm,
              Norm.read(block, "norm.norm.", norm, width),
              layers,
              join,
              Residual.read(block, "residual.", residual, width, i + 1)));
    }
    Norm last = prenorm ? Norm.read(model, "norm.norm.", norm, width) : Norm.none(width);
    return new S4Network(
        info,
        encoder(tensors, config, width).after(config.inputScale(), config.inputOffset()),
        blocks,
        last,
        pooling,
        decoder(tensors, config, width));
  }

  private static LinearMap encoder(Tensors tensors, ModelConfig config, int width) {
    String prefix = tensors.prefixOf("weight", "encoder.0.", "encoder.");
    if (prefix != null) {
      return LinearMap.read(tensors, prefix, config.inputs(), width);
    }
    if (config.inputs() != width) {
      throw tensors.error(
          "encoder.0.weight",
          "is missing, so d_input " + config.inputs() + " must be d_model " + width);
    }
    return LinearMap.identity(width);
  }

  private static LinearMap decoder(Tensors tensors, ModelConfig config, int width) {
    String prefix =
        tensors.prefixOf(
            "weight",
            "decoder.0.output_transform.",
            "decoder.output_transform.",
            "decoder.0.",
            "decoder.");
    if (prefix != null) {
      return LinearMap.read(tensors, prefix, width, config.outputs());
    }
    if (config.outputs() != width) {
      throw tensors.error(
          "decoder.0.output_transform.weight",
          "is missing, so d_output " + config.outputs() + " must be d_model " + width);
    }
    return null;
  }
}
