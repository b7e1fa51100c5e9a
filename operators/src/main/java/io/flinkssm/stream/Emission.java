package io.flinkssm.stream;

/** Which positions of a segment get a score: the emission policy as arithmetic on positions. */
final class Emission {
  private final ScoringConfig.Emit emit;
  private final int every;

  Emission(ScoringConfig config) {
    emit = config.emit();
    every = config.emitEvery();
  }

  /** Whether positions count at all, or only the ends of frames and segments. */
  private boolean byPosition() {
    return every > 0;
  }

  /** Whether the model's output is needed at every single position. */
  boolean everySample() {
    return every == 1;
  }

  /**
   * Samples after {@code position} to consume at once: up to {@code limit} and the next boundary.
   */
  int untilBoundary(long position, int limit) {
    return byPosition() && !everySample() ? (int) Math.min(limit, every - position % every) : limit;
  }

  /** Whether a score may be emitted at a position that is not the end of its frame. */
  boolean at(long position) {
    return byPosition() && position % every == 0;
  }

  /** Whether a score may be emitted at the position of a frame's last sample. */
  boolean atFrameEnd(long position) {
    return byPosition() ? at(position) : emit != ScoringConfig.Emit.SEGMENT_END;
  }

  /** Whether a score is emitted only if its label is new. */
  boolean onlyNewLabels() {
    return emit == ScoringConfig.Emit.LABEL_CHANGE;
  }
}
