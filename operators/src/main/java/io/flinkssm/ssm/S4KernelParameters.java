package io.flinkssm.ssm;

import java.util.Arrays;
import java.util.Objects;

/**
 * The kernel of one S4 or S4D layer as a checkpoint stores it, and the way from there to a {@link
 * StateSpace}.
 *
 * <p>Tensors are given flat with their stored shape, under their official names; what only the
 * training configuration knows (transforms, discretisation) has the defaults of the reference code.
 * DPLR is recognised by the presence of P.
 *
 * <pre>
 *   Δ = f_dt(inv_dt)        λ = −f_real(A_real) − i·f_imag(A_imag)
 * </pre>
 *
 * Parameters that S = n_ssm copies share go to channel {@code h} from copy {@code h mod S}.
 */
public final class S4KernelParameters {

  private final ModalParameters parameters;
  private final Discretization disc;
  private final boolean dplr;
  private final int storedLength;

  private S4KernelParameters(
      ModalParameters parameters, Discretization disc, boolean dplr, int storedLength) {
    this.parameters = parameters;
    this.disc = disc;
    this.dplr = dplr;
    this.storedLength = storedLength;
  }

  /** A kernel in the layout of the full S4 code. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The kernel of the minimal single-file S4D: {@code λ = −e^{log_A_real} + i·A_imag} (the sign of
   * A_imag is the opposite of the full code's), B = 1, zero-order hold.
   *
   * @param logDt {@code [H]}
   * @param c {@code [H][M][2]}
   * @param logAReal {@code [H][M]}
   * @param aImag {@code [H][M]}
   * @param d {@code [H]}
   */
  public static S4KernelParameters minimalS4d(
      double[] logDt, double[] c, double[] logAReal, double[] aImag, double[] d) {
    int channels = logDt.length;
    int modes = channels == 0 ? 0 : logAReal.length / channels;
    double[] b = new double[2 * modes * channels];
    for (int i = 0; i < b.length; i += 2) {
      b[i] = 1;
    }
    return builder()
        .invDt(logDt, channels, 1)
        .aReal(logAReal, channels, modes)
        .aImag(Arrays.stream(aImag).map(v -> -v).toArray(), channels, modes)
        .b(b, 1, channels, modes, 2)
        .c(c, 1, channels, modes, 2)
        .d(d, 1, channels)
        .build();
  }

  /** The decoded continuous-time parameters; C is C̃ where the checkpoint stores that. */
  public ModalParameters parameters() {
    return parameters;
  }

  /**
   * The system: {@link DplrSystem}, {@link DiagonalSystem} or {@link DssSystem}.
   *
   * @throws IllegalArgumentException if a mode is unstable
   */
  public StateSpace toStateSpace() {
    if (dplr) {
      return new DplrSystem(parameters, storedLength);
    }
    return disc == Discretization.DSS
        ? new DssSystem(parameters)
        : new DiagonalSystem(parameters, disc);
  }

  /** Collects tensors and options; {@link #build} checks them together. */
  public static final class Builder {
    private Tensor invDt;
    private Tensor aReal;
    private Tensor aImag;
    private Tensor b;
    private Tensor c;
    private Tensor p;
    private Tensor d;
    private long storedLength;
    private Transform dtTransform = Transform.EXP;
    private Transform realTransform = Transform.EXP;
    private Transform imagTransform = Transform.NONE;
    private Discretization disc = Discretization.ZOH;
    private Double bandlimit;
    private boolean dtFast;
    private boolean real;
    private boolean bidirectional;

    private Builder() {}

    /** {@code inv_dt}: {@code (H, 1)}, or {@code (H, M)} with dt_tie off. */
    public Builder invDt(double[] values, int... shape) {
      invDt = new Tensor("inv_dt", values, shape);
      return this;
    }

    /** {@code A_real}: {@code (S, M)}. */
    public Builder aReal(double[] values, int... shape) {
      aReal = new Tensor("A_real", values, shape);
      return this;
    }

    /** {@code A_imag}: {@code (S, M)}; absent if is_real. */
    public Builder aImag(double[] values, int... shape) {
      aImag = new Tensor("A_imag", values, shape);
      return this;
    }

