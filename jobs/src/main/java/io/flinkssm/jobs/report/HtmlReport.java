package io.flinkssm.jobs.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * A self-contained HTML page: headings, paragraphs, tables and pictures, in the order in which they
 * are added. Pictures are embedded and drawings are part of it; nothing is fetched when the page is
 * opened. All text is escaped.
 */
public final class HtmlReport {

  private final String title;
  private final StringBuilder body = new StringBuilder();

  /** An empty page. */
  public HtmlReport(String title) {
    this.title = title;
  }

  /** Starts a section. */
  public HtmlReport section(String heading) {
    body.append("<h2>").append(escape(heading)).append("</h2>\n");
    return this;
  }

  /** Starts a section that {@link #index} can point to. */
  public HtmlReport section(String heading, String id) {
    body.append("<h2 id=\"").append(escape(id)).append("\">").append(escape(heading));
    body.append("</h2>\n");
    return this;
  }

  /** Adds a paragraph. */
  public HtmlReport paragraph(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
    return this;
  }

  /** Adds a row of figures that stand out: value above, name below. */
  public HtmlReport figures(List<Figure> figures) {
    body.append("<div class=\"figures\">\n");
    for (Figure figure : figures) {
      body.append("<div><b>")
          .append(escape(figure.value()))
          .append("</b><span>")
          .append(escape(figure.name()))
          .append("</span></div>\n");
    }
    body.append("</div>\n");
    return this;
  }

  /** A value that stands out, with its name. */
  public record Figure(String name, String value) {}

  /** Adds a table; columns of numbers, except the first one, are aligned to the right. */
  public HtmlReport table(List<String> header, List<List<String>> rows) {
    boolean[] numeric = new boolean[header.size()];
    for (int c = 1; c < numeric.length; c++) {
      int column = c;
      numeric[c] = rows.stream().allMatch(r -> r.size() <= column || isNumeric(r.get(column)));
    }
    body.append("<table>\n<thead>");
    row("th", header, numeric);
    body.append("</thead>\n<tbody>\n");
    rows.forEach(row -> row("td", row, numeric));
    body.append("</tbody>\n</table>\n");
    return this;
  }

  private void row(String element, List<String> cells, boolean[] numeric) {
    body.append("<tr>");
    for (int c = 0; c < cells.size(); c++) {
      body.append('<').append(element).append(numeric[c] ? " class=\"number\">" : ">");
      body.append(escape(cells.get(c))).append("</").append(element).append('>');
    }
    body.append("</tr>\n");
  }

  /** Adds a PNG picture with a caption, which is also what a screen reader says. */
  public HtmlReport picture(byte[] png, String caption) {
    body.append("<figure><img alt=\"")
        .append(escape(caption))
        .append("\" src=\"data:image/png;base64,")
        .append(Base64.getEncoder().encodeToString(png))
        .append("\"><figcaption>")
        .append(escape(caption))
        .append("</figcaption></figure>\n");
    return this;
  }

  /** Adds a drawing with a caption, which is also what a screen reader says. */
  public HtmlReport drawing(Svg svg, String caption) {
    body.append("<figure>\n").append(svg.element(caption)).append("<figcaption>");
    body.append(escape(caption)).append("</figcaption></figure>\n");
    return this;
  }

  /**
   * A row of an index.
   *
   * @param name of what the row is about
   * @param id of the section about it, or null
   * @param drawing small, to recognise it by
   * @param cells all others
   */
  public record Entry(String name, String id, Svg drawing, List<String> cells) {}

  /**
   * Adds a table of sections: a link and a small drawing, then cells aligned as {@link #table}
   * does.
   */
  public HtmlReport index(List<String> header, List<Entry> entries) {
    boolean[] numeric = new boolean[header.size()];
    for (int c = 2; c < numeric.length; c++) {
      int column = c - 2;
      numeric[c] = entries.stream().allMatch(entry -> isNumeric(entry.cells().get(column)));
    }
    body.append("<table class=\"index\">\n<thead>");
    row("th", header, numeric);
    body.append("</thead>\n<tbody>\n");
    for (Entry entry : entries) {
      body.append("<tr><td>");
      if (entry.id() == null) {
        body.append(escape(entry.name()));
      } else {
        body.append("<a href=\"#").append(escape(entry.id())).append("\">");
        body.append(escape(entry.name())).append("</a>");
      }
      body.append("</td><td>").append(entry.drawing().element(entry.name())).append("</td>");
      for (int c = 2; c < numeric.length; c++) {
        body.append(numeric[c] ? "<td class=\"number\">" : "<td>");
        body.append(escape(entry.cells().get(c - 2))).append("</td>");
      }
      body.append("</tr>\n");
    }
    body.append("</tbody>\n</table>\n");
    return this;
  }

  /** Writes the page, creating its folder if need be. */
  public void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, html());
  }

  /** The page. */
  public String html() throws IOException {
    String template;
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.html")) {
      template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return template.replace("{{title}}", escape(title)).replace("{{body}}", body);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static boolean isNumeric(String cell) {
    return cell.matches("[-+]?[0-9][0-9.,  ]*([eE][-+]?[0-9]+)?( ?(%|ms|s|Hz|dB|kHz|/ ?[0-9]+))?");
  }
}
