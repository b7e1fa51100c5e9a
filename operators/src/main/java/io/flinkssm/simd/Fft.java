package io.flinkssm.simd;

import org.jtransforms.fft.DoubleFFT_1D;
import org.visnow.jlargearrays.ConcurrencyUtils;

/**
 * Fourier transforms on the calling thread.
 *
 * <p>The library would move lengths from 8192 on to a pool of its own. Its number of threads is a
 * static of that library, read at every transform; one thread means that the pool is never used and
 * never starts a thread. In a Flink job the library lives in the job's own class loader, so that no
 * other job is affected.
 */
public final class Fft {

  private Fft() {}

  /** A transform of {@code length} points; instances may be shared between threads. */
  public static DoubleFFT_1D of(int length) {
    ConcurrencyUtils.setNumberOfThreads(1);
    return new DoubleFFT_1D(length);
  }

  /** The least of {@code 2^k, 3·2^k, 5·2^k} that is at least {@code length}; always even. */
  public static int friendlyLength(int length) {
    int power = 2;
    while (power < length) {
      power *= 2;
    }
    if (power >= 8 && power / 8 * 5 >= length) {
      return power / 8 * 5;
    }
    return power >= 8 && power / 4 * 3 >= length ? power / 4 * 3 : power;
  }
}
