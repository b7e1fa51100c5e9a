package io.flinkssm.jobs.detect;

import io.flinkssm.jobs.report.Svg;

/** A series the size of a line of text: its first channel, and dots for alarms. */
final class Sparkline {
  private static final int WIDTH = 190;
  private static final int HEIGHT = 30;
  private static final int MOST_DOTS = 60;

  private Sparkline() {}

  static Svg of(SeriesResult series) {
    Trace trace = series.trace();
    Svg svg = new Svg(WIDTH, HEIGHT);
    if (trace.size() == 0) {
      return svg;
    }
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int b = 0; b < trace.size(); b++) {
      low = Math.min(low, trace.low(b, 0));
      high = Math.max(high, trace.high(b, 0));
    }
    float lowest = low;
    double range = high > low ? (double) high - low : 1;
    Svg.Curve curve = new Svg.Curve();
    for (int x = 0; x < WIDTH; x++) {
      int from = (int) ((long) x * trace.size() / WIDTH);
      int to = (int) ((x + 1L) * trace.size() / WIDTH);
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      for (int b = from; b < to; b++) {
        least = Math.min(least, trace.low(b, 0));
        most = Math.max(most, trace.high(b, 0));
      }
      if (to > from) {
        curve.to(x, y((least - low) / range));
        curve.to(x, y((most - low) / range));
      }
    }
    svg.curve(curve, Colours.SERIES);
    double start = trace.first(0);
    double span = Math.max(1, trace.last(trace.size() - 1) - start);
    series.alarms().kept().stream()
        .limit(MOST_DOTS)
        .forEach(
            alarm -> {
              double x = (alarm.startMicros() - start) / span * WIDTH;
              svg.disc(x, y((alarm.values()[0] - lowest) / range), 2, Colours.ALARM_POINT, null);
            });
    return svg;
  }

  private static double y(double fraction) {
    return HEIGHT - 3 - fraction * (HEIGHT - 6);
  }
}
