package io.flinkssm.model;

/**
 * A model directory whose content cannot be used: it will fail in the same way every time, unlike
 * an {@link java.io.IOException}, which may pass. The message names the file, the key or tensor,
 * what was found, what was expected and the fix.
 */
public class InvalidModelException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public InvalidModelException(String message) {
    super(message);
  }

  public InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
