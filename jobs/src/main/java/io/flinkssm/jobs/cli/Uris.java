package io.flinkssm.jobs.cli;

import java.nio.file.Path;

/** Places that people give as a URI or as a local path. */
final class Uris {

  private Uris() {}

  /** Whether the text is a URI, such as {@code s3://bucket/models}. */
  static boolean isUri(String text) {
    return text.matches("[a-z][a-z0-9+.-]+:/.*");
  }

  /** The text as a URI; a local path becomes absolute. */
  static String of(String text) {
    return isUri(text) ? text : Path.of(text).toAbsolutePath().normalize().toUri().toString();
  }
}
