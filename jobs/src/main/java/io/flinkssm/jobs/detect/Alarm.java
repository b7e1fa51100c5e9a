package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Evidence;
import java.util.List;
import java.util.Locale;

/**
 * One alarm of a series, from the row that set it off until it calmed.
 *
 * @param row number of that row, from 1
 * @param time of that row, as the file writes it
 * @param startMicros time of that row, microseconds since the epoch
 * @param endMicros time of the alarm's last row
 * @param rows how many rows it lasted
 * @param texts values of that row, as the file writes them
 * @param values of that row
 * @param score the highest one while the alarm was on
 * @param evidence the strongest one in that row, or null
 * @param channel with the strongest evidence, −1 if it concerns all together
 */
public record Alarm(
    long row,
    String time,
    long startMicros,
    long endMicros,
    long rows,
    String[] texts,
    float[] values,
    double score,
    Evidence evidence,
    int channel) {

  /** The alarm with one more row. */
  Alarm goesOn(long micros, double rowScore) {
    return new Alarm(
        row,
        time,
        startMicros,
        micros,
        rows + 1,
        texts,
        values,
        Math.max(score, rowScore),
        evidence,
        channel);
  }

  /** What speaks for it, in words. */
  public String meaning() {
    return evidence == null ? "" : evidence.meaning();
  }

  /**
   * When, where, how rare and why: a line to read.
   *
   * @param channels their names
   */
  String says(List<String> channels) {
    String where = channel < 0 || channels.size() == 1 ? "" : ", " + channels.get(channel);
    return time + where + ": " + rarity() + " – " + meaning();
  }

  /** How rarely a stationary signal scores as high: {@code "1 in 5,000"}. */
  public String rarity() {
    return rarity(score);
  }

  static String rarity(double score) {
    double p = 1 - score;
    if (p < 1e-9) {
      return "below 1 in 1,000,000,000";
    }
    double n = 1 / p;
    double unit = Math.pow(10, Math.max(0, Math.floor(Math.log10(n)) - 1));
    return String.format(Locale.ROOT, "1 in %,.0f", Math.rint(n / unit) * unit);
  }
}
