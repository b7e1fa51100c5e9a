package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Evidence;
import io.flinkssm.jobs.report.Svg;
import io.flinkssm.jobs.report.Ticks;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * The part of a picture that says which evidence fired: a lane for each kind that applies to the
 * series, with a tick where its own p-value reaches the alarm rate, or where it set off an alarm.
 */
final class EvidenceLanes {
  /** Height of one. */
  static final double LANE = 15;

  private final SeriesResult series;
  private final Trace trace;
  private final double alarmRate;
  private final LongToDoubleFunction x;
  private final List<Evidence> kinds;

  /**
   * Lanes of a series.
   *
   * @param x place of a time in the drawing
   */
  EvidenceLanes(SeriesResult series, double alarmRate, LongToDoubleFunction x) {
    this.series = series;
    this.trace = series.trace();
    this.alarmRate = alarmRate;
    this.x = x;
    kinds = Arrays.stream(Evidence.values()).filter(this::applies).toList();
  }

  private boolean applies(Evidence kind) {
    for (int b = 0; b < trace.size(); b++) {
      if (!Double.isNaN(trace.p(b, kind))) {
        return true;
      }
    }
    return false;
  }

  /** Height of all lanes. */
  double height() {
    return kinds.size() * LANE;
  }

  /** Draws them between two edges, with their names to the left. */
  void draw(Svg svg, double top, double left, double right) {
    for (int k = 0; k < kinds.size(); k++) {
      Evidence kind = kinds.get(k);
      double y = top + k * LANE;
      svg.name(left - 6, y + 11, Svg.Anchor.END, kind.id(), kind.meaning());
      svg.rectangle(left, y + 2, right - left, LANE - 4, Colours.LANE, 1, null);
      fired(svg, kind, y);
      // Several kinds may set an alarm off together, none of which would have alone.
      series.alarms().kept().stream()
          .limit(TracePicture.MOST_ALARMS)
          .filter(alarm -> alarm.evidence() == kind)
          .forEach(
              alarm ->
                  tick(
                      svg,
                      kind,
                      y,
                      alarm.startMicros(),
                      alarm.startMicros(),
                      alarm.says(series.channels())));
    }
  }

  private void fired(Svg svg, Evidence kind, double y) {
    int b = 0;
    while (b < trace.size()) {
      int from = b;
      double p = 1;
      while (b < trace.size() && trace.p(b, kind) <= alarmRate) {
        p = Math.min(p, trace.p(b++, kind));
      }
      if (b == from) {
        b++;
      } else {
        String says = kind.meaning() + " (p " + Ticks.number(p, p / 10) + ")";
        tick(svg, kind, y, trace.first(from), trace.last(b - 1), says);
      }
    }
  }

  private void tick(Svg svg, Evidence kind, double y, long fromMicros, long toMicros, String says) {
    double from = x.applyAsDouble(fromMicros);
    double width = Math.max(2, x.applyAsDouble(toMicros) - from);
    svg.rectangle(from - 1, y + 2, width, LANE - 4, Colours.of(kind), 1, says);
  }
}
