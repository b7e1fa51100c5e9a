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
 * The factor 2 of the conjugate half is already in {@code q} and {@code c}. Everything is double: a
 * kernel converts once to its own precision.
 *
 * <p><b>Layouts</b> (flat, row-major, channel innermost): {@code a}, {@code b}: {@code [M][H]};
 * {@code p}, {@code q}: {@code [r][M][H]}; {@code e}: {@code [r][H]}; {@code c}: {@code
 * [heads][M][H]}; {@code d}: {@code [heads][H]}. The state of one key is {@code 2·M·H} reals: the
 * real plane {@code re[n·H + h]}, then the imaginary plane {@code im[n·H + h]}. Inputs are {@code
 * [T][H]}, outputs {@code [T][heads·H]} with head-major columns ({@code c·H + h}).
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
    double[] d) {

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
  }

  /** Length of the state of one key in reals: {@code 2·modes·channels}. */
  public int stateLength() {
    return 2 * modes * channels;
  }

  private static void check(String name, double[] array, int expected) {
    Objects.requireNonNull(array, name);
    if (array.length != expected) {
      throw new IllegalArgumentException(
          name + " has " + array.length + " values, expected " + expected);
    }
  }
}
