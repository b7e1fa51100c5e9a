package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.ssm.StateSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCommandTest {

  @TempDir Path dir;

  @Test
  void writesTheTapsOfALayerAtARate() throws IOException {
    Path model = GoldenModel.diagonal(dir);
    StateSpace system = ModelDirectory.read(model).stateSpaces().get(2).system();
    double[] expected = system.kernel(2, 7);

    CommandLineRun run =
        CommandLineRun.of("kernel", "--model", model, "--layer", 2, "--length", 7, "--rate", 50);

    assertThat(run.code()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(8);
    assertThat(lines.get(0)).startsWith("tap,seconds,channel_0,channel_1,").endsWith("channel_31");
    String[] last = lines.get(7).split(",");
    assertThat(last).hasSize(34).startsWith("6", "0.12");
    for (int channel = 0; channel < 32; channel++) {
      assertThat(Double.parseDouble(last[2 + channel]))
          .isCloseTo(expected[channel * 7 + 6], within(0.0));
    }
  }

  @Test
  void followsTheRateMethod() throws IOException {
    Path model = GoldenModel.lowRank(dir);
    StateSpace system = ModelDirectory.read(model).stateSpaces().get(0).system();
    assertThat(lastTap(model, "plain")).isEqualTo(system.kernel(2, 5)[4]);
    double[] fine = system.kernel(1, 10);
    assertThat(lastTap(model, "hold")).isEqualTo(fine[8] + fine[9]);
    assertThat(lastTap(model, "auto")).isEqualTo(fine[8] + fine[9]);
  }

  /** Tap 4 of channel 0 at half the native rate. */
  private static double lastTap(Path model, String method) {
    CommandLineRun run =
        CommandLineRun.of(
            "kernel", "--model", model, "--length", 5, "--rate", 50, "--rate-method", method);
    assertThat(run.code()).isZero();
    return Double.parseDouble(run.out().lines().toList().get(5).split(",")[2]);
  }

  @Test
  void drawsIntoAFileAndKeepsStandardOutputClean() throws IOException {
    Path png = dir.resolve("kernel.png");
    Path csv = dir.resolve("taps.csv");

    CommandLineRun run =
        CommandLineRun.of(
            "kernel",
            "--model",
            GoldenModel.lowRank(dir),
            "--length",
            257,
            "--plot",
            png,
            "--output",
            csv);

    assertThat(run.code()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(ImageIO.read(png.toFile()).getWidth()).isGreaterThan(1000);
    assertThat(Files.readAllLines(csv)).hasSize(258);
  }

  @Test
  void refusesLayersLengthsAndRatesThatAreNone() {
    Path model = GoldenModel.diagonal(dir);
    assertUsage(model, "--layer", "4", "the model has layers 0 … 3");
    assertUsage(model, "--layer", "-1", "the model has layers 0 … 3");
    assertUsage(model, "--length", "0", "--length 0: expected 1 … 524288");
    assertUsage(model, "--rate", "0", "--rate 0.0");
    assertUsage(model, "--rate", "NaN", "--rate NaN");
  }

  private static void assertUsage(Path model, String option, String value, String message) {
    CommandLineRun run = CommandLineRun.of("kernel", "--model", model, option, value);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }
}
