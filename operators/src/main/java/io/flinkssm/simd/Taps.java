package io.flinkssm.simd;

/**
 * The kernels of a causal convolution of {@code channels} independent signals: {@code y_c[t, h] =
 * Σ_s K_c[h, t − s] u[s, h]}, and for kernels that look ahead also {@code + Σ_{s>t} K'_c[h, s − t −
 * 1] u[s, h]}.
 *
 * @param channels H
 * @param heads outputs per channel
 * @param length taps L of each kernel
 * @param forward K, {@code [heads][H][L]}
 * @param backward K', {@code [heads][H][L]}, or null
 */
public record Taps(int channels, int heads, int length, double[] forward, double[] backward) {

  public Taps {
    check("forward", forward, heads * channels * length);
    if (backward != null) {
      check("backward", backward, heads * channels * length);
    }
  }

  private static void check(String name, double[] array, int expected) {
    if (array.length != expected) {
      throw new IllegalArgumentException(
          name + " has " + array.length + " values, expected " + expected);
    }
  }
}
