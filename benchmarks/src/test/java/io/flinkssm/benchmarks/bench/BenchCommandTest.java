package io.flinkssm.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  @Test
  void aFolderThatIsNoneIsWrongUsage(@TempDir Path folder) {
    assertThat(run("--only", "nab", "--nab", folder.resolve("NAB").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--nab", "NAB", "not a folder");
  }

  @Test
  void settingsReachTheSection(@TempDir Path folder) {
    for (Settings settings :
        List.of(
            Settings.of(true, folder),
            new Settings(false, folder, folder.resolve("a b"), null),
            new Settings(true, folder, null, folder.resolve("c")))) {
      List<String> arguments = new ArrayList<>(List.of("class"));
      arguments.addAll(List.of(settings.arguments()));
      assertThat(Settings.parse(arguments.toArray(String[]::new), 1)).isEqualTo(settings);
    }
  }
}
