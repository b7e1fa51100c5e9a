package io.flinkssm.stream;

import java.util.ArrayList;
import java.util.List;

/**
 * Where one key is with its windows. Its samples form a log, numbered on from segment to segment;
 * the pieces of the log are kept elsewhere, each under the number of its first sample. Immutable.
 *
 * @param logStart first sample of the log that is still kept
 * @param logEnd number of the next sample
 * @param segmentIndex number of the first sample of the open segment
 * @param segmentStartMicros its time
 * @param position samples of the open segment so far, 0 between segments
 * @param next samples of the open segment before its next window
 * @param lastMicros time of the last sample
 * @param pending complete windows that wait to be scored, in order of their ends
 */
public record KeyWindows(
    long logStart,
    long logEnd,
    long segmentIndex,
    long segmentStartMicros,
    long position,
    long next,
    long lastMicros,
    List<Window> pending) {

  /** A key without samples. */
  public static final KeyWindows EMPTY = new KeyWindows(0, 0, 0, 0, 0, 0, 0, List.of());

  public KeyWindows {
    pending = List.copyOf(pending);
  }

  /** With a piece at the end of the log; opens a segment if none is. */
  KeyWindows append(SamplePiece piece, long segmentStart, WindowRules rules) {
    boolean opens = position == 0;
    long index = opens ? logEnd : segmentIndex;
    long start = opens ? segmentStart : segmentStartMicros;
    long end = position + piece.length();
    long from = next;
    List<Window> complete = pending;
    for (; from + rules.size() <= end; from += rules.slide()) {
      int last = (int) (from + rules.size() - 1 - position);
      complete =
          plus(
              complete,
              new Window(index + from, rules.size(), start, from, piece.timeMicros(last), false));
    }
    return new KeyWindows(
        logStart,
        logEnd + piece.length(),
        index,
        start,
        end,
        from,
        piece.timeMicros(piece.length() - 1),
        complete);
  }

  /**
   * With the open segment ended.
   *
   * @param withLastSample whether the samples appended last say so themselves
   */
  KeyWindows endSegment(boolean withLastSample, WindowRules rules) {
    if (position == 0) {
      return this;
    }
    long covered = next == 0 ? 0 : next - rules.slide() + rules.size();
    List<Window> complete = pending;
    if (covered < position) {
      int rest = (int) (position - next);
      complete =
          plus(
              pending,
              new Window(segmentIndex + next, rest, segmentStartMicros, next, lastMicros, true));
    } else if (withLastSample) {
      Window w = pending.get(pending.size() - 1);
      complete =
          plus(
              pending.subList(0, pending.size() - 1),
              new Window(
                  w.index(), w.length(), segmentStartMicros, w.position(), lastMicros, true));
    }
    return new KeyWindows(logStart, logEnd, 0, 0, 0, 0, lastMicros, complete);
  }

  /** Without the first pending window. */
  public KeyWindows withoutFirst() {
    return new KeyWindows(
        logStart,
        logEnd,
        segmentIndex,
        segmentStartMicros,
        position,
        next,
        lastMicros,
        pending.subList(1, pending.size()));
  }

  /** With the log kept from {@code index} on only. */
  public KeyWindows keptFrom(long index) {
    return new KeyWindows(
        index, logEnd, segmentIndex, segmentStartMicros, position, next, lastMicros, pending);
  }

  /** First sample of the log that a window still needs; {@link #logEnd} if none does. */
  public long needed() {
    if (!pending.isEmpty()) {
      return pending.get(0).index();
    }
    return position > next ? segmentIndex + next : logEnd;
  }

  private static List<Window> plus(List<Window> windows, Window added) {
    List<Window> all = new ArrayList<>(windows);
    all.add(added);
    return all;
  }
}
