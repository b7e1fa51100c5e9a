package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Evidence;
import java.util.List;

/** Colours of pictures of anomalies, one thing one colour; after Paul Tol's "bright". */
final class Colours {
  static final String SERIES = "#4477AA";
  static final String SCORE = "#566273";
  static final String ALARM = "#EE6677";
  static final String ALARM_POINT = "#CC3311";
  static final String KNOWN = "#1C2430";
  static final String LANE = "#F3F6FA";

  private static final List<String> KINDS =
      List.of(
          "#CC3311", "#4477AA", "#CCBB44", "#AA3377", "#228833", "#66CCEE", "#EE7733", "#332288");

  private Colours() {}

  static String of(Evidence kind) {
    return KINDS.get(List.of(Evidence.values()).indexOf(kind) % KINDS.size());
  }
}
