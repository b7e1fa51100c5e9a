package io.flinkssm.model.s4;

import io.flinkssm.model.layers.LinearMap;
import io.flinkssm.model.layers.Norm;
import io.flinkssm.model.layers.Residual;
import java.util.List;

/**
 * One residual block in continuous time: {@code x ← residual(x, layer(norm(x)))} with the norm
 * before the layer, or {@code x ← norm(residual(x, layer(x)))} with it after.
 *
 * <p>With two layers, both run causally on the same input and a linear map joins them: what the
 * reference backbone calls bidirectional. (Its second layer is not fed reversed input.)
 *
 * @param prenorm whether the norm comes first
 * @param layers one layer, or two
 * @param join maps the two layers' outputs side by side to the width of one; null for one layer
 */
record Block(boolean prenorm, Norm norm, List<S4Layer> layers, LinearMap join, Residual residual) {

  int width() {
    return norm.width();
  }
}
