package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkssm.model.GoldenFile;
import io.flinkssm.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandITCase {

  @TempDir Path dir;

  @Test
  void scoresATableAsTheReferenceDoes() throws IOException {
    GoldenFile golden = Golden.file("06-model-s4d-block.json");
    double[] x = golden.tensor("x").data();
    double[] expected = golden.tensor("trained.logits_f64").data();
    StringBuilder csv = new StringBuilder("key,u,v\n");
    for (int row = 0; row < 4 * 128; row++) {
      csv.append("k").append(row / 128).append(',').append(x[2 * row]).append(',');
      csv.append(x[2 * row + 1]).append('\n');
    }
    Path input = Files.writeString(dir.resolve("signals.csv"), csv);
    Path output = dir.resolve("scores.jsonl");

    CommandLineRun run =
        CommandLineRun.of(
            "score",
            "--model",
            GoldenModel.diagonal(dir),
            "--input",
            input,
            "--output",
            output,
            "--chunk",
            13,
            "--precision",
            "float64");

    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(4 * 10);
    int checked = 0;
    for (String line : lines) {
      JsonNode score = new ObjectMapper().readTree(line);
      if (score.get("end_of_segment").asBoolean()) {
        int k = Integer.parseInt(score.get("key").asText().substring(1));
        assertThat(score.get("position").asInt()).isEqualTo(128);
        for (int j = 0; j < 4; j++) {
          assertThat(score.get("outputs").get(j).asDouble())
              .isCloseTo(expected[4 * k + j], within(1e-9));
        }
        checked++;
      }
    }
    assertThat(checked).isEqualTo(4);
  }

  @Test
  void namesTheFileThatFailsInTheMiddle() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("tables"));
    Files.writeString(folder.resolve("1.csv"), "u,v\n1,2\n");
    Files.writeString(folder.resolve("2.csv"), "u,v\n1,?\n");

    CommandLineRun run =
        CommandLineRun.of(
            "score",
            "--model",
            GoldenModel.diagonal(dir),
            "--input",
            folder,
            "--output",
            dir.resolve("scores.csv"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("ssm score: ", "2.csv, line 2: column \"v\": \"?\" is not a number")
        .doesNotContain("because");
  }

  @Test
  void refusesWhatDoesNotFitTheModelBeforeAnythingStarts() throws IOException {
    Path model = GoldenModel.diagonal(dir);
    Path oneChannel = Files.writeString(dir.resolve("one.csv"), "u\n1\n2\n");
    Path text = Files.writeString(dir.resolve("notes.txt"), "u\n1\n2\n");
    Path out = dir.resolve("scores.csv");

    CommandLineRun channels =
        CommandLineRun.of("score", "--model", model, "--input", oneChannel, "--output", out);
    assertThat(channels.code()).isEqualTo(1);
    assertThat(channels.err()).contains("one.csv has 1 channels; the model takes 2", "--columns");

    CommandLineRun ending =
        CommandLineRun.of("score", "--model", model, "--input", text, "--output", out);
    assertThat(ending.code()).isEqualTo(2);
    assertThat(ending.err()).contains("expected a .wav or .csv file");

    CommandLineRun rate =
        CommandLineRun.of(
            "score",
            "--model",
            model,
            "--input",
            oneChannel,
            "--columns",
            "u,u",
            "--rate",
            9e9,
            "--output",
            out);
    assertThat(rate.code()).isEqualTo(1);
    assertThat(rate.err()).contains("Hz usable");
    assertThat(out).doesNotExist();
  }

  @Test
  void keysOfAFolderArePathsInIt() throws IOException {
    Path folder = dir.resolve("tables");
    for (String name : List.of("a/7.csv", "b/7.csv")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "u,v\n1,2\n3,4\n");
    }
    Path output = dir.resolve("scores.csv");

    CommandLineRun run =
        CommandLineRun.of(
            "score", "--model", GoldenModel.diagonal(dir), "--input", folder, "--output", output);

    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(Files.readAllLines(output))
        .hasSize(3)
        .anyMatch(row -> row.startsWith("a/7,"))
        .anyMatch(row -> row.startsWith("b/7,"));
  }

  @Test
  void refusesToHarmOrToIgnore() throws IOException {
    Path model = GoldenModel.diagonal(dir);
    Path input = Files.writeString(dir.resolve("in.csv"), "u,v\n1,2\n");
    Path output = dir.resolve("scores.csv");

    CommandLineRun same =
        CommandLineRun.of("score", "--model", model, "--input", input, "--output", input);
    assertThat(same.code()).isEqualTo(2);
    assertThat(same.err()).contains("is also input");
    assertThat(input).hasContent("u,v\n1,2");

    CommandLineRun option =
        CommandLineRun.of(
            "score", "--model", model, "--input", input, "--output", output, "-D", "ssm.gap=hold");
    assertThat(option.code()).isEqualTo(2);
    assertThat(option.err()).contains("ssm.gap", "ssm.gap.policy");
    assertThat(output).doesNotExist();
  }
}
