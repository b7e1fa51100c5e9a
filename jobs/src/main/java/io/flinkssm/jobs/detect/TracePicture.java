package io.flinkssm.jobs.detect;

import io.flinkssm.jobs.report.Svg;
import io.flinkssm.jobs.report.Ticks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A series with its alarms, over its score, over the evidence that fired: one time axis for all,
 * and words wherever the pointer rests on an alarm.
 */
public final class TracePicture {
  private static final double WIDTH = 940;
  private static final double TOP = 8;
  private static final double LEFT = 74;
  private static final double RIGHT = WIDTH - 8;
  private static final double SINGLE = 190;
  private static final double STRIPE = 42;
  private static final double NAME = 14;
  private static final double SCORE = 84;
  private static final double SPACE = 12;

  /** Series that begin earlier have times of their own, in seconds. */
  private static final long YEAR_1980 = 315_532_800_000_000L;

  /** More channels are not told apart. */
  private static final int MOST_CHANNELS = 16;

  /** More alarms than pixels only make the drawing large. */
  static final int MOST_ALARMS = 500;

  private final SeriesResult series;
  private final Trace trace;
  private final double alarmRate;
  private final double decades;
  private final long gapMicros;
  private final List<Marks> known = new ArrayList<>();

  /** What is known of a series from elsewhere. */
  private record Marks(String name, List<Mark> marks) {}

  /**
   * A moment of a series.
   *
   * @param micros its time, microseconds since the epoch
   * @param says shown where the pointer rests
   */
  public record Mark(long micros, String says) {}

  /**
   * A picture of a series that was traced.
   *
   * @param alarmRate the one of its detector
   */
  public TracePicture(SeriesResult series, double alarmRate) {
    this.series = series;
    this.trace = series.trace();
    this.alarmRate = alarmRate;
    gapMicros = gapMicros(trace);
    double rarest = 0;
    for (int b = 0; b < trace.size(); b++) {
      rarest = Math.max(rarest, -Math.log10(Math.max(1e-12, 1 - trace.score(b))));
    }
    decades = Math.min(9, Math.max(1 - Math.log10(alarmRate), Math.ceil(rarest)));
  }

  /** Adds a lane below the evidence, for moments known from elsewhere, such as labels. */
  public TracePicture mark(String name, List<Mark> marks) {
    known.add(new Marks(name, List.copyOf(marks)));
    return this;
  }

  /** How many channels of a series are drawn. */
  static int curves(SeriesResult series) {
    return Math.min(MOST_CHANNELS, series.channels().size());
  }

  /** The drawing. */
  public Svg draw() {
    int channels = curves(series);
    boolean single = trace.channels() == 1;
    double stripe = single ? SINGLE : NAME + STRIPE;
    double scoreTop = TOP + channels * stripe + SPACE + NAME;
    double lanesTop = scoreTop + SCORE + SPACE;
    EvidenceLanes lanes = new EvidenceLanes(series, alarmRate, this::x);
    double knownTop = lanesTop + lanes.height();
    double bottom = knownTop + known.size() * EvidenceLanes.LANE + 2;
    Svg svg = new Svg(WIDTH, bottom + 20);
    timeGrid(svg, bottom);
    alarms(svg, scoreTop + SCORE);
    for (int c = 0; c < channels; c++) {
      double top = TOP + c * stripe;
      if (!single) {
        svg.name(LEFT, top + 10, Svg.Anchor.START, series.channels().get(c), null);
      }
      channel(svg, c, single ? top : top + NAME, single ? SINGLE : STRIPE);
    }
    score(svg, scoreTop);
    lanes.draw(svg, lanesTop, LEFT, RIGHT);
    for (int k = 0; k < known.size(); k++) {
      known(svg, known.get(k), knownTop + k * EvidenceLanes.LANE);
    }
    return svg;
  }

  private double x(long micros) {
    long from = trace.first(0);
    double span = Math.max(1, trace.last(trace.size() - 1) - from);
    return LEFT + (micros - from) / span * (RIGHT - LEFT);
  }

  private double middle(int bucket) {
    return x(trace.first(bucket) + (trace.last(bucket) - trace.first(bucket)) / 2);
  }

  private void timeGrid(Svg svg, double bottom) {
    long from = trace.first(0);
    long to = trace.last(trace.size() - 1);
    List<Ticks.Tick> ticks =
        from >= YEAR_1980 ? Ticks.times(from, to, 11) : seconds(from * 1e-6, to * 1e-6);
    for (Ticks.Tick tick : ticks) {
      double x = x(Math.round(tick.at()));
      svg.grid(x, TOP, x, bottom);
      if (x > LEFT + 10 && x < RIGHT - 10) {
        svg.text(x, bottom + 14, Svg.Anchor.MIDDLE, tick.label());
      }
    }
  }

