package io.flinkssm.detect;

import java.util.Arrays;

/** What is watched of one channel: its components, and where they lie in the state of a key. */
final class ChannelWatch {
  /** Prototypes of the memory: as many as 16 KB of state have room for. */
  static final int PROTOTYPES = 184;

  /** What a forecast reads from: a constant, the modes, and the time of day. */
  static final int REGRESSORS = ModeBank.MODES + DayPhase.FEATURES;

  /** Samples over which means and deviations are taken. */
  private static final double MEMORY = 3000;

  private static final double CLIP = 6;

  /** How much the time of day counts in novelty, against deviations of the modes. */
  private static final double DAY_RADIUS = 2;

  /** Values beyond it, in spreads of the first samples, are taken for it: squares stay finite. */
  private static final double LARGEST = 1e30;

  /** −ln p that a kind of evidence counts at most. */
  private static final double RAREST = 20;

  private static final int SPIKE = Evidence.SPIKE.index();
  private static final int DRIFT = Evidence.DRIFT.index();
  private static final int VARIANCE = Evidence.VARIANCE.index();
  private static final int NOVELTY = Evidence.NOVELTY.index();
  private static final int RANGE = Evidence.RANGE.index();
  private static final int SEASON = Evidence.SEASON.index();

  private final int median;
  private final int spread;
  private final RangeRecord range;
  private final RunningScale valueScale;
  private final ModeBank modes;
  private final Whitening whitening;
  private final int room;
  private final Prototypes prototypes;
  private final RunningScale levelScale;
  private final Rls seasonal;
  private final Rls readout;
  private final DayProfile profile;
  private final Liveliness liveliness;
  private final Surprise novelty;
  private final Surprise drift;
  private final Surprise season;
  private final Surprise spike;
  private final Surprise burst;
  private final Surprise quiet;

  ChannelWatch(StateLayout layout) {
    median = layout.add("median", 1);
    spread = layout.add("spread", 1);
    range = new RangeRecord(layout.add("range", RangeRecord.SIZE));
    valueScale = new RunningScale(layout.add("valueScale", RunningScale.SIZE), MEMORY, CLIP);
    modes = new ModeBank(layout.add("modes", ModeBank.SIZE));
    whitening =
        new Whitening(
            layout.add("whitening", Whitening.size(ModeBank.MODES)), ModeBank.MODES, MEMORY, CLIP);
    room = layout.add("prototypes", Prototypes.size(PROTOTYPES));
    prototypes = new Prototypes(room, PROTOTYPES);
    levelScale = new RunningScale(layout.add("levelScale", RunningScale.SIZE), MEMORY, CLIP);
    seasonal =
        new Rls(layout.add("seasonal", Rls.size(DayPhase.FEATURES)), DayPhase.FEATURES, 0.9995);
    readout = new Rls(layout.add("readout", Rls.size(REGRESSORS)), REGRESSORS, 0.999);
    profile = new DayProfile(layout.add("profile", DayProfile.SIZE));
    liveliness = new Liveliness(layout.add("liveliness", Liveliness.SIZE));
    novelty = new Surprise(layout, "novelty", 1);
    drift = new Surprise(layout, "drift", 40);
    season = new Surprise(layout, "season", 1);
    spike = new Surprise(layout, "spike", 1);
    burst = new Surprise(layout, "burst", 1);
    quiet = new Surprise(layout, "quiet", 1);
  }

  /** Room for the first samples, of which the prototypes have none yet. */
  int room() {
    return room;
  }

  /**
   * Learns the scale of the channel from its first values.
   *
   * @param values from {@code from} to before {@code to}; not kept as they are
   */
  void begin(double[] state, double[] values, int from, int to) {
    double first = values[from];
    Arrays.sort(values, from, to);
    double middle = median(values, from, to);
    for (int i = from; i < to; i++) {
      values[i] = Math.abs(values[i] - middle);
    }
    Arrays.sort(values, from, to);
    state[median] = middle;
    double width = 3 * median(values, from, to) + 1e-9 * Math.abs(first) + 1e-12;
    state[spread] = Math.min(width, Double.MAX_VALUE);
  }

