package io.flinkssm.jobs.release;

import io.flinkssm.jobs.io.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.flink.util.TimeUtils;

/** From which event time on a release scores, as people say it. */
public final class Activation {

  private Activation() {}

  /**
   * Microseconds since the epoch of {@code now}, of {@code +30s} or {@code +5 min} from now, or of
   * a time such as {@code 2026-01-31T10:00:00Z}.
   *
   * @throws IllegalArgumentException naming the text and the forms that are understood
   */
  public static long parseMicros(String text, Instant now) {
    long nowMicros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
    try {
      if (text.strip().toLowerCase(Locale.ROOT).equals("now")) {
        return nowMicros;
      }
      long micros =
          text.startsWith("+")
              ? Math.addExact(nowMicros, lead(text.substring(1).strip()))
              : Times.parseMicros(text);
      if (micros > 0) {
        return micros;
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw notUnderstood(text, e);
    }
    throw notUnderstood(text, null);
  }

  private static long lead(String duration) {
    return Math.multiplyExact(TimeUtils.parseDuration(duration).toMillis(), 1000L);
  }

  private static IllegalArgumentException notUnderstood(String text, Exception cause) {
    return new IllegalArgumentException(
        "\""
            + text
            + "\" is no time of activation; expected now, a lead such as +30s or +5min, or an event"
            + " time such as 2026-01-31T10:00:00Z",
        cause);
  }

  /** The time in words, and how far it lies from now. */
  public static String show(long micros, Instant now) {
    Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    Duration lead = Duration.between(now, time);
    String distance = TimeUtils.formatWithHighestUnit(seconds(lead.abs()));
    return time.truncatedTo(ChronoUnit.MILLIS)
        + (lead.isNegative() ? " (" + distance + " ago)" : " (in " + distance + ")");
  }

  /** Whole seconds, and of long times whole minutes, hours or days: nobody reads more. */
  private static Duration seconds(Duration duration) {
    long seconds = Math.round(duration.toMillis() / 1000.0);
    long unit =
        seconds >= 2 * 86_400 ? 86_400 : seconds >= 2 * 3600 ? 3600 : seconds >= 120 ? 60 : 1;
    return Duration.ofSeconds(seconds / unit * unit);
  }
}
