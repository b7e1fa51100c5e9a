package io.flinkssm.benchmarks.bench;

import java.math.BigDecimal;

/**
 * What a figure is held to.
 *
 * @param limit in the unit of the row that it belongs to
 * @param unit how figure and limit are shown: {@code "×"}, {@code "%"}, {@code "bytes"} …
 */
public record Target(Relation relation, double limit, String unit) {

  /** On which side of the limit the figure must lie; the limit itself is allowed. */
  public enum Relation {
    AT_MOST("≤"),
    AT_LEAST("≥");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }
  }

  /** A figure of at most {@code limit}. */
  public static Target atMost(double limit, String unit) {
    return new Target(Relation.AT_MOST, limit, unit);
  }

  /** A figure of at least {@code limit}. */
  public static Target atLeast(double limit, String unit) {
    return new Target(Relation.AT_LEAST, limit, unit);
  }

  /** Whether a figure meets this. */
  public boolean met(double figure) {
    return relation == Relation.AT_MOST ? figure <= limit : figure >= limit;
  }

  /** As the table shows it, such as {@code "≤ 1.25×"}. */
  @Override
  public String toString() {
    String number = new BigDecimal(Double.toString(limit)).stripTrailingZeros().toPlainString();
    return relation.sign + " " + number + Figures.separator(unit) + unit;
  }
}
