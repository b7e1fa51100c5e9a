package io.flinkssm.jobs.cli;

import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reads the model that a command was given. */
final class Models {

  private Models() {}

  /**
   * The model in a directory.
   *
   * @throws ParameterException if there is no such directory, or it holds no model
   */
  static SequenceModel read(Path directory, CommandLine commandLine) throws IOException {
    for (String file : new String[] {ModelDirectory.CONFIG, ModelDirectory.WEIGHTS}) {
      if (!Files.isRegularFile(directory.resolve(file))) {
        throw new ParameterException(
            commandLine,
            directory
                + " is not a model directory: it has no "
                + file
                + "; expected a folder with "
                + ModelDirectory.CONFIG
                + " and "
                + ModelDirectory.WEIGHTS);
      }
    }
    return ModelDirectory.read(directory);
  }
}
