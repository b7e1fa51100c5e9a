package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that the README shows do what it says; the demo and SQL have tests of their own. */
class ReadmeITCase {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;

  static Stream<String> commands() throws IOException {
    return Files.readAllLines(ROOT.resolve("README.md")).stream()
        .filter(line -> line.startsWith("./ssm "))
        // The one has a test of its own, the other is the command line of another module.
        .filter(
            line ->
                !line.startsWith("./ssm demo")
                    && !line.startsWith("./ssm bench")
                    && !line.startsWith("./ssm sql"));
  }

  @Test
  void commandsAreFound() throws IOException {
    assertThat(commands()).hasSizeGreaterThan(3);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void runs(String command) {
    List<String> words = Arrays.asList(command.substring("./ssm ".length()).split(" +"));
    Object[] args = new Object[words.size()];
    for (int i = 0; i < args.length; i++) {
      boolean output = i > 0 && List.of("--output", "--plot").contains(words.get(i - 1));
      boolean input = Files.exists(ROOT.resolve(words.get(i)));
      args[i] =
          output
              ? directory.resolve(words.get(i))
              : input ? ROOT.resolve(words.get(i)) : words.get(i);
      assertThat(input || !words.get(i).contains("/"))
          .as("file %s of the command exists", words.get(i))
          .isTrue();
    }
    assertThat(CommandLineRun.of(args).code()).as(command).isZero();
    for (int i = 0; i < args.length; i++) {
      if (args[i] instanceof Path path && path.startsWith(directory)) {
        assertThat(path).isNotEmptyFile();
      }
    }
  }
}
