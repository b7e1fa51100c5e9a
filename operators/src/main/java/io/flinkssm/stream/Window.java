package io.flinkssm.stream;

/**
 * Samples of one segment that are scored together.
 *
 * @param index place of the first sample in the log of the key, see {@link KeyWindows}
 * @param length samples, at least 1
 * @param segmentStartMicros time of the segment's first sample; names the segment
 * @param position samples of the segment before the window
 * @param endMicros time of the window's last sample
 * @param endOfSegment whether the segment is known to end with the window: its last frame says so,
 *     or the end came before the window was full. False if a full window turns out to be the last
 *     one only later, by a gap or by idleness
 */
public record Window(
    long index,
    int length,
    long segmentStartMicros,
    long position,
    long endMicros,
    boolean endOfSegment) {

  /** Samples of the segment up to and including the window's last one. */
  public long endPosition() {
    return position + length;
  }
}
