package io.flinkssm.benchmarks.bench;

import java.util.Locale;

/** Numbers as the tables show them. */
final class Figures {

  private Figures() {}

  /** Three digits that count, thousands apart; {@code ×} and {@code %} follow at once. */
  static String text(double value, String unit) {
    return number(value) + separator(unit) + unit;
  }

  /** What stands between a number and its unit. */
  static String separator(String unit) {
    return unit.isEmpty() || unit.equals("×") || unit.equals("%") ? "" : " ";
  }

  /** A duration in the unit that suits it. */
  static String time(double nanos) {
    if (nanos < 1e3) {
      return text(nanos, "ns");
    }
    return nanos < 1e6 ? text(nanos / 1e3, "µs") : text(nanos / 1e6, "ms");
  }

  private static String number(double value) {
    double size = Math.abs(value);
    if (size < 1000 && value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    if (size >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", rounded(value)).replace(',', ' ');
    }
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static double rounded(double value) {
    double unit = Math.max(1, Math.pow(10, Math.floor(Math.log10(Math.abs(value))) - 2));
    return Math.round(value / unit) * unit;
  }
}
