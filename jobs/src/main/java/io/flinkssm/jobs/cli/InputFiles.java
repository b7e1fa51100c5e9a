package io.flinkssm.jobs.cli;

import io.flinkssm.jobs.io.FileNames;
import io.flinkssm.jobs.local.FrameFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Finds the recordings and tables that a command was given. */
final class InputFiles {

  private InputFiles() {}

  /**
   * The file itself, or all WAV and CSV files of a folder and the folders in it, in order.
   *
   * @throws ParameterException if there are none
   */
  static List<Path> find(Path input, CommandLine commandLine) throws IOException {
    if (Files.isRegularFile(input)) {
      if (!FrameFiles.understands(input)) {
        throw new ParameterException(
            commandLine, input + ": expected a .wav or .csv file, not ." + FileNames.ending(input));
      }
      return List.of(input);
    }
    if (!Files.isDirectory(input)) {
      throw new ParameterException(commandLine, "--input " + input + ": no such file or folder");
    }
    try (Stream<Path> all = Files.walk(input)) {
      List<Path> files = all.filter(FrameFiles::understands).sorted().toList();
      if (files.isEmpty()) {
        throw new ParameterException(
            commandLine, "--input " + input + ": no .wav or .csv files in this folder");
      }
      return files;
    }
  }
}
