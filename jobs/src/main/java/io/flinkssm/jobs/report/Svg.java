package io.flinkssm.jobs.report;

import java.util.Locale;

/**
 * A drawing for {@link HtmlReport#drawing}: sharp at any size, and with words where the pointer
 * rests. The page says how text, lines and grids look.
 */
public final class Svg {
  private final StringBuilder body = new StringBuilder();
  private final double width;
  private final double height;

  /** An empty drawing, in the pixels of the page. */
  public Svg(double width, double height) {
    this.width = width;
    this.height = height;
  }

  /** Where a text stands to its point. */
  public enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** Adds a rectangle; {@code says} is shown where the pointer rests, and may be null. */
  public Svg rectangle(
      double x, double y, double w, double h, String colour, double opacity, String says) {
    body.append("<rect x=\"").append(number(x)).append("\" y=\"").append(number(y));
    body.append("\" width=\"").append(number(w)).append("\" height=\"").append(number(h));
    body.append("\" fill=\"").append(colour).append("\" fill-opacity=\"").append(number(opacity));
    return end("rect", says);
  }

  /** Adds a disc. */
  public Svg disc(double x, double y, double radius, String colour, String says) {
    body.append("<circle cx=\"").append(number(x)).append("\" cy=\"").append(number(y));
    body.append("\" r=\"").append(number(radius)).append("\" fill=\"").append(colour);
    return end("circle", says);
  }

  private Svg end(String element, String says) {
    if (says == null) {
      body.append("\"/>\n");
    } else {
      body.append("\"><title>").append(HtmlReport.escape(says)).append("</title></");
      body.append(element).append(">\n");
    }
    return this;
  }

  /** Adds a line of the grid. */
  public Svg grid(double x1, double y1, double x2, double y2) {
    return line("grid", x1, y1, x2, y2);
  }

  /** Adds a dashed line: a threshold. */
  public Svg threshold(double x1, double y1, double x2, double y2) {
    return line("threshold", x1, y1, x2, y2);
  }

  private Svg line(String kind, double x1, double y1, double x2, double y2) {
    body.append("<path class=\"").append(kind).append("\" d=\"M").append(point(x1, y1));
    body.append('L').append(point(x2, y2)).append("\"/>\n");
    return this;
  }

  /** Adds a curve. */
  public Svg curve(Curve curve, String colour) {
    body.append("<path class=\"curve\" stroke=\"").append(colour).append("\" d=\"");
    body.append(curve.path).append("\"/>\n");
    return this;
  }

  /** Points that are joined, until the pen is lifted. */
  public static final class Curve {
    private final StringBuilder path = new StringBuilder();
    private boolean down;

    /** Goes on to a point, or starts there. */
    public Curve to(double x, double y) {
      // A line of no length is a dot: nothing that stands alone is lost.
      path.append(down ? "L" : "M").append(point(x, y)).append(down ? "" : "h0");
      down = true;
      return this;
    }

    /** The next point starts anew. */
    public Curve lift() {
      down = false;
      return this;
    }
  }

  /** Adds a text, its base line at {@code y}. */
  public Svg text(double x, double y, Anchor anchor, String text) {
    return text("", x, y, anchor, text, null);
  }

  /** Adds a text that names a part of the drawing. */
  public Svg name(double x, double y, Anchor anchor, String text, String says) {
    return text(" class=\"name\"", x, y, anchor, text, says);
  }

  private Svg text(String kind, double x, double y, Anchor anchor, String text, String says) {
    body.append("<text").append(kind).append(" x=\"").append(number(x)).append("\" y=\"");
    body.append(number(y)).append("\" text-anchor=\"");
    body.append(anchor.name().toLowerCase(Locale.ROOT)).append("\">");
    body.append(HtmlReport.escape(text));
    if (says != null) {
      body.append("<title>").append(HtmlReport.escape(says)).append("</title>");
    }
    body.append("</text>\n");
    return this;
  }

  /** The element; {@code label} is what a screen reader says. */
  String element(String label) {
    return "<svg viewBox=\"0 0 %s %s\" width=\"%s\" role=\"img\" aria-label=\"%s\">\n%s</svg>\n"
        .formatted(number(width), number(height), number(width), HtmlReport.escape(label), body);
  }

  private static String point(double x, double y) {
    return number(x) + ' ' + number(y);
  }

  /** A tenth of a pixel is less than is seen. */
  private static String number(double value) {
    double rounded = Math.rint(value * 10) / 10;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }
}
