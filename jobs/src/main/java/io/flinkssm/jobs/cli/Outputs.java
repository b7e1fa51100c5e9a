package io.flinkssm.jobs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Looks at where a command is to write, before the work is done that would then be lost. */
final class Outputs {

  private Outputs() {}

  /**
   * Returns if a file can be written, or none was asked for (null).
   *
   * @param option the option that names the file
   * @throws ParameterException naming the option, the file and the fix
   */
  static void check(String option, Path file, CommandLine commandLine) {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    String problem = null;
    if (Files.isDirectory(file)) {
      problem = "is a folder; name a file in it";
    } else if (folder == null || !Files.isDirectory(folder)) {
      problem = "there is no folder " + folder + "; create it first, or write elsewhere";
    } else if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      problem = "no permission to write it; choose another place";
    }
    if (problem != null) {
      throw new ParameterException(commandLine, option + " " + file + ": " + problem);
    }
  }
}
