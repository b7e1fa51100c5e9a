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
