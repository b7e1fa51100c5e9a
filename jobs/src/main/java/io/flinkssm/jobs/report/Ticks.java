package io.flinkssm.jobs.report;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round numbers and times along an axis. */
public final class Ticks {
  private static final long SECOND = 1_000_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private static final long[] STEPS = {
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY
  };

  private static final int[] MONTHS = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200};

  private Ticks() {}

  /** A place on an axis, and what stands there. */
  public record Tick(double at, String label) {}

  /** About {@code count} round numbers from {@code low} to {@code high}. */
  public static List<Tick> numbers(double low, double high, int count) {
    List<Tick> ticks = new ArrayList<>();
    double rough = (high - low) / count;
    if (!(rough > 0) || Double.isInfinite(rough)) {
      ticks.add(new Tick(low, number(low, Math.abs(low) / 100)));
      return ticks;
    }
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double factor = rough / power;
    double step = power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
    for (double k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
      ticks.add(new Tick(k * step, number(k * step, step)));
    }
    return ticks;
  }

  /** A number with the digits that tell it from one a step away. */
  public static String number(double value, double step) {
    double size = Math.max(Math.abs(value), Math.abs(step));
    if (size >= 1e15 || (step != 0 && Math.abs(step) < 1e-6)) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    for (Unit unit : Unit.values()) {
      if (size >= unit.size * 10) {
        return decimals(value / unit.size, step / unit.size) + unit.suffix;
      }
    }
    return decimals(value, step);
  }

  private enum Unit {
    BILLIONS(1e9, " G"),
    MILLIONS(1e6, " M"),
    THOUSANDS(1e3, " k");

    private final double size;
    private final String suffix;

    Unit(double size, String suffix) {
      this.size = size;
      this.suffix = suffix;
    }
  }

  private static String decimals(double value, double step) {
    int digits = step > 0 ? (int) Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-9))) : 0;
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.matches("-0\\.?0*") ? text.substring(1) : text;
  }

  /**
   * At most {@code most} round times of the calendar (UTC); midnights are called by their day.
   *
   * @param low microseconds since the epoch
   * @param high microseconds since the epoch
   */
  public static List<Tick> times(long low, long high, int most) {
    for (long step : STEPS) {
      if ((high - low) / step < most) {
        return even(low, high, step);
      }
    }
    for (int months : MONTHS) {
      List<Tick> ticks = months(low, high, months);
      if (ticks.size() <= most) {
        return ticks;
      }
    }
    return List.of();
  }

  private static List<Tick> even(long low, long high, long step) {
    List<Tick> ticks = new ArrayList<>();
    // 1970-01-05 was a Monday, which weeks begin with.
    long origin = step == 7 * DAY ? 4 * DAY : 0;
    long first = origin - Math.floorDiv(origin - low, step) * step;
    DateTimeFormatter clock =
        DateTimeFormatter.ofPattern(step < MINUTE ? "HH:mm:ss" : "HH:mm", Locale.ROOT);
    DateTimeFormatter day = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    for (long at = first; at <= high; at += step) {
      boolean midnight = Math.floorMod(at, DAY) == 0;
      ticks.add(new Tick(at, utc(at).format(midnight ? day : clock)));
    }
    return ticks;
  }

  private static List<Tick> months(long low, long high, int months) {
    List<Tick> ticks = new ArrayList<>();
    LocalDateTime from = utc(low);
    int month = (from.getYear() * 12 + from.getMonthValue() - 1) / months * months;
    LocalDateTime at = LocalDateTime.of(month / 12, month % 12 + 1, 1, 0, 0);
    DateTimeFormatter name =
        DateTimeFormatter.ofPattern(months % 12 == 0 ? "yyyy" : "MMM yyyy", Locale.ENGLISH);
    for (; micros(at) <= high; at = at.plus(Period.ofMonths(months))) {
      if (micros(at) >= low) {
        ticks.add(new Tick(micros(at), at.format(name)));
      }
    }
    return ticks;
  }

  private static long micros(LocalDateTime time) {
    return time.toEpochSecond(ZoneOffset.UTC) * SECOND;
  }

  private static LocalDateTime utc(long micros) {
    return LocalDateTime.ofInstant(
        Instant.ofEpochSecond(Math.floorDiv(micros, SECOND), 1000 * Math.floorMod(micros, SECOND)),
        ZoneOffset.UTC);
  }
}
