package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.detect.FileDetection.Task;
import io.flinkssm.jobs.io.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Which files {@code ssm detect} reads, and where the scores of each go. */
final class DetectFiles {
  private static final List<String> ENDINGS = List.of("csv", "tsv");

  private DetectFiles() {}

  /**
   * The file itself, or all tables of a folder and the folders in it, in order; their scores go to
   * the same paths below the output.
   *
   * @throws ParameterException if there are none, or scores would end up among the series
   */
  static List<Task> find(Path input, Path output, CommandLine commandLine) throws IOException {
    if (Files.isRegularFile(input)) {
      return List.of(ofFile(input, output, commandLine));
    }
    if (!Files.isDirectory(input)) {
      throw new ParameterException(commandLine, "--input " + input + ": no such file or folder");
    }
    if (Files.isRegularFile(output)) {
      throw new ParameterException(
          commandLine, "--output " + output + " is a file; name a folder, as --input is one");
    }
    if (output.toAbsolutePath().normalize().startsWith(input.toAbsolutePath().normalize())) {
      throw new ParameterException(
          commandLine,
          "--output "
              + output
              + " lies in --input, where scores would be read as series; write elsewhere");
    }
    try (Stream<Path> all = Files.walk(input)) {
      List<Task> tasks =
          all.filter(file -> Files.isRegularFile(file) && ENDINGS.contains(FileNames.ending(file)))
              .sorted()
              .map(file -> ofFolder(input.relativize(file), file, output))
              .toList();
      if (tasks.isEmpty()) {
        throw new ParameterException(
            commandLine, "--input " + input + ": no .csv or .tsv files in this folder");
      }
      return tasks;
    }
  }

  private static Task ofFile(Path input, Path output, CommandLine commandLine) throws IOException {
    Path to = Files.isDirectory(output) ? output.resolve(input.getFileName()) : output;
    if (Files.exists(to) && Files.isSameFile(input, to)) {
      throw new ParameterException(
          commandLine, "--output " + to + " is also input, and would be lost; write elsewhere");
    }
    Outputs.check("--output", to, commandLine);
    return new Task(input.getFileName().toString(), input, to);
  }

  private static Task ofFolder(Path inside, Path input, Path output) {
    return new Task(inside.toString().replace('\\', '/'), input, output.resolve(inside));
  }
}
