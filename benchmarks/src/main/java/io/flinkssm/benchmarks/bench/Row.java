package io.flinkssm.benchmarks.bench;

/**
 * A row of the table: one figure, beside what it was measured, and what it is held to.
 *
 * @param section {@link Section#name()}
 * @param what what was measured, with its shape
 * @param beside the reference of the same run, or where a stored one is from
 * @param target null where the figure only informs
 * @param figure NaN if it could not be measured; {@code remark} then says why
 * @param low lower quartile of the figure, or the figure itself
 * @param high upper quartile of the figure, or the figure itself
 * @param unit as in {@link Target}
 * @param remark the absolute figures behind a ratio, and what a reader must know; may be empty
 */
public record Row(
    String section,
    String what,
    String beside,
    Target target,
    double figure,
    double low,
    double high,
    String unit,
    String remark) {

  /** Whether the target is met. */
  public enum Met {
    YES("met"),
    NO("MISSED"),
    /** There is no target, or no figure. */
    NONE("");

    private final String word;

    Met(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** A row for one measured figure. */
  public static Row single(
      String section,
      String what,
      String beside,
      Target target,
      double figure,
      String unit,
      String remark) {
    return new Row(section, what, beside, target, figure, figure, figure, unit, remark);
  }

  /** A row for a ratio, shown in the unit of its target, or as "×". */
  public static Row ratio(
      String section,
      String what,
      String beside,
      Target target,
      Paired.Comparison c,
      String remark) {
    String unit = target == null ? "×" : target.unit();
    return new Row(section, what, beside, target, c.ratio(), c.low(), c.high(), unit, remark);
  }

  /** A row whose figure could not be measured. */
  public static Row missing(String section, String what, String beside, Target target, String why) {
    String unit = target == null ? "" : target.unit();
    return new Row(section, what, beside, target, Double.NaN, Double.NaN, Double.NaN, unit, why);
  }

  /** Whether the target is met, as far as there is one. */
  public Met met() {
    if (target == null || Double.isNaN(figure)) {
      return Met.NONE;
    }
    return target.met(figure) ? Met.YES : Met.NO;
  }

  /** The figure with its quartiles where they differ, such as {@code "1.21× (1.18 … 1.25)"}. */
  public String figureText() {
    if (Double.isNaN(figure)) {
      return "–";
    }
    String text = Figures.text(figure, unit);
    return low == high
        ? text
        : text + " (" + Figures.text(low, "") + " … " + Figures.text(high, "") + ")";
  }
}
