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
 * are added. Pictures are embedded; nothing is fetched when the page is opened. All text is
 * escaped.
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