  /**
   * Takes a value.
   *
   * @param forecast of the value by a model, NaN for none
   * @param modeGains of the interval before it
   * @param scratch with the time of day; what is rare is filled in
   * @return what the evidence amounts to, at least 0
   */
  double observe(
      double[] state, double value, double forecast, double[] modeGains, Scratch scratch) {
    Arrays.fill(scratch.rare, -1);
    double x = scaled(state, value);
    forecast(state, Elementary.asinh(x), forecast, scratch);
    pattern(state, x, modeGains, scratch);
    return weigh(scratch.rare, scratch.quiet);
  }

  /** Errors of forecasts: single ones, their mean, their size, and against the time of day. */
  private void forecast(double[] state, double y, double forecast, Scratch scratch) {
    boolean byModel = !Double.isNaN(forecast);
    double expected =
        byModel ? levelScale.place(state, Elementary.asinh(scaled(state, forecast))) : 0;
    double u = levelScale.standardize(state, y);
    boolean daily = !Double.isNaN(scratch.turns);
    double slowError = u - expected;
    double error = slowError;
    if (!byModel) {
      slowError =
          seasonal.error(state, u, scratch.phi, daily ? DayPhase.FEATURES : 1, scratch.gain);
      double[] from = scratch.regressors;
      from[0] = 1;
      modes.read(state, from, 1);
      System.arraycopy(scratch.phi, 1, from, 1 + ModeBank.MODES, DayPhase.FEATURES - 1);
      error = readout.error(state, u, from, daily ? REGRESSORS : 1 + ModeBank.MODES, scratch.gain);
    }
    double lively = liveliness.of(state, error);
    // Each side is learned from what lies on it, so that either is as rare as it says.
    scratch.quiet = lively < 0 ? quiet.of(state, -lively) : 0;
    scratch.rare[VARIANCE] = lively > 0 ? burst.of(state, lively) : scratch.quiet;
    scratch.rare[SPIKE] = spike.of(state, error);
    scratch.rare[DRIFT] = drift.of(state, slowError);
    if (daily) {
      double distance = profile.distance(state, scratch.turns, y);
      // One day says nothing of what is usual at a time of day.
      scratch.rare[SEASON] = scratch.dayPassed ? season.of(state, distance) : 0;
    }
  }

  /** The value against all before, and the memory against all states that it was in. */
  private void pattern(double[] state, double x, double[] modeGains, Scratch scratch) {
    double u = valueScale.standardize(state, x);
    double[] point = scratch.point;
    modes.advance(state, Math.min(Math.max(u, -CLIP), CLIP), modeGains, point);
    whitening.apply(state, point);
    point[ModeBank.MODES] = DAY_RADIUS * scratch.phi[1];
    point[ModeBank.MODES + 1] = DAY_RADIUS * scratch.phi[2];
    scratch.rare[RANGE] = range.surprise(state, x, u);
    double distance = prototypes.distance(state, point);
    scratch.rare[NOVELTY] = novelty.of(state, distance);
  }

  /**
   * What the evidence of a channel amounts to. A burst of noise counts as the spikes and the
   * novelty that it is; that it became quiet is seen nowhere else.
   */
  private static double weigh(double[] rare, double quiet) {
    return rare[RANGE]
        + 0.4 * bounded(rare[NOVELTY])
        + 0.25 * bounded(rare[DRIFT])
        + 0.1 * bounded(rare[SEASON])
        + 0.1 * bounded(rare[SPIKE])
        + 0.1 * bounded(quiet);
  }

  /** No single kind decides alone, however rare it is; one that does not apply adds nothing. */
  private static double bounded(double rare) {
    return Math.min(Math.max(rare, 0), RAREST);
  }

  private double scaled(double[] state, double value) {
    double x = (value - state[median]) / state[spread];
    return Math.min(Math.max(x, -LARGEST), LARGEST);
  }

  private static double median(double[] sorted, int from, int to) {
    int half = from + (to - from) / 2;
    return (to - from) % 2 == 1 ? sorted[half] : 0.5 * sorted[half - 1] + 0.5 * sorted[half];
  }
}
