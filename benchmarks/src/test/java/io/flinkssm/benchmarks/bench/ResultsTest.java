package io.flinkssm.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  private static final Row HELD =
      new Row("scan", "S4D <T=1>", "L2", Target.atLeast(65, "%"), 71.5, 70, 72, "%", "1.2 µs");
  private static final Row MISSING =
      Row.missing("model", "DPLR, T=160", "C", Target.atMost(1.25, "×"), "no C compiler found");
  private static final Series LINE =
      new Series(
          "Cost", "S4D", "H", "ns", new double[] {16, 32}, new double[] {1e3, 2.5e3}, true, true);

  private static Results results() {
    return new Results(
        Machine.here(),
        true,
        "float32-test",
        List.of(HELD, MISSING),
        List.of(LINE),
        List.of("pipeline: no broker"));
  }

  @Test
  void whatIsWrittenIsReadBack(@TempDir Path folder) throws IOException {
    Results results = results();
    Path file = folder.resolve("results.json");
    results.write(file);

    Results read = Results.read(file);
    assertThat(read.rows()).isEqualTo(results.rows());
    assertThat(read)
        .usingRecursiveComparison()
        .ignoringFields("rows") // For it, NaN differs from NaN.
        .isEqualTo(results);
  }

  @Test
  void thePageHoldsEveryRowPictureAndFailure() throws IOException {
    String html = ReportPage.of(results()).html().replace('\u00a0', ' ');

    assertThat(html)
        .contains("S4D &lt;T=1&gt;", "≥ 65%", "71.5% (70 … 72)", "met", "1.2 µs")
        .contains("DPLR, T=160", "no C compiler found", "pipeline: no broker", "float32-test")
        .contains("src=\"data:image/png;base64,")
        .doesNotContain("http://", "https://", "{{");
  }

  @Test
  void theMarkdownHoldsEveryRowAndFailure() {
    assertThat(MarkdownTable.of(results()))
        .contains("| S4D <T=1> | L2 | ≥ 65% | 71.5% (70 … 72) | met | 1.2 µs |")
        .contains("| DPLR, T=160 | C | ≤ 1.25× | – |  | no C compiler found |")
        .contains("kernels float32-test", "Failed: pipeline: no broker");
  }
}
