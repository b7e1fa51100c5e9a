package io.flinkssm.stream;

/**
 * The model of a version that was in use cannot be read again. No fault of those who follow it: the
 * samples of its time are rejected, and scoring goes on.
 */
final class UnreadableModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableModelException(String message) {
    super(message);
  }
}
