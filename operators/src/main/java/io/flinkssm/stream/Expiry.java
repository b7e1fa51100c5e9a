package io.flinkssm.stream;

/**
 * When keys that have gone quiet are to be looked at: to end their segment, and later to forget
 * them.
 *
 * <p>Each key has one event-time timer. It is not moved with every frame: when it fires early, it
 * is registered anew for the time at which the key would be idle by then. {@link
 * KeyState#timerMillis()} remembers it.
 */
public final class Expiry {
  private final long idleTimeoutMicros;
  private final long latenessMicros;

  public Expiry(ScoringConfig config) {
    idleTimeoutMicros = config.idleTimeoutMicros();
    latenessMicros = config.latenessMicros();
  }

  /**
   * To be asked before a state is stored: the timer to register for its key, noted in the state.
   *
   * @return milliseconds, {@link Long#MAX_VALUE} for the end of input, or {@link KeyState#NO_TIME}
   *     if the key has its timer
   */
  public long schedule(KeyState<?> state) {
    if (state.timerMillis() != KeyState.NO_TIME) {
      return KeyState.NO_TIME;
    }
    long due = dueMillis(state);
    state.setTimerMillis(due);
    return due;
  }

  /**
   * Whether a timer that has fired is the key's own. If so it is used up.
   *
   * @param state of the key; null, or one with another timer, if the value was dropped by the TTL
   *     and perhaps made anew
   */
  public boolean fired(KeyState<?> state, long timerMillis) {
    if (state == null || state.timerMillis() != timerMillis) {
      return false;
    }
    state.setTimerMillis(KeyState.NO_TIME);
    return true;
  }

  /** Whether the segment of the key is to be ended. */
  public boolean endsSegment(KeyState<?> state, long watermarkMillis) {
    return state.isOpen() && watermarkMillis >= dueMillis(state);
  }

  /** Whether the key is to be forgotten. */
  public boolean forgets(KeyState<?> state, long watermarkMillis) {
    return !state.isOpen() && watermarkMillis >= dueMillis(state);
  }

  private long dueMillis(KeyState<?> state) {
    if (idleTimeoutMicros == 0) {
      return Long.MAX_VALUE;
    }
    long quiet = idleTimeoutMicros + (state.isOpen() ? 0 : latenessMicros);
    return Math.floorDiv(state.nextMicros() + quiet, 1000L) + 1;
  }
}
