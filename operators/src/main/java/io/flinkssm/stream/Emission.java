package io.flinkssm.stream;

/** Which positions of a segment get a score: the emission policy as arithmetic on positions. */
final class Emission {
  /**
   * Due positions closer than this share a block: the outputs between them, which a block gives
   * too, cost less than a block for each.
   */
  static final int DENSE = 32;

  private final ScoringConfig.Emit emit;
  private final int every;

  Emission(ScoringConfig config) {
    emit = config.emit();
    every = config.emitEvery();
  }

  /** The next position after this one that is due wherever frames end; far away if none is. */
  long next(long position) {
    return every > 0 ? position - position % every + every : Long.MAX_VALUE;
  }

  /** Whether {@link #next} is always near. */
  boolean dense() {
    return every > 0 && every < DENSE;
  }

  /** Whether the last sample of a frame is due, wherever that is. */
  boolean atFrameEnds() {
    return every == 0 && emit != ScoringConfig.Emit.SEGMENT_END;
  }

  /** Whether a score is emitted only if its label is new. */
  boolean onlyNewLabels() {
    return emit == ScoringConfig.Emit.LABEL_CHANGE;
  }
}
