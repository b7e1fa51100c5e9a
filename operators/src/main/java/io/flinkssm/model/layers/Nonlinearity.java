package io.flinkssm.model.layers;

import io.flinkssm.model.ConfigNode;
import io.flinkssm.simd.Activation;
import io.flinkssm.simd.Kernels;
import java.util.Map;
import java.util.TreeMap;

/**
 * An activation of the reference code: an element-wise function, or the gated linear unit {@code
 * a·σ(b)} that halves the width of rows {@code (a‖b)}.
 *
 * @param function null for the gated linear unit
 */
public record Nonlinearity(Activation function) {

  /** Official names; the reference knows several for one function. */
  private static final Map<String, Nonlinearity> NAMES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("id", new Nonlinearity(Activation.IDENTITY)),
              Map.entry("identity", new Nonlinearity(Activation.IDENTITY)),
              Map.entry("linear", new Nonlinearity(Activation.IDENTITY)),
              Map.entry("none", new Nonlinearity(Activation.IDENTITY)),
              Map.entry("relu", new Nonlinearity(Activation.RELU)),
              Map.entry("tanh", new Nonlinearity(Activation.TANH)),
              Map.entry("sigmoid", new Nonlinearity(Activation.SIGMOID)),
              Map.entry("gelu", new Nonlinearity(Activation.GELU)),
              Map.entry("silu", new Nonlinearity(Activation.SILU)),
              Map.entry("swish", new Nonlinearity(Activation.SILU)),
              Map.entry("softplus", new Nonlinearity(Activation.SOFTPLUS)),
              Map.entry("glu", new Nonlinearity(null))));

  /** Reads an official name; null is the identity, as in the reference. */
  public static Nonlinearity read(ConfigNode keys, String key, String fallback) {
    String name = keys.isNull(key) ? "none" : keys.textOr(key, fallback);
    Nonlinearity found = NAMES.get(name);
    if (found == null) {
      throw keys.error(key, '"' + name + '"', "one of " + NAMES.keySet());
    }
    return found;
  }

  /** Whether this halves the width. */
  public boolean gated() {
    return function == null;
  }

  /** Width that must come in for {@code width} to go out. */
  public int widthIn(int width) {
    return gated() ? 2 * width : width;
  }

  /**
   * Applies it to rows.
   *
   * @param x {@code [rows][widthIn(width)]}; undefined afterwards
   * @param y {@code [rows][width]}, overwritten if gated
   * @return the array that holds the result: {@code y} if gated, {@code x} if not
   */
  public <A> A apply(Kernels<A> kernels, A x, A y, int rows, int width) {
    if (gated()) {
      kernels.glu(x, y, rows, width);
      return y;
    }
    kernels.activate(function, x, rows * width);
    return x;
  }
}
