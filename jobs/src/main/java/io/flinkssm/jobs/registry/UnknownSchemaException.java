package io.flinkssm.jobs.registry;

import java.io.IOException;

/**
 * A record names no Avro schema that the registry knows: the record is at fault, not the registry.
 */
public final class UnknownSchemaException extends IOException {
  UnknownSchemaException(String message, Throwable cause) {
    super(message, cause);
  }
}
