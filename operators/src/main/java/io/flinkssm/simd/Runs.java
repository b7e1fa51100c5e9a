package io.flinkssm.simd;

import java.util.Arrays;

/**
 * How the rows of one block divide among keys: consecutive runs of samples, one after the other,
 * each with the state of its key. Position-wise work sees only rows; a recurrence steps each run
 * with its own state. A block of one key is a block with one run.
 *
 * <p>A key may appear once in a block. Reused from block to block; not thread-safe.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class Runs<A> {

  private Object[] states = new Object[1];
  private int[] ends = new int[1];
  private int[] outputEnds = new int[1];
  private long[] anchorMicros = new long[1];
  private long[] sinceAnchor = new long[1];
  private int count;

  /** A block of one key. */
  public static <A> Runs<A> of(A state, int samples, int outputs) {
    Runs<A> one = new Runs<>();
    one.add(state, samples, outputs);
    return one;
  }

  /** Forgets all runs and their states. */
  public void clear() {
    Arrays.fill(states, 0, count, null);
    count = 0;
  }

  /**
   * Adds a run behind those before it.
   *
   * @param state of the run's key, updated in place by whoever steps the block
   * @param samples rows of the run, at least 1
   * @param outputs how many of its last rows get an output, 0 … {@code samples}
   */
  public void add(A state, int samples, int outputs) {
    add(state, samples, outputs, 0, 0);
  }

  /**
   * Adds a run behind those before it, for models that know the calendar.
   *
   * @param anchor time that its samples are counted from, microseconds since the epoch
   * @param since samples from the anchor to its first one
   */
  public void add(A state, int samples, int outputs, long anchor, long since) {
    if (samples < 1) {
      throw new IllegalArgumentException("samples is " + samples + ", expected at least 1");
    }
    if (outputs < 0 || outputs > samples) {
      throw new IllegalArgumentException("outputs is " + outputs + ", expected 0 … " + samples);
    }
    if (count == states.length) {
      states = Arrays.copyOf(states, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
      outputEnds = Arrays.copyOf(outputEnds, 2 * count);
      anchorMicros = Arrays.copyOf(anchorMicros, 2 * count);
      sinceAnchor = Arrays.copyOf(sinceAnchor, 2 * count);
    }
    states[count] = state;
    ends[count] = samples() + samples;
    outputEnds[count] = outputs() + outputs;
    anchorMicros[count] = anchor;
    sinceAnchor[count] = since;
    count++;
  }

  /** Number of runs. */
  public int count() {
    return count;
  }

  /** Rows of all runs. */
  public int samples() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /** Outputs of all runs. */
  public int outputs() {
    return count == 0 ? 0 : outputEnds[count - 1];
  }

  /** State of run {@code k}. */
  @SuppressWarnings("unchecked")
  public A state(int k) {
    return (A) states[k];
  }

  /**
   * Time of a sample of run {@code k}, microseconds since the epoch; the same however samples are
   * cut into runs.
   *
   * @param i which one, from 0 on
   * @param sampleRateHz their rate
   */
  public long timeMicros(int k, int i, double sampleRateHz) {
    return anchorMicros[k] + Math.round((sinceAnchor[k] + i) * 1e6 / sampleRateHz);
  }

  /** What times of run {@code k} are counted from; 0 if not given. */
  public long anchorMicros(int k) {
    return anchorMicros[k];
  }

  /** Samples from the anchor of run {@code k} to its first one. */
  public long sinceAnchor(int k) {
    return sinceAnchor[k];
  }

  /** First row of run {@code k}. */
  public int start(int k) {
    return k == 0 ? 0 : ends[k - 1];
  }

  /** Row after the last one of run {@code k}. */
  public int end(int k) {
    return ends[k];
  }

  /** First output row of run {@code k}; outputs of runs lie one after the other, too. */
  public int outputStart(int k) {
    return k == 0 ? 0 : outputEnds[k - 1];
  }

  /** Output row after the last one of run {@code k}. */
  public int outputEnd(int k) {
    return outputEnds[k];
  }
}
