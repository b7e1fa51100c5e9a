package io.flinkssm.jobs.kafka;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Evidence;
import io.flinkssm.model.KernelSummary;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.schemas.RejectionReason;
import io.flinkssm.schemas.StreamingScore;
import io.flinkssm.schemas.Task;
import io.flinkssm.schemas.WindowTask;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.WindowScore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/** The topics' Avro records to and from the objects of a stream. */
public final class AvroRecords {
  /**
   * Most payload bytes a rejected record carries; the rest is cut off and the message says so. A
   * broker refuses records above 1 MiB by default, and a dead letter must not stop the job.
   */
  public static final int MAX_PAYLOAD = 512 * 1024;

  private AvroRecords() {}

  /** A score as it stands in its topic. */
  public static io.flinkssm.schemas.Score of(Score score) {
    return new io.flinkssm.schemas.Score(
        score.key(),
        instant(score.segmentStartMicros()),
        score.position(),
        instant(score.timeMicros()),
        score.sampleRateHz(),
        score.model(),
        score.modelVersion(),
        task(score.task()),
        list(score.outputs()),
        list(score.probabilities()),
        score.label().isEmpty() ? null : score.label(),
        score.endOfSegment(),
        of(score.anomaly()));
  }

  private static io.flinkssm.schemas.Anomaly of(Anomaly anomaly) {
    if (anomaly == null) {
      return null;
    }
    // In the order of the constants, so that a replay gives the same bytes.
    Map<String, Double> evidence = new LinkedHashMap<>();
    for (Evidence kind : Evidence.values()) {
      double p = anomaly.pValue(kind);
      if (!Double.isNaN(p)) {
        evidence.put(kind.id(), p);
      }
    }
    return new io.flinkssm.schemas.Anomaly(
        anomaly.score(), anomaly.alert(), anomaly.alarm(), anomaly.channel(), evidence);
  }

  /** A window's score as it stands in its topic. */
  public static io.flinkssm.schemas.WindowScore of(WindowScore score) {
    WindowScore.Streaming streaming = score.streaming();
    return new io.flinkssm.schemas.WindowScore(
        score.key(),
        instant(score.segmentStartMicros()),
        score.startPosition(),
        score.endPosition(),
        instant(score.startMicros()),
        instant(score.endMicros()),
        score.sampleRateHz(),
        score.model(),
        score.modelVersion(),
        score.modelSha256(),
        WindowTask.valueOf(task(score.task()).name()),
        score.method(),
        score.precision(),
        score.wholeSegment(),
        list(score.outputs()),
        list(score.probabilities()),
        score.label().isEmpty() ? null : score.label(),
        score.endOfSegment(),
        streaming == null
            ? null
            : new StreamingScore(
                streaming.position(),
                list(streaming.outputs()),
                streaming.label().isEmpty() ? null : streaming.label(),
                streaming.modelVersion()),
        score.compared(),
        score.compared() == 0 ? null : score.divergence());
  }

  /** A rejected record as it stands in its topic. */
  public static RejectedRecord of(Rejection rejection) {
    byte[] payload = rejection.payload();
    String message = rejection.message();
    if (payload.length > MAX_PAYLOAD) {
      message += " (payload cut to %d of %d bytes)".formatted(MAX_PAYLOAD, payload.length);
      payload = Arrays.copyOf(payload, MAX_PAYLOAD);
    }
    long time = rejection.timeMicros();
    return new RejectedRecord(
        RejectionReason.valueOf(rejection.reason().name()),
        message,
        rejection.key(),
        rejection.origin().topic(),
        rejection.origin().partition(),
        rejection.origin().offset(),
        time == Long.MIN_VALUE ? null : instant(time),
        ByteBuffer.wrap(payload));
  }

  /** A summary of kernels as it stands in its topic. */
  public static io.flinkssm.schemas.KernelSummary of(KernelSummary summary) {
    return new io.flinkssm.schemas.KernelSummary(
        summary.model(),
        summary.modelVersion(),
        summary.layer(),
        summary.sampleRateHz(),
        summary.taps(),
        summary.secondsPerTap(),
        summary.channels(),
        summary.modes(),
        summary.meanGain(),
        summary.largestGain(),
        summary.memorySeconds(),
        summary.slowestSeconds(),
        summary.fastestSeconds(),
        summary.highestHz(),
        summary.aliasedModes(),
        summary.condition(),
        summary.strongestChannel(),
        summary.secondsPerPoint(),
        list(summary.rms()),
        list(summary.strongest()));
  }

  /** The score of a record. */
  public static Score toScore(io.flinkssm.schemas.Score record) {
    return new Score(
        record.getKey(),
        micros(record.getSegmentStartTime()),
        record.getPosition(),
        micros(record.getTime()),
        record.getSampleRateHz(),
        record.getModel(),
        record.getModelVersion(),
        record.getTask().name().toLowerCase(Locale.ROOT),
        array(record.getOutputs()),
        array(record.getProbabilities()),
        record.getLabel() == null ? "" : record.getLabel(),
        record.getEndOfSegment(),
        toAnomaly(record.getAnomaly()));
  }

  /** Kinds of evidence that another version has written and this one does not know are left out. */
  private static Anomaly toAnomaly(io.flinkssm.schemas.Anomaly record) {
    return record == null
        ? null
        : Anomaly.of(
            record.getScore(),
            record.getAlert(),
            record.getAlarm(),
            record.getChannel(),
            kind -> record.getEvidence().getOrDefault(kind.id(), Double.NaN));
  }

  /**
   * A record from plain Avro binary in the current schema.
   *
   * @throws IOException if the bytes are no such record
   */
  public static <R extends SpecificRecord> R decode(Class<R> type, Schema schema, byte[] bytes)
      throws IOException {
    SpecificDatumReader<R> reader = new SpecificDatumReader<>(type);
    reader.setSchema(schema);
    return reader.read(null, new ByteArrayDecoder().reset(bytes, 0));
  }

  private static Task task(String task) {
    for (Task known : Task.values()) {
      if (known.name().equalsIgnoreCase(task)) {
        return known;
      }
    }
    return Task.UNKNOWN;
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
