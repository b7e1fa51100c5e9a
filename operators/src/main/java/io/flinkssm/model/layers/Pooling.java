package io.flinkssm.model.layers;

import io.flinkssm.model.ConfigNode;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;

/**
 * What the decoder sees at a position t of the segment, from the features up to t.
 *
 * <p>The part of a key's state that pooling needs, for features of width H, both precisions alike:
 *
 * <pre>
 *   offset     length  meaning
 *   0          H       running sum, head           mean, sum; the first feature for first
 *   H          H       running sum, tail           mean, sum
 *   2H, 2H+1   2       samples seen, head and tail mean, sum
 *   H          1       samples seen (0 or 1)       first
 * </pre>
 *
 * Sum and count are the exact sums head + tail. In float32 such a pair holds about 48 bits, so that
 * neither a count above 2²⁴ stops growing nor a long sum swallows its addends.
 */
public enum Pooling {
  /** The feature at t; nothing is kept. Official decoder modes {@code last} and {@code none}. */
  LAST {
    @Override
    public int stateLength(int width) {
      return 0;
    }

    @Override
    public <A> void apply(Kernels<A> kernels, Runs<A> runs, int offset, A x, int width, A y) {
      for (int k = 0; k < runs.count(); k++) {
        int from = runs.outputStart(k);
        int outputs = runs.outputEnd(k) - from;
        kernels.copy(x, (runs.end(k) - outputs) * width, y, from * width, outputs * width);
      }
    }
  },
  /** The mean over the segment so far. Official decoder mode {@code pool}. */
  MEAN {
    @Override
    public int stateLength(int width) {
      return 2 * width + 2;
    }

    @Override
    public <A> void apply(Kernels<A> kernels, Runs<A> runs, int offset, A x, int width, A y) {
      for (int k = 0; k < runs.count(); k++) {
        accumulate(kernels, runs, k, offset, x, width, y, true);
      }
    }
  },
  /** The sum over the segment so far. Official decoder mode {@code sum}. */
  SUM {
    @Override
    public int stateLength(int width) {
      return 2 * width + 2;
    }

    @Override
    public <A> void apply(Kernels<A> kernels, Runs<A> runs, int offset, A x, int width, A y) {
      for (int k = 0; k < runs.count(); k++) {
        accumulate(kernels, runs, k, offset, x, width, y, false);
      }
    }
  },
  /** The feature at the segment's first sample. Official decoder mode {@code first}. */
  FIRST {
    @Override
    public int stateLength(int width) {
      return width + 1;
    }

    @Override
    public <A> void apply(Kernels<A> kernels, Runs<A> runs, int offset, A x, int width, A y) {
      for (int k = 0; k < runs.count(); k++) {
        A state = runs.state(k);
        if (kernels.get(state, offset + width) == 0) {
          kernels.copy(x, runs.start(k) * width, state, offset, width);
          kernels.set(state, offset + width, 1);
        }
        for (int r = runs.outputStart(k); r < runs.outputEnd(k); r++) {
          kernels.copy(state, offset, y, r * width, width);
        }
      }
    }
  };

  /** Reads the key {@code pooling}. */
  public static Pooling read(ConfigNode keys, String key) {
    return switch (keys.choice(key, "mean", "pool", "last", "none", "sum", "first")) {
      case "last", "none" -> LAST;
      case "sum" -> SUM;
      case "first" -> FIRST;
      default -> MEAN;
    };
  }

  /** Elements of state for features of this width; all zero at the start of a segment. */
  public abstract int stateLength(int width);

  /**
   * Takes in the features of every run and gives the pooled ones of its last positions.
   *
   * @param offset where pooling lies in the state of every run
   * @param x {@code [runs.samples()][width]}
   * @param y {@code [runs.outputs()][width]}
   */
  public abstract <A> void apply(Kernels<A> kernels, Runs<A> runs, int offset, A x, int width, A y);

  private static <A> void accumulate(
      Kernels<A> kernels, Runs<A> runs, int k, int offset, A x, int width, A y, boolean mean) {
    A state = runs.state(k);
    int outputs = runs.outputEnd(k) - runs.outputStart(k);
    int silent = runs.end(k) - runs.start(k) - outputs;
    int countAt = offset + 2 * width;
    double count = kernels.get(state, countAt) + kernels.get(state, countAt + 1) + silent;
    kernels.accumulate(x, runs.start(k) * width, silent, width, state, offset);
    for (int r = 0; r < outputs; r++) {
      int row = runs.start(k) + silent + r;
      kernels.accumulate(x, row * width, 1, width, state, offset);
      count++;
      double divisor = mean ? count : 1;
      kernels.quotient(state, offset, width, divisor, y, (runs.outputStart(k) + r) * width);
    }
    kernels.set(state, countAt, count);
    kernels.set(state, countAt + 1, count - kernels.get(state, countAt));
  }
}
