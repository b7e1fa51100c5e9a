package io.flinkssm.detect;

import java.util.Arrays;

/** What is watched of one channel: its components, and where they lie in the state of a key. */
final class ChannelWatch {
  /** Prototypes of the memory state. */
  static final int PROTOTYPES = 200;

  /** A point of novelty: the modes, and the time of day on a circle. */
  static final int POINT = ModeBank.MODES + 2;

  /** Samples over which means and deviations are taken. */
  private static final double MEMORY = 3000;

  private static final double CLIP = 6;
  private static final double LN_2 = 0.6931471805599453;

  /** How much the time of day counts in novelty, against deviations of the modes. */
  private static final double DAY_RADIUS = 2;

  /** Values beyond it, in spreads of the first samples, are taken for it: squares stay finite. */
  private static final double LARGEST = 1e30;

  private final int median;
  private final int spread;
  private final RangeRecord ever;
  private final RangeRecord slow;
  private final RangeRecord fast;
  private final RunningScale valueScale;
  private final ModeBank modes;
  private final Whitening whitening;
  private final Prototypes prototypes;
  private final int room;
  private final Tail noveltyTail;
  private final Magnitude novelty;
  private final RunningScale levelScale;
  private final Rls seasonal;
  private final Magnitude seasonalLean;
  private final Tail seasonalTail;
  private final Rls level;
  private final Magnitude levelLean;
  private final Tail levelTail;

  ChannelWatch(StateLayout layout) {
    median = layout.add("median", 1);
    spread = layout.add("spread", 1);
    ever = new RangeRecord(layout.add("range", RangeRecord.SIZE), Double.POSITIVE_INFINITY);
    slow = new RangeRecord(layout.add("slowRange", RangeRecord.SIZE), 10_000);
    fast = new RangeRecord(layout.add("fastRange", RangeRecord.SIZE), 3_000);
    valueScale = new RunningScale(layout.add("valueScale", RunningScale.SIZE), MEMORY, CLIP);
    modes = new ModeBank(layout.add("modes", ModeBank.SIZE));
    whitening =
        new Whitening(
            layout.add("whitening", Whitening.size(ModeBank.MODES)), ModeBank.MODES, MEMORY, CLIP);
    room = layout.add("prototypes", Prototypes.size(POINT, PROTOTYPES));
    prototypes = new Prototypes(room, POINT, PROTOTYPES);
    novelty = new Magnitude(layout.add("novelty", Magnitude.SIZE), 1, 700);
    noveltyTail = new Tail(layout.add("noveltyTail", Tail.SIZE), Tail.Shape.EXPONENTIAL, 1.5);
    levelScale = new RunningScale(layout.add("levelScale", RunningScale.SIZE), MEMORY, CLIP);
    seasonal =
        new Rls(layout.add("seasonal", Rls.size(DayPhase.FEATURES)), DayPhase.FEATURES, 0.9995);
    seasonalLean = new Magnitude(layout.add("seasonalLean", Magnitude.SIZE), 40, 2500);
    seasonalTail =
        new Tail(layout.add("seasonalTail", Tail.SIZE), Tail.Shape.EXPONENTIAL, 1 / Math.sqrt(40));
    level = new Rls(layout.add("level", Rls.size(1)), 1, 0.9998);
    levelLean = new Magnitude(layout.add("levelLean", Magnitude.SIZE), 120, 700);
    levelTail = new Tail(layout.add("levelTail", Tail.SIZE), Tail.Shape.PARETO, 1 / Math.sqrt(120));
  }

  /** Room for the first samples, of which the prototypes have none yet. */
  int room() {
    return room;
  }

  /** Learns the scale of the channel from its first values, which end up sorted. */
  void begin(double[] state, double[] values, int from, int to) {
    double first = values[from];
    Arrays.sort(values, from, to);
    double middle = median(values, from, to);
    for (int i = from; i < to; i++) {
      values[i] = Math.abs(values[i] - middle);
    }
    Arrays.sort(values, from, to);
    state[median] = middle;
    state[spread] = 3 * median(values, from, to) + 1e-9 * Math.abs(first) + 1e-12;
  }

  /**
   * Takes a value.
   *
   * @param forecast of the value by a model, NaN for none
   * @param modeGains of the interval before it
   * @param samples of the key before this one
   * @param scratch with the time of day; its evidence is raised to that of this channel
   * @return what the evidence amounts to, at least 0
   */
  double observe(
      double[] state,
      double value,
      double forecast,
      double[] modeGains,
      double samples,
      Scratch scratch) {
    double x = scaled(state, value);
    double total = range(state, x, samples, scratch);

    double u = valueScale.standardize(state, x);
    double[] point = scratch.point;
    modes.advance(state, Math.min(Math.max(u, -CLIP), CLIP), modeGains, point);
    whitening.apply(state, point);
    point[ModeBank.MODES] = DAY_RADIUS * scratch.phi[1];
    point[ModeBank.MODES + 1] = DAY_RADIUS * scratch.phi[2];
    double distance = prototypes.distance(state, point, scratch.distances);
    double rare = noveltyTail.score(state, novelty.of(state, distance));
    raise(scratch, Evidence.NOVELTY, rare);
    total += 0.1269 * rare;

    double y = Elementary.asinh(x);
    double expected =
        Double.isNaN(forecast)
            ? Double.NaN
            : levelScale.place(state, Elementary.asinh(scaled(state, forecast)));
    double v = levelScale.standardize(state, y);
    double error = seasonal.error(state, v, scratch.phi, scratch.active, scratch.gain);
    if (!Double.isNaN(expected)) {
      error = v - expected;
    }
    double leaning = seasonalTail.score(state, seasonalLean.of(state, error));
    double levelError = level.error(state, v, scratch.phi, 1, scratch.gain);
    double elsewhere = levelTail.score(state, levelLean.of(state, levelError));
    raise(scratch, Evidence.DRIFT, Math.max(Math.max(leaning, elsewhere) - LN_2, 0));
    return total + 0.0227 * leaning + 0.0084 * elsewhere;
  }

  private double range(double[] state, double x, double samples, Scratch scratch) {
    double record = ever.excess(state, x);
    double recent = slow.excess(state, x);
    double latest = fast.excess(state, x);
    if (samples < Watch.START) {
      return 0;
    }
    double total = 0;
    double rare = 0;
    if (record > 0.01) {
      // Of n samples in no order, the last one is a record with probability 2/n.
      rare = Elementary.log((samples + 1) / 2);
      total += 1.1753;
    }
    if (recent > 0.05) {
      rare = Math.max(rare, Elementary.log(Math.min(samples + 1, 10_000) / 2));
      total += 0.0567;
    }
    if (latest > 0.05) {
      rare = Math.max(rare, Elementary.log(Math.min(samples + 1, 3_000) / 2));
      total += latest > 0.2 ? 0.0569 + 0.0617 : 0.0569;
    }
    raise(scratch, Evidence.RANGE, rare);
    return total;
  }

  private double scaled(double[] state, double value) {
    double x = (value - state[median]) / state[spread];
    return Math.min(Math.max(x, -LARGEST), LARGEST);
  }

  private static void raise(Scratch scratch, Evidence kind, double rare) {
    int k = kind.output() - Anomaly.P_VALUES;
    scratch.evidence[k] = Math.max(scratch.evidence[k], rare);
  }

  private static double median(double[] sorted, int from, int to) {
    int half = from + (to - from) / 2;
    return (to - from) % 2 == 1 ? sorted[half] : 0.5 * sorted[half - 1] + 0.5 * sorted[half];
  }
}
