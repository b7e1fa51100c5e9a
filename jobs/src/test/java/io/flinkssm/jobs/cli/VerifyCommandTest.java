package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

  @TempDir Path dir;

  @Test
  void passesBothViewsInBothPrecisions() {
    CommandLineRun run =
        CommandLineRun.of(
            "verify",
            GoldenModel.diagonal(dir),
            GoldenModel.diagonalOutputs(dir),
            "--tolerance",
            "1e-10");

    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.out())
        .containsPattern("trained.logits_f64 +advance +float64 .* ok\n")
        .containsPattern("trained.logits_f64 +convolve +float64 .* ok\n")
        .containsPattern("trained.logits_f64 +advance +float32 .* ok\n")
        .containsPattern("trained.logits_f64 +convolve +float32 .* ok\n");
  }

  @Test
  void failsPastTheTolerance() {
    CommandLineRun run =
        CommandLineRun.of(
            "verify",
            GoldenModel.diagonal(dir),
            GoldenModel.diagonalOutputs(dir),
            "--variant",
            "init");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("FAILED: an error exceeds its tolerance");
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    Path model = GoldenModel.diagonal(dir);
    Path golden = GoldenModel.diagonalOutputs(dir);

    CommandLineRun variant = CommandLineRun.of("verify", model, golden, "--variant", "final");
    assertThat(variant.code()).isEqualTo(2);
    assertThat(variant.err()).contains("--variant final: expected one of [init, trained]");

    assertThat(CommandLineRun.of("verify", model, dir.resolve("none.json")).code()).isEqualTo(2);

    Path recordings =
        Files.writeString(
            dir.resolve("recordings.json"),
            """
            {"meta": {"files": ["0.wav"]},
             "tensors": {"logits_f64.native": {"shape": [1, 4], "data": [1, 2, 3, 4]}}}
            """);
    CommandLineRun audio = CommandLineRun.of("verify", model, recordings);
    assertThat(audio.code()).isEqualTo(2);
    assertThat(audio.err()).contains("--audio");

    CommandLineRun missing = CommandLineRun.of("verify", model, recordings, "--audio", dir);
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("no such file", "0.wav");

    Path notGolden = Files.writeString(dir.resolve("config.json"), "{}");
    CommandLineRun wrong = CommandLineRun.of("verify", model, notGolden);
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("expected a golden file");
  }

  @Test
  void saysWhatAFileWithoutOutputsLacks() throws IOException {
    Path empty =
        Files.writeString(
            dir.resolve("x.json"), "{\"tensors\": {\"x\": {\"shape\": [1], \"data\": [1]}}}");

    CommandLineRun run = CommandLineRun.of("verify", GoldenModel.diagonal(dir), empty);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("no outputs to compare with", "logits_f64", "has [x]");
  }

  @Test
  void refusesAFileThatIsNotJson() throws IOException {
    Path text = Files.writeString(dir.resolve("notes.json"), "these are no outputs");

    CommandLineRun run = CommandLineRun.of("verify", GoldenModel.diagonal(dir), text);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("notes.json: not JSON");
  }
}
