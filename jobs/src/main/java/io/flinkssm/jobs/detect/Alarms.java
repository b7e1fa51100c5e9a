package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Evidence;
import io.flinkssm.jobs.io.SeriesCsv;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The alarms of one series: all are counted, the first ones are kept. */
public final class Alarms {
  /** Alarms that are kept: more are neither read nor seen in a picture. */
  private static final int MOST = 5000;

  private final List<Alarm> kept = new ArrayList<>();
  private final Map<Evidence, Integer> byEvidence = new EnumMap<>(Evidence.class);
  private Alarm open;
  private Alarm last;
  private int count;

  /**
   * Takes the next row.
   *
   * @param number of the row, from 1
   */
  public void add(long number, SeriesCsv.Row row, Anomaly anomaly) {
    if (!anomaly.alarm()) {
      close();
      return;
    }
    if (open != null) {
      open = open.goesOn(row.micros(), anomaly.score());
      return;
    }
    open =
        new Alarm(
            number,
            row.time(),
            row.micros(),
            row.micros(),
            1,
            row.texts(),
            row.values(),
            anomaly.score(),
            anomaly.strongest(),
            anomaly.channel());
    count++;
    if (open.evidence() != null) {
      byEvidence.merge(open.evidence(), 1, Integer::sum);
    }
  }

  /** Ends the alarm that is on, if one is: at the end of the series, too. */
  public void close() {
    if (open == null) {
      return;
    }
    last = open;
    if (kept.size() < MOST) {
      kept.add(open);
    }
    open = null;
  }

  /** How many there were. */
  public int count() {
    return count;
  }

  /** The first ones, in order. */
  public List<Alarm> kept() {
    return kept;
  }

  /** The last one, or null. */
  public Alarm last() {
    return last;
  }

  /** How many alarms each kind of evidence set off. */
  public Map<Evidence, Integer> byEvidence() {
    return byEvidence;
  }

  /** {@link #byEvidence} in words, the most frequent first: {@code "range 3, spike 1"}. */
  public String evidence() {
    return byEvidence.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(kind -> kind.getKey().id() + " " + kind.getValue())
        .collect(Collectors.joining(", "));
  }
}
