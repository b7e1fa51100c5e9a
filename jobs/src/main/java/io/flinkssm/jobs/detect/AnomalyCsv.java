package io.flinkssm.jobs.detect;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Evidence;
import io.flinkssm.jobs.io.SeriesCsv;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Writes a row for each row of a series: {@code timestamp}, the values as they were read, and
 * {@code anomaly_score}, which is {@link Anomaly#alert()}, or 0 where the row was rejected. The
 * layout is that of the Numenta Anomaly Benchmark.
 *
 * <p>If explained, also {@code score} before the hold, {@code alarm} (0 or 1), the strongest {@code
 * evidence}, its {@code p} and {@code channel} ({@code all} if it concerns all), {@code p_NAME} of
 * every kind of evidence, empty where it does not apply, and why the row was {@code rejected}.
 */
final class AnomalyCsv implements Closeable {
  /** The column that other tools read. */
  static final String SCORE = "anomaly_score";

  private final CSVPrinter printer;
  private final List<String> channels;
  private final boolean explain;

  AnomalyCsv(Path file, List<String> channels, boolean explain) throws IOException {
    this.channels = channels;
    this.explain = explain;
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    printer = new CSVPrinter(Files.newBufferedWriter(file), format);
    List<String> header = new ArrayList<>();
    header.add("timestamp");
    header.addAll(channels);
    header.add(SCORE);
    if (explain) {
      header.addAll(List.of("score", "alarm", "evidence", "p", "channel"));
      for (Evidence kind : Evidence.values()) {
        header.add("p_" + kind.id());
      }
      header.add("rejected");
    }
    printer.printRecord(header);
  }

  /** Writes a scored row. */
  void write(SeriesCsv.Row row, Anomaly anomaly) throws IOException {
    begin(row, anomaly.alert());
    if (explain) {
      Evidence strongest = anomaly.strongest();
      printer.print(anomaly.score());
      printer.print(anomaly.alarm() ? 1 : 0);
      printer.print(strongest == null ? "" : strongest.id());
      print(strongest == null ? Double.NaN : anomaly.pValue(strongest));
      printer.print(anomaly.channel() < 0 ? "all" : channels.get(anomaly.channel()));
      for (Evidence kind : Evidence.values()) {
        print(anomaly.pValue(kind));
      }
      printer.print("");
    }
    printer.println();
  }

  /** Writes a row that was not scored. */
  void write(SeriesCsv.Row row, String reason) throws IOException {
    begin(row, 0);
    if (explain) {
      for (int i = 0; i < 5 + Evidence.values().length; i++) {
        printer.print("");
      }
      printer.print(reason);
    }
    printer.println();
  }

  private void begin(SeriesCsv.Row row, double score) throws IOException {
    printer.print(row.time());
    for (String text : row.texts()) {
      printer.print(text);
    }
    printer.print(score);
  }

  private void print(double p) throws IOException {
    printer.print(Double.isNaN(p) ? "" : p);
  }

  @Override
  public void close() throws IOException {
    printer.close();
  }
}
