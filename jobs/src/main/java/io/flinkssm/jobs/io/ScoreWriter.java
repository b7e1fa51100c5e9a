package io.flinkssm.jobs.io;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkssm.model.ModelInfo;
import io.flinkssm.stream.Score;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes scores to a file: JSON lines if it ends in {@code .jsonl}, else CSV with a header. */
public interface ScoreWriter extends Closeable {

  /** Appends one score. */
  void write(Score score) throws IOException;

  /**
   * A writer for a file, which is replaced if it exists.
   *
   * @param model names the output columns
   */
  static ScoreWriter open(Path file, ModelInfo model) throws IOException {
    BufferedWriter out = Files.newBufferedWriter(file);
    return FileNames.ending(file).equals("jsonl") ? new JsonLines(out) : new Csv(out, model);
  }

  /** One JSON object a line; outputs and probabilities as arrays. */
  final class JsonLines implements ScoreWriter {
    private final BufferedWriter out;
    private final ObjectMapper mapper = new ObjectMapper();

    private JsonLines(BufferedWriter out) {
      this.out = out;
    }

    @Override
    public void write(Score score) throws IOException {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("key", score.key());
      object.put("time", iso(score.timeMicros()));
      object.put("segment_start", iso(score.segmentStartMicros()));
      object.put("position", score.position());
      object.put("sample_rate_hz", score.sampleRateHz());
      object.put("model", score.model());
      object.put("model_version", score.modelVersion());
      object.put("task", score.task());
      object.put("label", score.label());
      object.put("probabilities", score.probabilities());
      object.put("outputs", score.outputs());
      object.put("end_of_segment", score.endOfSegment());
      out.write(mapper.writeValueAsString(object));
      out.write('\n');
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** One row a score; one column an output, and for classifiers one a probability. */
  final class Csv implements ScoreWriter {
    private final CSVPrinter printer;

    private Csv(BufferedWriter out, ModelInfo model) throws IOException {
      this.printer = new CSVPrinter(out, CSVFormat.DEFAULT);
      List<String> header =
          new ArrayList<>(
              List.of("key", "time", "segment_start", "position", "sample_rate_hz", "label"));
      if (model.task() == ModelInfo.Task.CLASSIFICATION) {
        for (int i = 0; i < model.outputSize(); i++) {
          header.add("p_" + outputName(model, i));
        }
      }
      for (int i = 0; i < model.outputSize(); i++) {
        header.add("out_" + outputName(model, i));
      }
      header.add("end_of_segment");
      header.addAll(List.of("model", "model_version"));
      printer.printRecord(header);
    }

    private static String outputName(ModelInfo model, int i) {
      return i < model.labels().size() ? model.labels().get(i) : Integer.toString(i);
    }

    @Override
    public void write(Score score) throws IOException {
      printer.print(score.key());
      printer.print(iso(score.timeMicros()));
      printer.print(iso(score.segmentStartMicros()));
      printer.print(score.position());
      printer.print(score.sampleRateHz());
      printer.print(score.label());
      for (double p : score.probabilities()) {
        printer.print(p);
      }
      for (double output : score.outputs()) {
        printer.print(output);
      }
      printer.print(score.endOfSegment());
      printer.print(score.model());
      printer.print(score.modelVersion());
      printer.println();
    }

    @Override
    public void close() throws IOException {
      printer.close();
    }
  }

  private static String iso(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
