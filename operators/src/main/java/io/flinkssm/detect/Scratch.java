package io.flinkssm.detect;

/** Scratch arrays for stepping detectors, one sample at a time; never state. Not thread-safe. */
final class Scratch {
  final double[] outputs = new double[Anomaly.SIZE];

  /** The time of day of the present sample, and its features; NaN if there is none. */
  double turns;

  final double[] phi = new double[DayPhase.FEATURES];

  /** Whether the key has been seen for a day. */
  boolean dayPassed;

  /** What the forecast reads from: a constant, the modes, then the time of day. */
  final double[] regressors = new double[ChannelWatch.REGRESSORS];

  /** −ln p of each {@link Evidence} of the present sample; negative where it does not apply. */
  final double[] evidence = new double[Evidence.count()];

  /** The same of one channel. */
  final double[] rare = new double[Evidence.count()];

  /** −ln p that the channel moves so little. */
  double quiet;

  /** What all evidence of the present sample amounts to, before it is calibrated. */
  double sum;

  final double[] gain = new double[ChannelWatch.REGRESSORS];

  /** A point of novelty: the modes, and the time of day on a circle. */
  final double[] point = new double[Prototypes.FEATURES];

  /** The first samples of a key, while they are replayed. */
  final double[] first;

  /** Of the relations between channels; null where there is one channel. */
  final JointCorrelation.Scratch joint;

  private final double[] modeGains = new double[ModeBank.MODES];
  private double discretized = Double.NaN;

  Scratch(int firstLength, JointCorrelation.Scratch joint) {
    first = new double[firstLength];
    this.joint = joint;
  }

  /** Lets evidence be at least so rare. */
  void raise(int kind, double surprise) {
    evidence[kind] = Math.max(evidence[kind], surprise);
  }

  /** Gains of the modes for an interval: made anew only where it is another one. */
  double[] modeGains(double interval) {
    if (interval != discretized) {
      ModeBank.discretize(interval, modeGains);
      discretized = interval;
    }
    return modeGains;
  }
}
