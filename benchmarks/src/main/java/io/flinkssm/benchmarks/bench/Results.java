package io.flinkssm.benchmarks.bench;

import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything a run has measured: what {@code results.json} holds.
 *
 * @param quick whether accuracy was traded for time
 * @param kernels provider of the array kernels, empty if no section got so far
 * @param failures one line for each section that failed
 */
record Results(
    Machine machine,
    boolean quick,
    String kernels,
    List<Row> rows,
    List<Series> series,
    List<String> failures) {

  /** Reads what {@link #write} wrote. */
  static Results read(Path file) throws IOException {
    return Message.JSON.readValue(Files.readAllBytes(file), Results.class);
  }

  void write(Path file) throws IOException {
    ObjectWriter writer = Message.JSON.writerWithDefaultPrettyPrinter();
    Files.writeString(file, writer.writeValueAsString(this) + "\n");
  }

  long met(Row.Met met) {
    return rows.stream().filter(row -> row.met() == met).count();
  }
}
