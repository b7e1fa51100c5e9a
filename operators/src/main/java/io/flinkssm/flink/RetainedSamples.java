package io.flinkssm.flink;

import java.util.Arrays;

/**
 * Some consecutive samples of a key's open segment: one entry of {@link KeyedHistory}. Immutable.
 *
 * @param oldest number of the oldest entry that was kept when this one was begun
 * @param positions where runs of one rate begin, in samples since the start of the segment
 * @param rates their sampling rates, Hz
 * @param lengths their lengths, values
 * @param samples all of them
 */
record RetainedSamples(
    int oldest, long[] positions, double[] rates, int[] lengths, float[] samples) {

  /** One run. */
  static RetainedSamples of(int oldest, long position, double rate, float[] samples, int length) {
    return new RetainedSamples(
        oldest,
        new long[] {position},
        new double[] {rate},
        new int[] {length},
        Arrays.copyOf(samples, length));
  }

  /** These samples and those that follow. */
  RetainedSamples and(long position, double rate, float[] more, int length) {
    float[] all = Arrays.copyOf(samples, samples.length + length);
    System.arraycopy(more, 0, all, samples.length, length);
    int runs = rates.length;
    if (rates[runs - 1] == rate) {
      int[] longer = lengths.clone();
      longer[runs - 1] += length;
      return new RetainedSamples(oldest, positions, rates, longer, all);
    }
    long[] p = Arrays.copyOf(positions, runs + 1);
    double[] r = Arrays.copyOf(rates, runs + 1);
    int[] l = Arrays.copyOf(lengths, runs + 1);
    p[runs] = position;
    r[runs] = rate;
    l[runs] = length;
    return new RetainedSamples(oldest, p, r, l, all);
  }
}
