package io.flinkssm.jobs.io;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Times as people write them into CSV files. */
final class Times {

  private Times() {}

  /**
   * Microseconds since the epoch of {@code 2026-01-31T10:00:00.5Z}, of {@code 2026-01-31 10:00:00}
   * (read as UTC), or of a number of seconds since the epoch such as {@code 1769853600.5}.
   *
   * @throws IllegalArgumentException naming the text and the forms that are understood
   */
  static long parseMicros(String text) {
    try {
      if (text.matches("[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?")) {
        return Math.round(Double.parseDouble(text) * 1e6);
      }
      String iso = text.replace(' ', 'T');
      Instant instant =
          iso.matches(".*(Z|[-+]\\d\\d:?\\d\\d)$") && iso.indexOf('T') > 0
              ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(iso, Instant::from)
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
      return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is not a time; expected 2026-01-31T10:00:00Z, 2026-01-31 10:00:00 (UTC), or"
              + " seconds since the epoch",
          e);
    }
  }
}
