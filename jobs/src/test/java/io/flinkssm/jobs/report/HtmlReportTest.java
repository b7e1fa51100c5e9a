package io.flinkssm.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

  @TempDir Path dir;

  @Test
  void isSelfContainedAndEscaped() throws IOException {
    byte[] png =
        Plots.lines(
            "Title",
            "x",
            "y",
            200,
            List.of(new Plots.Line("a", new double[] {0, 1}, new double[2], 3)));
    Path file = dir.resolve("new/folder/report.html");

    new HtmlReport("A & <b>")
        .section("Sec<tion>")
        .paragraph("1 < 2")
        .figures(List.of(new HtmlReport.Figure("accuracy", "99 %")))
        .table(List.of("name", "value"), List.of(List.of("<x>", "1.5"), List.of("y", "97 %")))
        .picture(png, "a \"picture\"")
        .write(file);

    String html = Files.readString(file);
    assertThat(html)
        .contains("<title>A &amp; &lt;b&gt;</title>")
        .contains("Sec&lt;tion&gt;", "1 &lt; 2", "&lt;x&gt;", "alt=\"a &quot;picture&quot;\"")
        .contains("<th class=\"number\">value</th>", "<td class=\"number\">97 %</td>", "<td>y</td>")
        .doesNotContain("{{");
    assertThat(SelfContained.references(html)).isEmpty();
  }

  @Test
  void drawingsArePartOfThePage() throws IOException {
    Svg.Curve curve = new Svg.Curve().to(1, 2).to(3, 4.26).lift().to(5, 6);
    Svg svg = new Svg(100, 50).curve(curve, "#123456").disc(1, 2, 3, "#fff", "why <so>");

    String html =
        new HtmlReport("t")
            .section("A & B", "a")
            .drawing(svg, "caption \"x\"")
            .index(
                List.of("name", "", "rows"),
                List.of(
                    new HtmlReport.Entry("A & B", "a", new Svg(9, 9), List.of("1,000")),
                    new HtmlReport.Entry("C", null, new Svg(9, 9), List.of("2"))))
            .html();

    assertThat(html)
        .contains("d=\"M1 2h0L3 4.3M5 6h0\"", "<title>why &lt;so&gt;</title>")
        .contains("aria-label=\"caption &quot;x&quot;\"", "<h2 id=\"a\">A &amp; B</h2>")
        .contains("<a href=\"#a\">A &amp; B</a>", "<td>C</td>", "<td class=\"number\">1,000</td>");
    assertThat(SelfContained.references(html)).isEmpty();
  }

  @Test
  void picturesAreSharpPngs() throws IOException {
    byte[] bars = Plots.bars("t", "x", "y", 300, List.of("1", "2"), new double[] {3, 4});

    var image = ImageIO.read(new ByteArrayInputStream(bars));
    assertThat(image.getHeight()).isEqualTo(600);
    assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(0xffffff);
  }

  @Test
  void textTablesAlign() {
    String table = new TextTable("a", "long").row("wider", 1).row("x").toString();

    assertThat(table).isEqualTo("  a      long\n  wider  1\n  x\n");
  }
}
