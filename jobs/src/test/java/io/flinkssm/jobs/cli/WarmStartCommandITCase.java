package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmStartCommandITCase {
  @TempDir private Path folder;

  @Test
  void writesASavepointFromATable() throws IOException {
    Path model = GoldenModel.diagonal(folder);
    Path savepoint = folder.resolve("savepoint");
    CommandLineRun run =
        CommandLineRun.of(
            "warm-start",
            "--model",
            model,
            "--input",
            table(),
            "--to",
            "2026-01-31T10:00:01Z",
            "--savepoint",
            savepoint);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("100 frames", "2026-01-31T10:00:00.990Z", "of model golden 7")
        .contains("flink run -s file:", "/savepoint …");
    assertThat(savepoint.resolve("_metadata")).isNotEmptyFile();

    CommandLineRun inspected = CommandLineRun.of("inspect", savepoint);
    assertThat(inspected.code()).isOne();
    assertThat(inspected.err()).contains("ssm-detection");
  }

  @Test
  void writesASavepointOfDetectors() throws IOException {
    Path savepoint = folder.resolve("savepoint");
    CommandLineRun run =
        CommandLineRun.of(
            "warm-start",
            "--detect",
            "--input",
            table(),
            "-D",
            "ssm.detect.channels=2",
            "--savepoint",
            savepoint);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("200 frames", "of detector ")
        .contains("flink run -c io.flinkssm.jobs.DetectJob -s file:")
        .doesNotContain("rejected");
    assertThat(savepoint.resolve("_metadata")).isNotEmptyFile();
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path model = GoldenModel.diagonal(folder);
    Path table = table();
    assertUsage("expected one of --input and --kafka.bootstrap-servers", "--model", model);
    assertUsage("expected one of --model and --detect", "--input", table);
    assertUsage(
        "expected one of --model and --detect", "--detect", "--model", model, "--input", table);
    assertUsage("\"soon\"", "--model", model, "--input", table, "--from", "soon");
    assertUsage("is not before", "--model", model, "--input", table, "--from", "9", "--to", "8");
    assertUsage("ssm.gab.max", "--model", model, "--input", table, "-D", "ssm.gab.max=1s");
    assertUsage("nowhere", "--model", "nowhere", "--input", table);
    assertUsage("no such file", "--model", model, "--input", folder.resolve("none"));
    CommandLineRun none =
        CommandLineRun.of(
            "warm-start",
            "--model",
            model,
            "--input",
            table,
            "--to",
            "2020-01-01T00:00:00Z",
            "--savepoint",
            folder.resolve("s"));
    assertThat(none.code()).isOne();
    assertThat(none.err()).contains("no frame lies in the range", "--from");
  }

  private void assertUsage(String says, Object... args) {
    Object[] all = new Object[args.length + 3];
    all[0] = "warm-start";
    all[1] = "--savepoint";
    all[2] = folder.resolve("s");
    System.arraycopy(args, 0, all, 3, args.length);
    CommandLineRun run = CommandLineRun.of(all);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(says);
  }

  /** Two seconds of two channels at the model's 100 Hz. */
  private Path table() throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("time,x,y\n");
    for (int i = 0; i < 200; i++) {
      rows.append("2026-01-31T10:00:0%d.%03dZ".formatted(i / 100, i % 100 * 10))
          .append(',')
          .append(random.nextGaussian())
          .append(',')
          .append(random.nextGaussian())
          .append('\n');
    }
    return Files.writeString(folder.resolve("history.csv"), rows);
  }
}
