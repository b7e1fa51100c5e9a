package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of the spoken-digits model on the ten samples of this repository. */
class CompareCommandITCase {
  private static final Path MODEL = Path.of("..", "models", "spoken-digits-s4d");
  private static final Path DIGITS = Path.of("..", "samples", "digits");

  @TempDir private Path directory;

  private Path renamed() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    String config = Files.readString(MODEL.resolve("config.json"));
    String changed = config.replaceFirst("\"labels\": *\\[\\s*\"[^\"]*\"", "\"labels\": [\"null\"");
    assertThat(changed).isNotEqualTo(config);
    Files.writeString(other.resolve("config.json"), changed);
    Files.copy(MODEL.resolve("model.safetensors"), other.resolve("model.safetensors"));
    return other;
  }

  @Test
  void theSameModelAgreesWithItself() {
    Path report = directory.resolve("same.html");
    CommandLineRun run =
        CommandLineRun.of(
            "compare",
            "--a",
            MODEL.toString(),
            "--b",
            MODEL.toString(),
            "--input",
            DIGITS.toString(),
            "--output",
            report.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("10 windows scored by both, 0 by A only, 0 by B only")
        .contains("10 of them (100.00 %) have the same label");
    assertThat(report).content().contains("Labels of A (rows)", "data:image/png");
  }

  @Test
  void anotherLabelIsSeenInTheTable() throws Exception {
    Path report = directory.resolve("other.html");
    CommandLineRun run =
        CommandLineRun.of(
            "compare",
            "--a",
            MODEL.toString(),
            "--b",
            renamed().toString(),
            "--input",
            DIGITS.toString(),
            "--output",
            report.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("9 of them (90.00 %) have the same label");
    assertThat(report).content().contains("Windows with different labels", "null");
  }

  @Test
  void timesAreForTopics() {
    CommandLineRun run =
        CommandLineRun.of(
            "compare",
            "--a",
            MODEL.toString(),
            "--b",
            MODEL.toString(),
            "--input",
            DIGITS.toString(),
            "--from",
            "2026-01-01T00:00:00Z",
            "--output",
            directory.resolve("x.html").toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--from");
  }
}
