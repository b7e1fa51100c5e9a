package io.flinkssm.detect;

/** What is watched of all channels of a key together: their levels and their relations. */
final class JointWatch {
  private static final int DRIFT = Evidence.DRIFT.index();
  private static final int CORRELATION = Evidence.CORRELATION.index();

  private final JointLevel level;
  private final JointCorrelation correlation;
  private final int relations;

  /**
   * Of so many channels, at least 2.
   *
   * @param layout that gives the places in the state of a key; all zeros are a fresh one
   */
  JointWatch(StateLayout layout, int channels) {
    level = new JointLevel(layout.add("joint.level", JointLevel.size(channels)), channels);
    int size = JointCorrelation.size(channels);
    correlation = new JointCorrelation(layout.add("joint.correlation", size), channels);
    relations = layout.add("joint.relations", 1);
  }

  /** Scratch for {@link #observe}. */
  JointCorrelation.Scratch newScratch() {
    return correlation.newScratch();
  }

  /**
   * Takes a sample.
   *
   * @param x holds the values of the channels, from {@code offset} on
   * @param scratch whose evidence is raised
   * @return −ln p of the rarer of both, at least 0
   */
  double observe(double[] state, double[] x, int offset, Scratch scratch) {
    double left = known(level.observe(state, x, offset));
    double broken = known(correlation.observe(state, x, offset, scratch.joint));
    scratch.raise(DRIFT, left);
    scratch.raise(CORRELATION, broken);
    state[relations] = broken > left ? 1 : 0;
    return Math.max(left, broken);
  }

  /** The channel that stands out most, by what was rarer at the last sample. */
  int channel(double[] state) {
    return state[relations] > 0 ? correlation.channel(state) : level.channel(state);
  }

  private static double known(double surprise) {
    return Double.isNaN(surprise) ? 0 : surprise;
  }
}
