package io.flinkssm.ssm;

import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Fft;

/**
 * A bank of diagonal plus low-rank systems (S4): {@code A = Λ − Σ_s P_s P_s*}, discretised
 * bilinearly, {@code y = 2 Re Σ C_n x_n + D u}.
 *
 * <p><b>C and C̃.</b> A checkpoint that has been run stores {@code C̃ = C(I − Ā^L)} at the native Δ
 * for {@code L = l_kernel}. C is recovered once, here, in double. That is ill-conditioned when some
 * mode hardly decays or turns within L samples; {@link #conditionNumber()} reports it, and beyond
 * {@link #CONDITION_LIMIT} the system has no recurrence: only the kernel of up to {@code l_kernel}
 * taps at rate 1, which C̃ gives without C, remains.
 *
 * <p><b>Kernels</b> are those of the recurrence, to rounding, at every rate and length. {@link
 * #officialKernel} gives what the reference convolution computes at other rates, which differs (on
 * the order of 1e-3 of the output).
 */
public final class DplrSystem extends ModalSystem {

  /** Largest condition number (1-norm) of {@code I − Ā^L} for which C is trusted: 4 digits left. */
  public static final double CONDITION_LIMIT = 1e12;

  private final int storedLength;
  private final TruncatedOutput.Recovered output;

  /**
   * @param storedLength l_kernel, the length for which {@code parameters} holds C̃; 0 if it holds C
   * @throws IllegalArgumentException if a mode is unstable, or Δ differs between modes of a channel
   */
  public DplrSystem(ModalParameters parameters, int storedLength) {
    super(parameters);
    parameters.requireStable();
    for (int i = parameters.channels(); i < parameters.delta().length; i++) {
      double expected = parameters.delta()[i % parameters.channels()];
      if (parameters.delta()[i] != expected) {
        throw new IllegalArgumentException(
            "Δ of mode %d of channel %d is %s, expected %s as in mode 0: DPLR has one step per channel"
                .formatted(
                    i / parameters.channels(),
                    i % parameters.channels(),
                    parameters.delta()[i],
                    expected));
      }
    }
    if (storedLength < 0) {
      throw new IllegalArgumentException("l_kernel is " + storedLength + ", expected at least 0");
    }
    this.storedLength = storedLength;
    this.output =
        storedLength == 0
            ? new TruncatedOutput.Recovered(parameters.cRe(), parameters.cIm(), 1, 0)
            : TruncatedOutput.recover(parameters, DplrStep.of(parameters, 1), storedLength);
  }

  @Override
  public String whyNotStreaming() {
    return p.bidirectional() ? ModalParameters.LOOKS_AHEAD : whyNotRecovered();
  }

  @Override
  public boolean warps() {
    return true;
  }

  @Override
  Discretization discretization() {
    return Discretization.BILINEAR;
  }

  private boolean recovered() {
    return output.condition() <= CONDITION_LIMIT;
  }

  private String whyNotRecovered() {
    return recovered()
        ? null
        : "C cannot be recovered from the stored C of channel %d: I - A^l_kernel has condition number %.1e, the limit is %.0e (l_kernel %d, Δ %s: some mode hardly moves in that many samples); export the model again with a longer l_max, or use only its convolution of up to %d samples at rate 1"
            .formatted(
                output.channel(),
                output.condition(),
                CONDITION_LIMIT,
                storedLength,
                p.delta()[output.channel()],
                storedLength);
  }

  @Override
  public DiscreteSystem discretize(double rate) {
    ModalParameters.checkRate(rate);
    if (!streams()) {
      throw new UnsupportedOperationException(whyNotStreaming());
    }
    return DplrStep.of(p, rate).withOutput(p.heads(), output.cRe(), output.cIm(), p.d().clone());
  }

  /**
   * {@inheritDoc}
   *
   * <p>The stored C̃ is used as it is where it fits: at rate 1 and {@code length = l_kernel}.
   *
   * @throws UnsupportedOperationException if C could not be recovered and C̃ does not serve
   */
  @Override
  public double[] kernel(double rate, int length) {
    ModalParameters.checkRate(rate);
    ModalParameters.checkLength(length);
    if (rate == 1 && (length == storedLength || (!recovered() && length < storedLength))) {
      return CauchyKernel.taps(p, 1, p.cRe(), p.cIm(), storedLength, length);
    }
    if (!recovered()) {
      throw new UnsupportedOperationException(whyNotRecovered());
    }
    TruncatedOutput.Truncated truncated =
        TruncatedOutput.truncate(
            p, DplrStep.of(p, rate), output.cRe(), output.cIm(), Fft.friendlyLength(length));
    return CauchyKernel.taps(p, rate, truncated.cRe(), truncated.cIm(), truncated.nodes(), length);
  }

  /** {@inheritDoc} Found to an eighth. Without C, kernels have their one length. */
  @Override
  public int memory(double rate, double tolerance, int most) {
    ModalParameters.checkRate(rate);
    return recovered() ? TransitionPowers.memory(p, DplrStep.of(p, rate), tolerance, most) : most;
  }

  /** {@inheritDoc} Without C, there are only {@code l_kernel} taps. */
  @Override
  public int kernelLength(double rate, int samples, int room) {
    return recovered() ? room : Math.max(samples, Math.min(room, storedLength));
  }

  /**
   * The kernels of the reference convolution: C̃ of the native rate at step {@code Δ·rate}, with
   * {@code round(l_kernel/rate)} nodes. C̃ is first doubled in length, {@code C̃ ← C̃(I +
   * Ā^{l_kernel})}, until {@code l_kernel ≥ round(rate·length)}. Equal to {@link #kernel} at rate
   * 1, and for parity with the reference at other rates; never what {@link #discretize} computes
   * there.
   *
   * @return {@code K[rows][H][length]}, flat; zero beyond the nodes
   */
  public double[] officialKernel(double rate, int length) {
    ModalParameters.checkRate(rate);
    ModalParameters.checkLength(length);
    double native1 = Math.rint(rate * length);
    if (native1 > 1 << 28) {
      throw new IllegalArgumentException(
          "rate " + rate + " times length " + length + " asks for more than 2^28 taps");
    }
    int needed = Math.max(1, (int) native1);
    DplrStep step = DplrStep.of(p, 1);
    double[][] c = {p.cRe(), p.cIm()};
    int stored = storedLength;
    if (stored == 0) {
      c = TruncatedOutput.plusPower(p, step, c[0], c[1], needed, -1);
      stored = needed;
    }
    while (stored < needed) {
      c = TruncatedOutput.plusPower(p, step, c[0], c[1], stored, 1);
      stored *= 2;
    }
    int nodes = Math.max(1, (int) Math.rint(stored / rate));
    return CauchyKernel.taps(p, rate, c[0], c[1], nodes, length);
  }

  @Override
  public double conditionNumber() {
    return output.condition();
  }
}
