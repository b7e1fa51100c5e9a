package io.flinkssm.detect;

import java.util.Locale;

/**
 * What speaks for an anomaly. Each is a p-value of the stream's own past: how often a sample that
 * belongs to it would look at least this unusual. The order is that of the outputs.
 */
public enum Evidence {
  /** The sample is far from its forecast. */
  SPIKE(0, "the sample is far from its forecast"),
  /** Forecast errors lean to one side: a drift, or another level. */
  DRIFT(1, "samples have been leaning to one side of their forecasts: a drift or another level"),
  /** Forecast errors are larger or smaller than they used to be: a burst of noise, a flat line. */
  VARIANCE(2, "the noise is larger or smaller than it used to be: a burst, or a flat line"),
  /** The memory is in a state that is like none before: a pattern that was never seen. */
  NOVELTY(3, "the recent pattern is unlike all before"),
  /** The sample is outside everything that was seen. */
  RANGE(4, "the value is outside everything seen before"),
  /** Channels do not go together as they used to. Several channels only. */
  CORRELATION(5, "the channels do not go together as they used to"),
  /** The sample is unlike those of the same time of day. Wall-clock time stamps only. */
  SEASON(6, "the value is unusual for this time of day");

  private static final Evidence[] ALL = values();

  private final int index;
  private final String meaning;

  Evidence(int index, String meaning) {
    this.index = index;
    this.meaning = meaning;
  }

  /** What it says when it fires, for people to read. */
  public String meaning() {
    return meaning;
  }

  /** Its name in topics, tables and files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its place among the kinds, 0 … number of kinds − 1. */
  public int index() {
    return index;
  }

  /** Where its p-value is among the outputs of a detector. */
  int output() {
    return Anomaly.P_VALUES + index;
  }

  /** Number of kinds. */
  static int count() {
    return ALL.length;
  }
}
