package io.flinkssm.model.s4;

import io.flinkssm.model.ConfigNode;
import io.flinkssm.model.layers.Nonlinearity;
import io.flinkssm.ssm.Discretization;
import io.flinkssm.ssm.Transform;

/**
 * The object {@code layer} of {@code config.json}: constructor arguments of the reference layer
 * that its tensors do not tell.
 *
 * @param minimal the single-file S4D rather than the full S4 block; the rest then has no meaning
 * @param dplr diagonal plus low rank (S4) rather than diagonal (S4D)
 * @param outputs {@code channels}: outputs per input channel
 * @param stateSize {@code d_state} if given, else 0
 * @param copies {@code n_ssm} if given, else 0
 * @param bandlimit null for none
 * @param projected whether there is an output_linear
 */
record LayerConfig(
    boolean minimal,
    boolean dplr,
    Discretization disc,
    Transform dtTransform,
    boolean dtFast,
    Transform realTransform,
    Transform imagTransform,
    boolean isReal,
    Double bandlimit,
    boolean bidirectional,
    int outputs,
    Nonlinearity activation,
    boolean projected,
    Nonlinearity finalActivation,
    boolean swapChannels,
    int stateSize,
    int copies) {

  /** Arguments that change training or memory only, or that the tensors' shapes tell. */
  private static final String[] WITHOUT_MEANING = {
    "layer", "d_model", "dropout", "tie_dropout", "transposed", "init", "measure", "rank", "dt_min",
    "dt_max", "dt_tie", "lr", "wd", "verbose", "deterministic", "l_max", "backend", "keops"
  };

  static LayerConfig read(ConfigNode parent) {
    ConfigNode keys =
        parent.child("layer", "{\"kind\": \"s4\", \"mode\": \"diag\", \"dt_transform\": \"exp\"}");
    keys.ignore(WITHOUT_MEANING);
    String kind = keys.has("_name_") ? keys.text("_name_", "s4") : keys.text("kind", "s4");
    return switch (kind) {
      case "s4", "s4block" -> full(keys);
      case "s4d-minimal" -> minimal(keys);
      default -> throw keys.error("kind", '"' + kind + '"', "s4 or s4d-minimal");
    };
  }

  private static LayerConfig minimal(ConfigNode keys) {
    return new LayerConfig(
        true,
        false,
        Discretization.ZOH,
        Transform.EXP,
        false,
        Transform.EXP,
        Transform.NONE,
        false,
        null,
        false,
        1,
        Nonlinearity.read(keys, "activation", "gelu"),
        true,
        Nonlinearity.read(keys, "final_act", "glu"),
        false,
        keys.has("d_state") ? keys.count("d_state", 64) : 0,
        0);
  }

  private static LayerConfig full(ConfigNode keys) {
    boolean dplr =
        switch (keys.text("mode", "diag")) {
          case "diag", "s4d" -> false;
          case "dplr", "nplr", "s4" -> true;
          default ->
              throw keys.error("mode", '"' + keys.text("mode", "diag") + '"', "diag or dplr");
        };
    String disc =
        dplr ? keys.choice("disc", "bilinear") : keys.choice("disc", "zoh", "bilinear", "dss");
    Nonlinearity activation = Nonlinearity.read(keys, "activation", "gelu");
    boolean projected = !keys.isNull("final_act");
    boolean swap = keys.flagOr("swap_channels", false);
    int outputs = keys.countOr("channels", 1);
    if (swap && activation.gated()) {
      throw keys.error("swap_channels", "true", "false with activation glu");
    }
    if (!projected && outputs > 1) {
      throw keys.error("final_act", "null", "an activation when channels is " + outputs);
    }
    return new LayerConfig(
        false,
        dplr,
        Discretization.of(disc),
        transform(keys, keys.text("dt_transform", "exp"), "dt_transform"),
        keys.flagOr("dt_fast", false),
        transform(keys, keys.textOr("real_transform", "exp"), "real_transform"),
        transform(keys, keys.textOr("imag_transform", "none"), "imag_transform"),
        keys.flagOr("is_real", false),
        keys.has("bandlimit") ? keys.number("bandlimit", 0.5) : null,
        keys.flagOr("bidirectional", false),
        outputs,
        activation,
        projected,
        Nonlinearity.read(keys, "final_act", "glu"),
        swap,
        keys.has("d_state") ? keys.count("d_state", 64) : 0,
        keys.has("n_ssm") ? keys.count("n_ssm", 1) : 0);
  }

  private static Transform transform(ConfigNode keys, String name, String key) {
    for (Transform transform : Transform.values()) {
      if (transform.officialName().equals(name)) {
        return transform;
      }
    }
    throw keys.error(key, '"' + name + '"', "exp, softplus, relu, sigmoid or none");
  }

  /** Independent outputs of the state space per input channel, doubled where a GLU halves them. */
  int heads() {
    return activation.widthIn(outputs);
  }
}
