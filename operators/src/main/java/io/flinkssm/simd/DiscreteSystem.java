package io.flinkssm.simd;

import java.util.Objects;

/**
 * The one form to which every linear state space family is brought before it is stepped: diagonal
 * plus low rank, one independent system per channel.
 *
 * <p>For channel {@code h}, real input {@code u}, complex state {@code x} of {@code M} modes and
 * rank {@code r} (zero for diagonal families), one sample is
 *
 * <pre>
 *   δ_s  = Re Σ_n q_s,n x_n + e_s u                 s = 0 … r−1
 *   x⁺_n = a_n x_n + b_n u + Σ_s p_s,n δ_s
 *   y_c  = Re Σ_n c_c,n x⁺_n + d_c u                c = 0 … heads−1
 * </pre>
 *
 * With {@code steps} k > 1 a sample is k such steps with the same input, and the outputs are those
 * after the last: see {@link #held}. The factor 2 of the conjugate half is already in {@code q} and
 * {@code c}. Everything is double: a kernel converts once to its own precision.
 *
 * <p><b>Layouts</b> (flat, row-major, channel innermost): {@code a}, {@code b}: {@code [M][H]};
 * {@code p}, {@code q}: {@code [r][M][H]}; {@code e}: {@code [r][H]}; {@code c}: {@code
 * [heads][M][H]}; {@code d}: {@code [heads][H]}. Inputs are {@code [T][H]}, outputs {@code
 * [T][heads·H]} with head-major columns ({@code c·H + h}).
 *
 * <p>The <b>state</b> of one key is {@code 2·M·H} reals, channels in groups of {@link #GROUP}, the
 * last one narrower if H is no multiple of it. The groups lie one after the other, each a plane of
 * real parts {@code [M][width]} and a plane of imaginary parts: {@link #re}, {@link #im}. Channels
 * do not meet within a system, so that a kernel steps a group over many samples while its state and
 * parameters stay in the first-level cache, and reads both as one stream.
 *
 * <p>Instances are immutable by agreement: arrays are owned, never written after construction.
 */
public record DiscreteSystem(
    int channels,
    int modes,
    int rank,
    int heads,
    double[] aRe,
    double[] aIm,
    double[] bRe,
    double[] bIm,
    double[] pRe,
    double[] pIm,
    double[] qRe,
    double[] qIm,
    double[] e,
    double[] cRe,
    double[] cIm,
    double[] d,
    int steps) {

  /**
   * Channels whose states lie side by side: as many floats as the widest vector registers hold, and
   * one cache line. Part of the stored format.
   */
  public static final int GROUP = 16;

  public DiscreteSystem {
    int mh = modes * channels;
    check("aRe", aRe, mh);
    check("aIm", aIm, mh);
    check("bRe", bRe, mh);
    check("bIm", bIm, mh);
    check("pRe", pRe, rank * mh);
    check("pIm", pIm, rank * mh);
    check("qRe", qRe, rank * mh);
    check("qIm", qIm, rank * mh);
    check("e", e, rank * channels);
    check("cRe", cRe, heads * mh);
    check("cIm", cIm, heads * mh);
    check("d", d, heads * channels);
    if (steps < 1 || (steps > 1 && rank == 0)) {
      throw new IllegalArgumentException(
          "steps is " + steps + ", expected 1, or more for a low-rank correction");
    }
  }

  /** A system that takes one step a sample. */
  public DiscreteSystem(
      int channels,
      int modes,
      int rank,
      int heads,
      double[] aRe,
      double[] aIm,
      double[] bRe,
      double[] bIm,
      double[] pRe,
      double[] pIm,
      double[] qRe,
      double[] qIm,
      double[] e,
      double[] cRe,
      double[] cIm,
      double[] d) {
    this(channels, modes, rank, heads, aRe, aIm, bRe, bIm, pRe, pIm, qRe, qIm, e, cRe, cIm, d, 1);
  }

  /**
   * The system that takes {@code k} steps of this one a sample, with the input held and the output
   * read after the last: {@code A^k, (A^{k−1} + … + I) B}. The state keeps its meaning and layout.
   * Diagonal systems stay a single step; others cost k of them.
   *
   * @param k at least 1
   */
  public DiscreteSystem held(int k) {
    if (rank > 0 || k == 1) {
      return new DiscreteSystem(
          channels,
          modes,
          rank,
          heads,
          aRe,
          aIm,
          bRe,
          bIm,
          pRe,
          pIm,
          qRe,
          qIm,
          e,
          cRe,
          cIm,
          d,
          Math.multiplyExact(steps, k));
    }
    double[] powerRe = aRe.clone();
    double[] powerIm = aIm.clone();
    double[] inputRe = bRe.clone();
    double[] inputIm = bIm.clone();
    for (int i = 0; i < powerRe.length; i++) {
      for (int step = 1; step < k; step++) {
        double re = inputRe[i];
        double im = inputIm[i];
        inputRe[i] = aRe[i] * re - aIm[i] * im + bRe[i];
        inputIm[i] = aRe[i] * im + aIm[i] * re + bIm[i];
        re = powerRe[i];
        im = powerIm[i];
        powerRe[i] = aRe[i] * re - aIm[i] * im;
        powerIm[i] = aRe[i] * im + aIm[i] * re;
      }
    }
    return new DiscreteSystem(
        channels, modes, rank, heads, powerRe, powerIm, inputRe, inputIm, pRe, pIm, qRe, qIm, e,
        cRe, cIm, d);
  }

  /** Length of the state of one key in reals: {@code 2·modes·channels}. */
  public int stateLength() {
    return 2 * modes * channels;
  }

  /** Number of groups of channels. */
  public int groups() {
    return (channels + GROUP - 1) / GROUP;
  }

  /** Channels of a group. */
  public int width(int group) {
    return Math.min(GROUP, channels - group * GROUP);
  }

  /** Where a group's real plane begins in the state; its imaginary plane follows. */
  public int planes(int group) {
    return 2 * modes * GROUP * group;
  }

  /** Index of {@code Re x} of a mode and channel in the state. */
  public int re(int mode, int channel) {
    int group = channel / GROUP;
    return planes(group) + mode * width(group) + channel % GROUP;
  }

  /** Index of {@code Im x} of a mode and channel in the state. */
  public int im(int mode, int channel) {
    return re(mode, channel) + modes * width(channel / GROUP);
  }

  private static void check(String name, double[] array, int expected) {
    Objects.requireNonNull(array, name);
    if (array.length != expected) {
      throw new IllegalArgumentException(
          name + " has " + array.length + " values, expected " + expected);
    }
  }
}
