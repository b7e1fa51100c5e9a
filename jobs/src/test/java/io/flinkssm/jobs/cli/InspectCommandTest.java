package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {

  @TempDir Path dir;

  @Test
  void showsWhatAModelIsAndCosts() {
    CommandLineRun run = CommandLineRun.of("inspect", GoldenModel.lowRank(dir));

    assertThat(run.code()).isZero();
    // 4 layers of 32 channels and 32 modes, then sums and counts of the mean over 32 features.
    long state = 4 * 2 * 32 * 32 + 2 * 32 + 2;
    assertThat(run.out())
        .contains("golden, version 7", "a, b, c, d", "2 channel(s)", "100 Hz native")
        .containsPattern(
            "aliased modes +[0-9,]+ of 4,096 at the native rate, [0-9,]+ at half of it")
        .contains(4 * state + " bytes float32, " + 8 * state + " float64")
        .containsPattern("(?m)^  0 +block.0 +32 +32 +1 +1 +1 .* s( .*)?$")
        .containsPattern("(?m)^  3 +block.3 ");
  }

  @Test
  void saysWhyAModelCannotBeUsed() throws IOException {
    Path model = GoldenModel.diagonal(dir);
    Path weights = model.resolve("model.safetensors");
    Files.write(weights, java.util.Arrays.copyOf(Files.readAllBytes(weights), 1000));

    CommandLineRun run = CommandLineRun.of("inspect", model);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("ssm inspect: ", "model.safetensors", "truncated");
  }
}
