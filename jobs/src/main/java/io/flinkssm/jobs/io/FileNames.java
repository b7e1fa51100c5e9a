package io.flinkssm.jobs.io;

import java.nio.file.Path;
import java.util.Locale;

/** Names and endings of files. */
public final class FileNames {

  private FileNames() {}

  /** The file's name without its ending: {@code "7"} for {@code digits/7.wav}. */
  public static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** The ending in lower case without its dot, or {@code ""}. */
  public static String ending(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(dot + 1).toLowerCase(Locale.ROOT) : "";
  }
}
