package io.flinkssm.stream;

/**
 * Where the last samples of keys' open segments are retained, for releases that {@linkplain
 * Release.StatePolicy#WARM_START start warm}: a log per key of what the model consumed, gaps filled
 * and non-finite values replaced. Used only if {@link ScoringConfig#retainMicros()} is above 0.
 *
 * <p>An entry costs 4 bytes per value; entries of one key are as long as what one bundle brings,
 * and may be joined or cut by the store. Failures to read or write are thrown unchecked.
 */
public interface History {

  /** Retains nothing; for scorers that never start warm. */
  History NONE =
      new History() {
        @Override
        public void append(
            String key,
            long keepFrom,
            long position,
            double sampleRateHz,
            float[] samples,
            int length) {}

        @Override
        public void read(String key, long from, Visitor visitor) {}

        @Override
        public void clear(String key) {}
      };

  /** Takes retained samples. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes samples that follow on those before them.
     *
     * @param position of the first of them in the segment, counted from 0
     * @param sampleRateHz at which they were consumed
     * @param samples {@code [count][channels]}, from {@code offset} on; not kept by the visitor
     */
    void samples(long position, double sampleRateHz, float[] samples, int offset, int length);
  }

  /**
   * Appends samples behind those retained.
   *
   * @param keepFrom samples before this position are not needed any more and may be dropped, now or
   *     later
   * @param position of the first sample in the segment, counted from 0
   * @param samples {@code [count][channels]}, the first {@code length} values; reused by the caller
   * @param length values, a multiple of the channels
   */
  void append(
      String key, long keepFrom, long position, double sampleRateHz, float[] samples, int length);

  /**
   * Visits what is retained of the open segment in order of position, without gaps; the first entry
   * may begin before {@code from}.
   *
   * @param from position of the first sample that is wanted
   */
  void read(String key, long from, Visitor visitor);

  /** Forgets a key: its segment has ended. */
  void clear(String key);
}
