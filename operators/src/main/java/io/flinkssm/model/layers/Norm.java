package io.flinkssm.model.layers;

import io.flinkssm.model.ConfigNode;
import io.flinkssm.model.Tensors;
import io.flinkssm.simd.Kernels;

/**
 * Normalisation over the channels of one position: the kinds of the reference code that need no
 * other position, and so stream.
 *
 * @param kind which formula
 * @param width channels
 * @param scale {@code [width]}, or {@code s} alone for {@link Kind#SCALAR_LAYER}
 * @param shift {@code [width]}, or {@code m} alone for {@link Kind#SCALAR_LAYER}
 */
public record Norm(Kind kind, int width, double[] scale, double[] shift) {

  /** ε of PyTorch's layer and batch norms. */
  public static final double EPS = 1e-5;

  /** Formulas. */
  public enum Kind {
    /** {@code x}. */
    NONE,
    /** {@code scale ∘ (x − mean)/√(var + ε) + shift}, biased variance. */
    LAYER,
    /**
     * {@code (s/std)·(x − mean + m)} with two scalars and no ε: what the reference uses for layer
     * norm on transposed tensors. Rows of equal values give 0 here, NaN there.
     */
    SCALAR_LAYER,
    /** {@code scale ∘ x + shift}: a batch norm with its running statistics folded in. */
    AFFINE
  }

  /** A norm in one precision; immutable and shareable. */
  @FunctionalInterface
  public interface Rows<A> {
    /** Normalises each of {@code rows} rows of x in place; {@code row} is scratch of one row. */
    void apply(A x, int rows, double[] row);
  }

  /** No normalisation. */
  public static Norm none(int width) {
    return new Norm(Kind.NONE, width, new double[0], new double[0]);
  }

  /** Reads the key {@code norm}, refusing kinds that need statistics over time. */
  public static Kind readKind(ConfigNode keys, String key, boolean transposed) {
    String name = keys.isNull(key) ? "none" : keys.textOr(key, "layer");
    return switch (name) {
      case "layer" -> transposed ? Kind.SCALAR_LAYER : Kind.LAYER;
      case "batch" -> Kind.AFFINE;
      case "none" -> Kind.NONE;
      case "group", "instance" ->
          throw keys.error(
              key,
              '"' + name + '"',
              "layer, batch or none: "
                  + name
                  + " norm takes its statistics over the whole sequence,"
                  + " so no output is final before the last sample; retrain with one of these");
      default -> throw keys.error(key, '"' + name + '"', "layer, batch or none");
    };
  }

  /** Reads a norm whose tensors start with {@code prefix}. */
  public static Norm read(Tensors tensors, String prefix, Kind kind, int width) {
    return switch (kind) {
      case NONE -> none(width);
      case LAYER ->
          new Norm(
              kind,
              width,
              tensors.take(prefix + "weight", width),
              tensors.take(prefix + "bias", width));
      case SCALAR_LAYER ->
          new Norm(kind, width, tensors.take(prefix + "s", 1), tensors.take(prefix + "m", 1));
      case AFFINE -> batch(tensors, prefix, width);
    };
  }

  private static Norm batch(Tensors tensors, String prefix, int width) {
    double[] mean = tensors.take(prefix + "running_mean", width);
    double[] variance = tensors.take(prefix + "running_var", width);
    double[] weight = tensors.take(prefix + "weight", width);
    double[] bias = tensors.take(prefix + "bias", width);
    tensors.ignore(prefix + "num_batches_tracked");
    double[] scale = new double[width];
    double[] shift = new double[width];
    for (int i = 0; i < width; i++) {
      if (variance[i] < 0) {
        throw tensors.error(
            prefix + "running_var", "is " + variance[i] + " at " + i + ", expected ≥ 0");
      }
      scale[i] = weight[i] / Math.sqrt(variance[i] + EPS);
      shift[i] = bias[i] - mean[i] * scale[i];
    }
    return new Norm(Kind.AFFINE, width, scale, shift);
  }

  /** In the precision of {@code kernels}. */
  public <A> Rows<A> prepare(Kernels<A> kernels) {
    if (kind == Kind.SCALAR_LAYER) {
      return (x, rows, row) -> scalarLayer(kernels, x, rows, row);
    }
    A a = kernels.allocate(scale.length);
    A b = kernels.allocate(shift.length);
    kernels.fromDouble(scale, 0, a, 0, scale.length);
    kernels.fromDouble(shift, 0, b, 0, shift.length);
    return switch (kind) {
      case LAYER -> (x, rows, row) -> kernels.layerNorm(x, rows, width, a, b, EPS);
      case AFFINE -> (x, rows, row) -> kernels.affine(x, rows, width, a, b);
      case NONE, SCALAR_LAYER -> (x, rows, row) -> {};
    };
  }

  private <A> void scalarLayer(Kernels<A> kernels, A x, int rows, double[] row) {
    double s = scale[0];
    double m = shift[0];
    for (int r = 0; r < rows; r++) {
      kernels.toDouble(x, r * width, row, 0, width);
      double mean = 0;
      for (int i = 0; i < width; i++) {
        mean += row[i];
      }
      mean /= width;
      double variance = 0;
      for (int i = 0; i < width; i++) {
        variance += (row[i] - mean) * (row[i] - mean);
      }
      double gain = variance == 0 ? 0 : s / Math.sqrt(variance / width);
      for (int i = 0; i < width; i++) {
        row[i] = gain * (row[i] - mean + m);
      }
      kernels.fromDouble(row, 0, x, r * width, width);
    }
  }
}
