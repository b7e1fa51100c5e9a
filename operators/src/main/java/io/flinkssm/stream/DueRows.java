package io.flinkssm.stream;

import java.util.Arrays;

/** The rows of a block whose outputs may be emitted, in ascending order, with their times. */
final class DueRows {
  private int[] rows = new int[4];
  private long[] times = new long[4];
  private int count;

  void clear() {
    count = 0;
  }

  void add(int row, long timeMicros) {
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, 2 * count);
      times = Arrays.copyOf(times, 2 * count);
    }
    rows[count] = row;
    times[count++] = timeMicros;
  }

  int count() {
    return count;
  }

  int row(int i) {
    return rows[i];
  }

  long timeMicros(int i) {
    return times[i];
  }

  /** The last row, −1 if there is none. */
  int last() {
    return count == 0 ? -1 : rows[count - 1];
  }
}
