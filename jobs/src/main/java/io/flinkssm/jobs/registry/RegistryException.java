package io.flinkssm.jobs.registry;

import java.io.IOException;

/** The registry could not be reached or refused a request. Says address, status and answer. */
public final class RegistryException extends IOException {
  private final int status;
  private final int errorCode;

  RegistryException(String message, int status, int errorCode, Throwable cause) {
    super(message, cause);
    this.status = status;
    this.errorCode = errorCode;
  }

  /** HTTP status of the last attempt, or −1 if there was no answer. */
  public int status() {
    return status;
  }

  /** The registry's own error code, e.g. 40403 for an unknown schema, or −1 if it gave none. */
  public int errorCode() {
    return errorCode;
  }
}
