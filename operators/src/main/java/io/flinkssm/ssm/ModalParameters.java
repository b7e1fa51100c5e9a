package io.flinkssm.ssm;

import java.util.Arrays;
import java.util.Objects;

/**
 * Continuous-time parameters of a bank of systems in modal form, one per channel: {@code A = Λ −
 * Σ_s P_s P_s*} on modes and their conjugates, input B, output C, step Δ, skip D.
 *
 * <p>Layouts as in {@link io.flinkssm.simd.DiscreteSystem} (row-major, channel innermost): Δ, λ and
 * B are {@code [M][H]}, P is {@code [rank][M][H]}, C is {@code [rows][M][H]} with {@code rows =
 * heads·(bidirectional ? 2 : 1)}, forward rows first, D is {@code [heads][H]}. Whatever a
 * checkpoint shares between channels is already repeated here. Arrays are owned and never written.
 *
 * @param delta step in units of the model's time, finite and positive
 */
public record ModalParameters(
    int channels,
    int modes,
    int rank,
    int heads,
    boolean bidirectional,
    double[] delta,
    double[] lambdaRe,
    double[] lambdaIm,
    double[] bRe,
    double[] bIm,
    double[] pRe,
    double[] pIm,
    double[] cRe,
    double[] cIm,
    double[] d) {

  static final String LOOKS_AHEAD =
      "the system is bidirectional: half of its kernels need future samples; use the convolution on whole windows";

  public ModalParameters {
    atLeast("channels", channels, 1);
    atLeast("modes", modes, 1);
    atLeast("rank", rank, 0);
    atLeast("heads", heads, 1);
    int mh = modes * channels;
    int rows = heads * (bidirectional ? 2 : 1);
    finite("delta", delta, mh);
    finite("lambdaRe", lambdaRe, mh);
    finite("lambdaIm", lambdaIm, mh);
    finite("bRe", bRe, mh);
    finite("bIm", bIm, mh);
    finite("pRe", pRe, rank * mh);
    finite("pIm", pIm, rank * mh);
    finite("cRe", cRe, rows * mh);
    finite("cIm", cIm, rows * mh);
    finite("d", d, heads * channels);
    for (int i = 0; i < mh; i++) {
      if (!(delta[i] > 0)) {
        throw new IllegalArgumentException(
            "Δ of channel " + i % channels + " is " + delta[i] + ", expected a positive step");
      }
      double turn = delta[i] * Math.hypot(lambdaRe[i], lambdaIm[i]);
      if (!(turn < 1e12)) {
        throw new IllegalArgumentException(
            "Δ|λ| of mode %d of channel %d is %s, expected below 1e12: no step can resolve it"
                .formatted(i / channels, i % channels, turn));
      }
    }
  }

  /** Kernel rows: heads, twice that if bidirectional. */
  public int rows() {
    return heads * (bidirectional ? 2 : 1);
  }

  /** Whether all but the outputs C and D is equal, bit by bit. */
  boolean sameDynamics(ModalParameters other) {
    return channels == other.channels
        && modes == other.modes
        && rank == other.rank
        && Arrays.equals(delta, other.delta)
        && Arrays.equals(lambdaRe, other.lambdaRe)
        && Arrays.equals(lambdaIm, other.lambdaIm)
        && Arrays.equals(bRe, other.bRe)
        && Arrays.equals(bIm, other.bIm)
        && Arrays.equals(pRe, other.pRe)
        && Arrays.equals(pIm, other.pIm);
  }

  /** {@code 1/(|Re λ|·Δ)}: time constants in samples, {@code [M][H]}; infinite if undamped. */
  double[] timeConstants() {
    double[] out = new double[delta.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = 1 / (Math.abs(lambdaRe[i]) * delta[i]);
    }
    return out;
  }

  /** {@code |Im λ|·Δ/2π}: cycles a sample, {@code [M][H]}. */
  double[] frequencies() {
    double[] out = new double[delta.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.abs(lambdaIm[i]) * delta[i] / (2 * Math.PI);
    }
    return out;
  }

  /** Whether mode {@code i} turns by more than half a turn a sample and C has a weight for it. */
  boolean aliases(int i, double rate) {
    boolean weighted = false;
    for (int k = i; k < cRe.length; k += delta.length) {
      weighted |= cRe[k] != 0 || cIm[k] != 0;
    }
    return weighted && delta[i] * Math.abs(lambdaIm[i]) > Math.PI / rate;
  }

  /** Throws if a mode grows: {@code Re λ ≤ 0} keeps |ā| ≤ 1 at every sampling rate. */
  void requireStable() {
    for (int i = 0; i < lambdaRe.length; i++) {
      if (lambdaRe[i] > 0) {
        throw new IllegalArgumentException(
            "mode %d of channel %d has Re λ = %s > 0 and grows without bound; expected Re λ ≤ 0, check real_transform"
                .formatted(i / channels, i % channels, lambdaRe[i]));
      }
    }
  }

  /** Throws unless {@code rate} is a usable factor of Δ. */
  static void checkRate(double rate) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(
          "rate is " + rate + ", expected finite and positive: native / actual sampling rate");
    }
  }

  /** Throws unless a kernel may have {@code length} taps. */
  static void checkLength(int length) {
    atLeast("length", length, 1);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", expected at least " + least);
    }
  }

  private static void finite(String name, double[] array, int expected) {
    Objects.requireNonNull(array, name);
    if (array.length != expected) {
      throw new IllegalArgumentException(
          name + " has " + array.length + " values, expected " + expected);
    }
    for (int i = 0; i < expected; i++) {
      if (!Double.isFinite(array[i])) {
        throw new IllegalArgumentException(
            name + " holds " + array[i] + " at index " + i + ", expected finite values");
      }
    }
  }
}
