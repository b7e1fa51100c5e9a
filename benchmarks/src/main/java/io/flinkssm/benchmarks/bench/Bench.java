package io.flinkssm.benchmarks.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** What a {@link Section} is given: how thorough to be, where to write, and where rows go. */
public final class Bench {
  private final boolean quick;
  private final Path workFolder;
  private final PrintStream out;

  /**
   * A bench that writes each message as a line of JSON.
   *
   * @param workFolder exists
   */
  public Bench(boolean quick, Path workFolder, PrintStream out) {
    this.quick = quick;
    this.workFolder = workFolder;
    this.out = out;
  }

  /** Whether to trade accuracy for time: the whole table in three minutes instead of twenty. */
  public boolean quick() {
    return quick;
  }

  /** A folder for whatever a section writes; shared by all sections, kept after the run. */
  public Path workFolder() {
    return workFolder;
  }

  /** Hands over a row. */
  public void row(Row row) {
    send(Message.of(row));
  }

  /** Hands over a line of a picture. */
  public void series(Series series) {
    send(Message.of(series));
  }

  /** Says what is being done. */
  public void progress(String line) {
    send(Message.progress(line));
  }

  void send(Message message) {
    try {
      out.println(Message.JSON.writeValueAsString(message));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