    /** {@code B}: {@code (1, S, M, 2)}, or {@code (1, S, M)} if is_real. */
    public Builder b(double[] values, int... shape) {
      b = new Tensor("B", values, shape);
      return this;
    }

    /** {@code C}: {@code (heads or 2·heads, H, M, 2)}, or {@code (…, H, M)} if is_real. */
    public Builder c(double[] values, int... shape) {
      c = new Tensor("C", values, shape);
      return this;
    }

    /** {@code P}: {@code (rank, S, M, 2)}; makes the system DPLR, discretised bilinearly. */
    public Builder p(double[] values, int... shape) {
      p = new Tensor("P", values, shape);
      return this;
    }

    /** {@code D}: {@code (heads, H)}. */
    public Builder d(double[] values, int... shape) {
      d = new Tensor("D", values, shape);
      return this;
    }

    /** {@code l_kernel}: the kernel length for which C holds C̃; 0 (default) if C is C. */
    public Builder lKernel(long length) {
      storedLength = length;
      return this;
    }

    /** {@code dt_transform}, default exp. */
    public Builder dtTransform(Transform transform) {
      dtTransform = transform;
      return this;
    }

    /** {@code real_transform}, default exp. */
    public Builder realTransform(Transform transform) {
      realTransform = transform;
      return this;
    }

    /** {@code imag_transform}, default none. */
    public Builder imagTransform(Transform transform) {
      imagTransform = transform;
      return this;
    }

    /** {@code disc} of a diagonal system, default zoh; DPLR is bilinear whatever this says. */
    public Builder disc(Discretization discretization) {
      disc = discretization;
      return this;
    }

    /** {@code dt_fast}: inv_dt ← sinh(inv_dt) before the transform. */
    public Builder dtFast(boolean fast) {
      dtFast = fast;
      return this;
    }

    /**
     * {@code bandlimit}: C is zero for modes of frequency {@code Δ|Im λ|/2π ≥ bandlimit/2} per
     * sample at the native rate (C̃ for DPLR, as the reference does); null (default) for no limit.
     */
    public Builder bandlimit(Double limit) {
      bandlimit = limit;
      return this;
    }

    /** {@code is_real}: real A, B and C. */
    public Builder isReal(boolean isReal) {
      real = isReal;
      return this;
    }

    /** {@code bidirectional}: C has twice as many rows as D, the backward ones last. */
    public Builder bidirectional(boolean both) {
      bidirectional = both;
      return this;
    }