  private static List<Ticks.Tick> seconds(double from, double to) {
    return Ticks.numbers(from, to, 8).stream()
        .map(tick -> new Ticks.Tick(tick.at() * 1e6, tick.label()))
        .toList();
  }

  private void alarms(Svg svg, double bottom) {
    series.alarms().kept().stream()
        .limit(MOST_ALARMS)
        .forEach(
            alarm -> {
              double from = x(alarm.startMicros());
              double width = Math.max(2, x(alarm.endMicros()) - from);
              svg.rectangle(
                  from - 1,
                  TOP,
                  width,
                  bottom - TOP,
                  Colours.ALARM,
                  0.28,
                  alarm.says(series.channels()));
            });
  }

  private void channel(Svg svg, int channel, double top, double height) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int b = 0; b < trace.size(); b++) {
      low = Math.min(low, trace.low(b, channel));
      high = Math.max(high, trace.high(b, channel));
    }
    double margin = high > low ? 0.04 * (high - low) : 1;
    Scale scale = new Scale(low - margin, high + margin, top, height);
    boolean single = trace.channels() == 1;
    for (Ticks.Tick tick : Ticks.numbers(low, high, single ? 5 : 2)) {
      svg.grid(LEFT, scale.y(tick.at()), RIGHT, scale.y(tick.at()));
      svg.text(LEFT - 6, scale.y(tick.at()) + 4, Svg.Anchor.END, tick.label());
    }
    svg.curve(curve(channel, scale), Colours.SERIES);
    series.alarms().kept().stream()
        .limit(MOST_ALARMS)
        .filter(alarm -> single || alarm.channel() == channel)
        .forEach(
            alarm ->
                svg.disc(
                    x(alarm.startMicros()),
                    scale.y(alarm.values()[channel]),
                    3.2,
                    Colours.ALARM_POINT,
                    alarm.says(series.channels())));
  }

  private record Scale(double low, double high, double top, double height) {
    double y(double value) {
      return top + height - (value - low) / (high - low) * height;
    }
  }

  private Svg.Curve curve(int channel, Scale scale) {
    Svg.Curve curve = new Svg.Curve();
    for (int b = 0; b < trace.size(); b++) {
      liftAtGap(curve, b);
      float low = trace.low(b, channel);
      float high = trace.high(b, channel);
      curve.to(middle(b), scale.y(low));
      if (high > low) {
        curve.to(middle(b), scale.y(high));
      }
    }
    return curve;
  }

  private void liftAtGap(Svg.Curve curve, int bucket) {
    if (bucket > 0 && trace.first(bucket) - trace.last(bucket - 1) > gapMicros) {
      curve.lift();
    }
  }

  /** Much more than the median from one bucket to the next: it is not drawn across. */
  private static long gapMicros(Trace trace) {
    long[] steps = new long[Math.max(0, trace.size() - 1)];
    for (int b = 1; b < trace.size(); b++) {
      steps[b - 1] = trace.first(b) - trace.first(b - 1);
    }
    Arrays.sort(steps);
    return steps.length == 0 ? Long.MAX_VALUE : 10 * steps[steps.length / 2];
  }

  private void score(Svg svg, double top) {
    Scale scale = new Scale(0, decades, top, SCORE);
    int every = decades > 5 ? 3 : 1;
    for (int d = 0; d <= decades; d += every) {
      svg.grid(LEFT, scale.y(d), RIGHT, scale.y(d));
      svg.text(LEFT - 6, scale.y(d) + 4, Svg.Anchor.END, d == 0 ? "1" : "1 in " + tenTo(d));
    }
    Svg.Curve curve = new Svg.Curve();
    for (int b = 0; b < trace.size(); b++) {
      liftAtGap(curve, b);
      double rarity = -Math.log10(Math.max(1e-12, 1 - trace.score(b)));
      curve.to(middle(b), scale.y(Math.min(decades, rarity)));
    }
    svg.curve(curve, Colours.SCORE);
    double threshold = scale.y(-Math.log10(alarmRate));
    svg.threshold(LEFT, threshold, RIGHT, threshold);
    svg.name(LEFT, top - 6, Svg.Anchor.START, "score", null);
  }

  private static String tenTo(int decades) {
    return (int) Math.pow(10, decades % 3) + List.of("", " k", " M", " G").get(decades / 3);
  }

  private void known(Svg svg, Marks lane, double top) {
    double height = EvidenceLanes.LANE - 4;
    svg.name(LEFT - 6, top + 11, Svg.Anchor.END, lane.name(), null);
    svg.rectangle(LEFT, top + 2, RIGHT - LEFT, height, Colours.LANE, 1, null);
    for (Mark mark : lane.marks()) {
      svg.rectangle(x(mark.micros()) - 1, top + 2, 2, height, Colours.KNOWN, 1, mark.says());
    }
  }
}
