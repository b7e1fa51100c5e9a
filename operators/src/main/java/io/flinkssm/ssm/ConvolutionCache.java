package io.flinkssm.ssm;

import io.flinkssm.simd.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The convolutions of one bank of systems at one rate, made on demand: kernels are dear (see {@code
 * KernelBenchmark}), windows come in few lengths.
 *
 * <p><b>What is kept:</b> the spectra of the last {@value #KEPT} kernel lengths used. Lengths are
 * powers of two from 64 on, so that all windows of more than half of that length share one entry;
 * for systems whose kernels depend on the very length ({@link StateSpace#kernelLength}) every
 * length is its own. An entry takes the memory that {@link CausalConvolution} states: 32 MiB in
 * plain Java for 16384 taps and 128 channels; with powers of two, all entries together less than
 * twice the longest.
 *
 * <p><b>When it is made:</b> at the first window of its length, by the caller who brings it; others
 * who want the same length wait, and those who want another length do not. What fails to be made is
 * tried again by the next caller. Thread-safe.
 */
public final class ConvolutionCache<A> {

  private static final int KEPT = 4;

  private final StateSpace system;
  private final Kernels<A> kernels;
  private final double rate;
  private final Map<Integer, Entry> recent = new LinkedHashMap<>(8, 0.75f, true);

  /**
   * @param rate factor of Δ, see {@link StateSpace}
   */
  public ConvolutionCache(StateSpace system, Kernels<A> kernels, double rate) {
    this.system = system;
    this.kernels = kernels;
    this.rate = rate;
  }

  /** A convolution that takes windows of {@code samples} samples. */
  public CausalConvolution<A> forWindow(int samples) {
    int length = system.kernelLength(rate, samples, CausalConvolution.points(samples));
    Entry entry;
    synchronized (recent) {
      entry = recent.computeIfAbsent(length, Entry::new);
      if (recent.size() > KEPT) {
        recent.remove(recent.keySet().iterator().next());
      }
    }
    return entry.get();
  }

  /** One length; its own lock, so that lengths do not wait for each other. */
  private final class Entry {
    private final int length;
    private CausalConvolution<A> made;

    Entry(int length) {
      this.length = length;
    }

    synchronized CausalConvolution<A> get() {
      if (made == null) {
        made = CausalConvolution.of(system, kernels, rate, length);
      }
      return made;
    }
  }
}