    /**
     * Decodes the tensors.
     *
     * @throws IllegalArgumentException naming the tensor, the shape found and the one expected
     */
    public S4KernelParameters build() {
      Tensor.require("inv_dt", invDt);
      Tensor.require("A_real", aReal);
      Tensor.require("B", b);
      Tensor.require("C", c);
      Tensor.require("D", d);
      if (real && p != null) {
        throw new IllegalArgumentException("is_real is set but there is a P: DPLR is complex");
      }
      if (!real) {
        Tensor.require("A_imag", aImag);
      }
      invDt.expectAxes(2);
      aReal.expectAxes(2);
      d.expectAxes(2);
      int channels = invDt.shape[0];
      int copies = aReal.shape[0];
      int modes = aReal.shape[1];
      int heads = d.shape[0];
      int rank = p == null ? 0 : p.shape[0];
      if (copies < 1 || channels % copies != 0) {
        throw new IllegalArgumentException(
            "A_real has "
                + copies
                + " copies (n_ssm), expected a divisor of "
                + channels
                + " channels");
      }
      boolean tied = invDt.shape[1] == 1;
      invDt.expect(channels, tied ? 1 : modes);
      if (!tied && p != null) {
        throw new IllegalArgumentException(
            "inv_dt has shape "
                + Arrays.toString(invDt.shape)
                + ": DPLR needs one step per channel, expected ("
                + channels
                + ", 1)");
      }
      d.expect(heads, channels);
      expectComplex(b, 1, copies, modes);
      expectComplex(c, heads * (bidirectional ? 2 : 1), channels, modes);
      if (!real) {
        aImag.expect(copies, modes);
      }
      if (p != null) {
        p.expect(rank, copies, modes, 2);
      }
      if (storedLength < 0 || storedLength > 1 << 28) {
        throw new IllegalArgumentException(
            "l_kernel is " + storedLength + ", expected 0 to " + (1 << 28));
      }

      int mh = modes * channels;
      double[] delta = new double[mh];
      double[] lambdaRe = new double[mh];
      double[] lambdaIm = new double[mh];
      for (int n = 0; n < modes; n++) {
        for (int h = 0; h < channels; h++) {
          int i = n * channels + h;
          int shared = h % copies * modes + n;
          double raw = invDt.values[tied ? h : h * modes + n];
          delta[i] = dtTransform.apply(dtFast ? Math.sinh(raw) : raw);
          lambdaRe[i] = -realTransform.apply(aReal.values[shared]);
          lambdaIm[i] = real ? 0 : -imagTransform.apply(aImag.values[shared]);
        }
      }
      double[] cRe = modal(c, channels, modes, 0);
      double[] cIm = modal(c, channels, modes, 1);
      if (bandlimit != null) {
        for (int k = 0; k < cRe.length; k++) {
          int i = k % mh;
          if (!(delta[i] * Math.abs(lambdaIm[i]) / (2 * Math.PI) < bandlimit / 2)) {
            cRe[k] = 0;
            cIm[k] = 0;
          }
        }
      }
      ModalParameters parameters =
          new ModalParameters(
              channels,
              modes,
              rank,
              heads,
              bidirectional,
              delta,
              lambdaRe,
              lambdaIm,
              modal(b, channels, modes, 0),
              modal(b, channels, modes, 1),
              p == null ? new double[0] : modal(p, channels, modes, 0),
              p == null ? new double[0] : modal(p, channels, modes, 1),
              cRe,
              cIm,
              d.values.clone());
      return new S4KernelParameters(parameters, disc, p != null, (int) storedLength);
    }

    private void expectComplex(Tensor tensor, int rows, int columns, int modes) {
      if (real) {
        tensor.expect(rows, columns, modes);
      } else {
        tensor.expect(rows, columns, modes, 2);
      }
    }

    /** {@code (rows, S or H, M[, 2])} to {@code [rows][M][H]}, the copies repeated. */
    private double[] modal(Tensor tensor, int channels, int modes, int part) {
      int rows = tensor.shape[0];
      int copies = tensor.shape[1];
      double[] out = new double[rows * modes * channels];
      if (real && part == 1) {
        return out;
      }
      int stride = real ? 1 : 2;
      for (int k = 0; k < rows; k++) {
        for (int n = 0; n < modes; n++) {
          for (int h = 0; h < channels; h++) {
            out[(k * modes + n) * channels + h] =
                tensor.values[((k * copies + h % copies) * modes + n) * stride + part];
          }
        }
      }
      return out;
    }
  }

  /** A stored tensor, flat and row-major. */
  private record Tensor(String name, double[] values, int[] shape) {
    Tensor {
      Objects.requireNonNull(values, name);
      long size = 1;
      for (int axis : shape) {
        size *= axis;
      }
      if (size != values.length) {
        throw new IllegalArgumentException(
            name
                + " has "
                + values.length
                + " values, its shape "
                + Arrays.toString(shape)
                + " asks for "
                + size);
      }
    }

    static void require(String name, Tensor tensor) {
      if (tensor == null) {
        throw new IllegalArgumentException("tensor " + name + " is missing");
      }
    }

    void expectAxes(int axes) {
      if (shape.length != axes) {
        throw new IllegalArgumentException(
            name + " has shape " + Arrays.toString(shape) + ", expected " + axes + " axes");
      }
    }

    void expect(int... expected) {
      if (!Arrays.equals(shape, expected)) {
        throw new IllegalArgumentException(
            name
                + " has shape "
                + Arrays.toString(shape)
                + ", expected "
                + Arrays.toString(expected));
      }
    }
  }
}
