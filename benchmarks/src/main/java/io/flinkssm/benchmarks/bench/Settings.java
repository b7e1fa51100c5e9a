package io.flinkssm.benchmarks.bench;

import java.nio.file.Path;

/**
 * What a user asks of a run.
 *
 * @param quick whether to trade accuracy for time
 * @param workFolder for whatever sections write; exists
 * @param nab folder of the Numenta Anomaly Benchmark, or null
 * @param skab folder of the Skoltech Anomaly Benchmark, or null
 */
public record Settings(boolean quick, Path workFolder, Path nab, Path skab) {

  /** Settings without recordings. */
  static Settings of(boolean quick, Path workFolder) {
    return new Settings(quick, workFolder, null, null);
  }

  /** As arguments of {@link SectionMain}. */
  String[] arguments() {
    return new String[] {
      Boolean.toString(quick), workFolder.toString(), argument(nab), argument(skab)
    };
  }

  /** What {@link #arguments} gave, from place {@code from} on. */
  static Settings parse(String[] arguments, int from) {
    return new Settings(
        Boolean.parseBoolean(arguments[from]),
        Path.of(arguments[from + 1]),
        path(arguments[from + 2]),
        path(arguments[from + 3]));
  }

  private static String argument(Path path) {
    return path == null ? "" : path.toString();
  }

  private static Path path(String argument) {
    return argument.isEmpty() ? null : Path.of(argument);
  }
}
