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
 * <p><b>Long windows</b> need no longer kernels than the system's memory: where that is half of the
 * window or less they go in blocks, and share one entry whatever their length.
 *
 * <p><b>When it is made:</b> at the first window of its length, by the caller who brings it, or
 * beforehand by whoever calls {@link #forWindow}; others who want the same length wait, and those
 * who want another length do not. What fails to be made is tried again by the next caller.
 * Thread-safe.
 */
public final class ConvolutionCache<A> {

  private static final int KEPT = 4;

  /** Up to this many samples blocks would gain nothing that is worth finding the memory. */
  static final int SHORT = 4096;

  private static final int LONGEST_MEMORY = 1 << 20;

  /**
   * What a state or a tap may still be beside the largest. Even 2¹⁸ of them, all in one direction,
   * stay below the rounding that contract 1 allows: 1e-12 and 1e-6.
   */
  private static final double LEFT_DOUBLE = 0x1p-60;

  private static final double LEFT_FLOAT = 0x1p-40;

  private final StateSpace system;
  private final Kernels<A> kernels;
  private final double rate;
  private final Map<Key, Entry> recent = new LinkedHashMap<>(8, 0.75f, true);
  private int memory;

  private record Key(int taps, boolean whole) {}

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
    ConvolutionShape shape = shape(samples);
    Key key = new Key(shape.taps(), samples > shape.points());
    Entry entry;
    synchronized (recent) {
      entry = recent.computeIfAbsent(key, Entry::new);
      if (recent.size() > KEPT) {
        recent.remove(recent.keySet().iterator().next());
      }
    }
    return entry.get();
  }

  /** Samples after which nothing is left of a state, at most {@code samples}. */
  public int memory(int samples) {
    return shape(samples).memory();
  }

  /**
   * How one window would be computed; makes no kernels.
   *
   * @see ConvolutionPlan
   */
  public ConvolutionPlan plan(int samples, boolean carriesState, ConvolutionMethod wanted) {
    return ConvolutionPlan.of(system, kernels, shape(samples), carriesState, wanted);
  }

  private ConvolutionShape shape(int samples) {
    int room = CausalConvolution.points(samples);
    int taps = system.kernelLength(rate, samples, room);
    if (samples <= SHORT) {
      return new ConvolutionShape(samples, taps, room, samples);
    }
    int left = memory();
    int whole = left < LONGEST_MEMORY ? CausalConvolution.points(left) : room;
    boolean blocks = taps == room && whole < room;
    return new ConvolutionShape(
        samples, blocks ? whole : taps, blocks ? whole : room, Math.min(left, samples));
  }

  private synchronized int memory() {
    if (memory == 0) {
      double left = kernels.elementBytes() == Float.BYTES ? LEFT_FLOAT : LEFT_DOUBLE;
      memory = system.memory(rate, left, LONGEST_MEMORY);
    }
    return memory;
  }

  /** One length; its own lock, so that lengths do not wait for each other. */
  private final class Entry {
    private final Key key;
    private CausalConvolution<A> made;

    Entry(Key key) {
      this.key = key;
    }

    synchronized CausalConvolution<A> get() {
      if (made == null) {
        made =
            key.whole()
                ? CausalConvolution.whole(system, kernels, rate, key.taps())
                : CausalConvolution.of(system, kernels, rate, key.taps());
      }
      return made;
    }
  }
}
