package io.flinkssm.jobs.detect;

import java.util.List;
import java.util.Map;

/**
 * What was found in one series.
 *
 * @param name of the series: the path of its file in the folder that was read
 * @param channels their names
 * @param rows of the file
 * @param alarms of the series
 * @param rejected rows that were not scored, by reason
 * @param state what the detector had learned at the end, by name
 * @param trace the series for a picture, or null if none was asked for
 */
public record SeriesResult(
    String name,
    List<String> channels,
    long rows,
    Alarms alarms,
    Map<String, Rejected> rejected,
    Map<String, Object> state,
    Trace trace) {

  /** Rows rejected for one reason, with what was said of the first. */
  public record Rejected(long count, String firstMessage) {}

  /** Rows that were not scored. */
  public long rejectedRows() {
    return rejected.values().stream().mapToLong(Rejected::count).sum();
  }
}
