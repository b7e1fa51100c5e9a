package io.flinkssm.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine commandLine = BenchCommand.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return commandLine.execute(args);
  }

  @Test
  void helpTeachesAndNamesEverySection() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .startsWith("Usage: ssm bench")
        .contains("Examples:", "\n  ssm bench --quick", "Exit codes")
        .contains(Sections.names());
  }

  @Test
  void anUnknownSectionIsWrongUsage() {
    assertThat(run("--only", "scan,modle")).isEqualTo(2);
    assertThat(err.toString()).contains("modle", "scan", "Try `ssm bench --help`");
    assertThat(out.toString()).isEmpty();
  }
}
