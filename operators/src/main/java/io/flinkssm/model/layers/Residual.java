package io.flinkssm.model.layers;

import io.flinkssm.model.ConfigNode;
import io.flinkssm.model.Tensors;
import io.flinkssm.simd.Kernels;
import java.util.Arrays;

/**
 * How a block joins its input x with its layer's output y.
 *
 * <pre>
 *   R  residual     x + y
 *   A  affine       x + c ∘ y                        c stored, one value or one per channel
 *   D  decay        √(1 − β²)·x + β·y                β = i^(−1/2) at the i-th block, from 1
 *   H  highway      (1 − r) ∘ x + r ∘ y',            y' = W_y y + b_y, r = σ(W_x x + b_x + y')
 *   F  feedforward  y                                also N, none
 * </pre>
 *
 * @param alpha factor of x
 * @param beta factors of y: one value or one per channel
 * @param fromX highway only: {@code x ↦ (b_y − x ‖ W_x x + b_x + b_y)}
 * @param fromY highway only: {@code y ↦ (W_y y ‖ W_y y)}; the sum of both goes through a GLU
 */
public record Residual(int width, double alpha, double[] beta, LinearMap fromX, LinearMap fromY) {

  /** Kinds, by their official letters. */
  public enum Kind {
    R,
    A,
    D,
    H,
    F
  }

  /** Scratch of one caller. */
  public static final class Scratch<A> {
    private final Kernels.Scratch x;
    private final Kernels.Scratch y;
    private final A fromX;
    private final A fromY;

    private Scratch(Kernels.Scratch x, Kernels.Scratch y, A fromX, A fromY) {
      this.x = x;
      this.y = y;
      this.fromX = fromX;
      this.fromY = fromY;
    }
  }

  /** A residual in one precision; immutable and shareable. */
  public interface Join<A> {
    /** {@code x ← join(x, y)} for each row; y is undefined afterwards. */
    void apply(A x, A y, int rows, Scratch<A> scratch);

    /** Scratch for blocks of up to {@code rows} rows. */
    Scratch<A> newScratch(int rows);
  }

  /** Reads the key {@code residual}. */
  public static Kind readKind(ConfigNode keys, String key) {
    String name = keys.isNull(key) ? "none" : keys.text(key, "R");
    return switch (name) {
      case "R", "residual" -> Kind.R;
      case "A", "affine" -> Kind.A;
      case "D", "decay" -> Kind.D;
      case "H", "highway" -> Kind.H;
      case "F", "N", "none", "ff", "feedforward" -> Kind.F;
      default -> throw keys.error(key, '"' + name + '"', "R, A, D, H, F, N or none");
    };
  }

  /** {@code x + y}. */
  public static Residual sum(int width) {
    return constant(width, 1, 1);
  }

  /**
   * Reads the residual of one block.
   *
   * @param prefix of its tensors
   * @param position of the block, from 1
   */
  public static Residual read(Tensors tensors, String prefix, Kind kind, int width, int position) {
    return switch (kind) {
      case R -> sum(width);
      case F -> constant(width, 0, 1);
      case D -> {
        double beta = 1 / Math.sqrt(position);
        yield constant(width, Math.sqrt(1 - beta * beta), beta);
      }
      case A -> {
        String name = prefix + "affine";
        boolean scalar = tensors.has(name) && Arrays.equals(tensors.shape(name), new int[] {1});
        yield new Residual(width, 1, tensors.take(name, scalar ? 1 : width), null, null);
      }
      case H -> highway(tensors, prefix, width);
    };
  }

  private static Residual constant(int width, double alpha, double beta) {
    return new Residual(width, alpha, new double[] {beta}, null, null);
  }

  private static Residual highway(Tensors tensors, String prefix, int width) {
    LinearMap wx = LinearMap.read(tensors, prefix + "Wx.", width, width);
    LinearMap wy = LinearMap.read(tensors, prefix + "Wy.", width, width);
    double[] xWeight = new double[2 * width * width];
    double[] yWeight = new double[2 * width * width];
    double[] bias = new double[2 * width];
    int half = width * width;
    for (int i = 0; i < width; i++) {
      xWeight[i * width + i] = -1;
      bias[i] = wy.bias()[i];
      bias[width + i] = wx.bias()[i] + wy.bias()[i];
    }
    System.arraycopy(wx.weight(), 0, xWeight, half, half);
    System.arraycopy(wy.weight(), 0, yWeight, 0, half);
    System.arraycopy(wy.weight(), 0, yWeight, half, half);
    return new Residual(
        width,
        1,
        new double[] {1},
        new LinearMap(width, 2 * width, xWeight, bias),
        new LinearMap(width, 2 * width, yWeight, null));
  }

  /** In the precision of {@code kernels}. */
  public <A> Join<A> prepare(Kernels<A> kernels) {
    if (fromX != null) {
      return new Highway<>(kernels, width, fromX.prepare(kernels), fromY.prepare(kernels));
    }
    A factors = kernels.allocate(width);
    A zeros = kernels.allocate(width);
    for (int i = 0; i < width; i++) {
      kernels.set(factors, i, beta[beta.length == 1 ? 0 : i]);
    }
    boolean perChannel = beta.length > 1;
    return new Join<>() {
      @Override
      public void apply(A x, A y, int rows, Scratch<A> scratch) {
        int length = rows * width;
        if (perChannel) {
          kernels.affine(y, rows, width, factors, zeros);
          kernels.add(y, x, length);
        } else if (alpha == 0) {
          kernels.combine(beta[0], y, 0, x, length);
        } else if (alpha == 1 && beta[0] == 1) {
          kernels.add(y, x, length);
        } else {
          kernels.combine(beta[0], y, alpha, x, length);
        }
      }

      @Override
      public Scratch<A> newScratch(int rows) {
        return null;
      }
    };
  }

  private record Highway<A>(
      Kernels<A> kernels, int width, Kernels.Linear<A> fromX, Kernels.Linear<A> fromY)
      implements Join<A> {
    @Override
    public void apply(A x, A y, int rows, Scratch<A> scratch) {
      fromX.apply(x, scratch.fromX, rows, scratch.x);
      fromY.apply(y, scratch.fromY, rows, scratch.y);
      kernels.add(scratch.fromX, scratch.fromY, rows * 2 * width);
      kernels.glu(scratch.fromY, y, rows, width);
      kernels.add(y, x, rows * width);
    }

    @Override
    public Scratch<A> newScratch(int rows) {
      return new Scratch<>(
          fromX.newScratch(),
          fromY.newScratch(),
          kernels.allocate(rows * 2 * width),
          kernels.allocate(rows * 2 * width));
    }
  }
}
