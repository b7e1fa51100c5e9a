package io.flinkssm.jobs.io;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Times as people write them. */
public final class Times {

  /** In the year 5138: what is larger counts something finer than seconds. */
  private static final double MAX_SECONDS = 1e11;

  private static final int DATE_LENGTH = "2026-01-31".length();

  private Times() {}

  /**
   * Microseconds since the epoch of {@code 2026-01-31T10:00:00.5Z}, of {@code 2026-01-31 10:00:00}
   * or {@code 2026-01-31} (read as UTC), or of a number of seconds since the epoch such as {@code
   * 1769853600.5}.
   *
   * @throws IllegalArgumentException naming the text and the forms that are understood
   */
  public static long parseMicros(String text) {
    try {
      if (text.matches("[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?")) {
        return Math.round(checkedSeconds(text) * 1e6);
      }
      String iso = text.replace(' ', 'T').replaceFirst("([-+]\\d\\d)(\\d\\d)$", "$1:$2");
      Instant instant =
          iso.matches(".*(Z|[-+]\\d\\d:?\\d\\d)$") && iso.indexOf('T') > 0
              ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(iso, Instant::from)
              : LocalDateTime.parse(iso.length() == DATE_LENGTH ? iso + "T00:00" : iso)
                  .toInstant(ZoneOffset.UTC);
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

  private static double checkedSeconds(String text) {
    double seconds = Double.parseDouble(text);
    if (Math.abs(seconds) > MAX_SECONDS) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" seconds since the epoch are thousands of years; if these are milliseconds or"
              + " microseconds, divide them to seconds");
    }
    return seconds;
  }
}
