package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "inspect",
        "verify",
        "score",
        "detect",
        "kernel",
        "rates",
        "capacity",
        "compare",
        "publish-model",
        "models",
        "warm-start",
        "sql"
      })
  void everyCommandExplainsItselfWithAnExample(String command) {
    CommandLineRun run = CommandLineRun.of(command, "--help");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("Usage: ssm " + command)
        .contains("Example", "\n  ssm " + command);
  }

  @Test
  void helpNamesAllCommandsAndExitCodes() {
    CommandLineRun run = CommandLineRun.of("--help");

    assertThat(run.out())
        .contains("demo", "inspect", "verify", "score", "detect", "kernel", "rates", "capacity")
        .contains("compare", "publish-model", "models", "warm-start", "sql", "Exit codes");
  }

  @Test
  void wrongUsageExitsWithTwoAndPointsToHelp() {
    assertUsage(CommandLineRun.of("inspct", "m"), "inspct", "Did you mean: ssm inspect");
    assertUsage(CommandLineRun.of(), "expected a command", "demo, inspect", "Try `ssm --help`");
    assertUsage(CommandLineRun.of("score", "--modle", "m"), "Unknown: --modle, m", "--model");
    assertUsage(CommandLineRun.of("demo", "--report", "no/such/r.html"), "--report", "create it");
    assertUsage(CommandLineRun.of("verify", "--tolerance", "-1", "m", "g"), "--tolerance -1.0");
    assertUsage(CommandLineRun.of("inspect"), "MODEL", "Try `ssm inspect --help`");
    assertUsage(CommandLineRun.of("kernel", "--length", "x", "--model", "m"), "--length", "'x'");
    assertUsage(CommandLineRun.of("demo", "--keys", "0"), "--keys 0: expected 1 … 100000");
    assertUsage(CommandLineRun.of("demo", "--speed", "-1"), "--speed -1.0");
    assertUsage(CommandLineRun.of("demo", "--model", "nowhere"), "nowhere", "config.json");
    assertUsage(CommandLineRun.of("inspect", "nowhere"), "nowhere", "model.safetensors");
  }

  private static void assertUsage(CommandLineRun run, String... parts) {
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(parts);
  }
}
