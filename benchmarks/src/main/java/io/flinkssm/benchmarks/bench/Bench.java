package io.flinkssm.benchmarks.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** What a {@link Section} is given: how thorough to be, where to write, and where rows go. */
public final class Bench {
  private final Settings settings;
  private final PrintStream out;

  /** A bench that writes each message as a line of JSON. */
  public Bench(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Whether to trade accuracy for time: the whole table in five minutes instead of 25. */
  public boolean quick() {
    return settings.quick();
  }

  /** A folder for whatever a section writes; shared by all sections, kept after the run. */
  public Path workFolder() {
    return settings.workFolder();
  }

  /** Folder of the Numenta Anomaly Benchmark, if the user has named one. */
  public Optional<Path> nab() {
    return Optional.ofNullable(settings.nab());
  }

  /** Folder of the Skoltech Anomaly Benchmark, if the user has named one. */
  public Optional<Path> skab() {
    return Optional.ofNullable(settings.skab());
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
