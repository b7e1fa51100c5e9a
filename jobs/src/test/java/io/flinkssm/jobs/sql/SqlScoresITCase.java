package io.flinkssm.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkssm.flink.ScoringOptions;
import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.ScoringJob;
import io.flinkssm.jobs.cli.CommandLineRun;
import io.flinkssm.jobs.io.SeriesCsv;
import io.flinkssm.jobs.kafka.AvroRecords;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.kafka.SignalFrameCodec;
import io.flinkssm.jobs.local.FrameFiles;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same samples have the same scores wherever one asks for them: SQL, the job, the command line.
 * To the last bit, since that is how doubles are compared here.
 */
class SqlScoresITCase {
  private static final Path DIGITS = Path.of("..", "samples", "digits");
  private static final Path SERIES = Path.of("..", "samples", "series", "elb_request_count.csv");
  private static final Path MODEL = Path.of("..", "models", "spoken-digits-s4d");

  /** Samples of a frame for the command; for the job and SQL half as many. */
  private static final int CHUNK = 160;

  private static KafkaTesting kafka;
  private static TableEnvironment tables;
  private static Map<String, List<Scored>> byTheCommand;

  @TempDir private static Path directory;

  /** What is said of a key up to one of its samples. */
  private record Scored(
      Instant segmentStart,
      long position,
      Instant time,
      double rateHz,
      String model,
      String version,
      String task,
      String label,
      List<Double> probabilities,
      List<Double> outputs,
      boolean endOfSegment) {}

  /** What a detector says of one row. */
  private record Detected(
      double score, double alert, boolean alarm, Map<String, Double> evidence) {}

  @BeforeAll
  static void environment() throws IOException {
    byTheCommand = byTheCommand();
    kafka = KafkaTesting.shared();
    tables = SqlTesting.environment();
    tables.executeSql("LOAD MODULE ssm");
  }

  @Test
  void clipsHaveTheScoresOfTheJobAndOfTheCommand() throws Exception {
    String topic = topic(clips());
    Map<String, List<Scored>> sql = bySql(topic);
    assertThat(sql).hasSize(10).isEqualTo(byTheJob(topic));

    assertThat(byTheCommand).hasSize(10);
    byTheCommand.forEach(
        (clip, scores) -> {
          Set<Long> positions = scores.stream().map(Scored::position).collect(Collectors.toSet());
          assertThat(scores).as(clip).hasSizeGreaterThan(10);
          assertThat(scores.get(scores.size() - 1).endOfSegment()).as(clip).isTrue();
          assertThat(sql.get(clip).stream().filter(score -> positions.contains(score.position())))
              .as(clip)
              .containsExactlyElementsOf(scores);
        });
  }

  @Test
  void recordingsOfBytesHaveTheLastScoresOfTheCommand() throws Exception {
    String topic = kafka.createTopic("sql-recordings", 1);
    Map<String, Object[]> last = new TreeMap<>();
    byTheCommand.forEach((clip, scores) -> last.put(clip, result(scores.get(scores.size() - 1))));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String clip : last.keySet()) {
      // What is behind the header of these files is little-endian PCM with 16 bits.
      byte[] wav = Files.readAllBytes(DIGITS.resolve(clip + ".wav"));
      byte[] audio = Arrays.copyOfRange(wav, 44, wav.length);
      records.add(new ProducerRecord<>(topic, clip.getBytes(StandardCharsets.UTF_8), audio));
    }
    kafka.send(records);
    tables.executeSql(
        """
        CREATE TABLE recordings (
          word STRING,
          audio BYTES,
          ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
          WATERMARK FOR ts AS ts
        ) WITH (
          'connector' = 'kafka', 'topic' = '%s', 'properties.bootstrap.servers' = '%s',
          'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset',
          'key.format' = 'raw', 'key.fields' = 'word',
          'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY'
        )
        """
            .formatted(topic, kafka.bootstrapServers()));
    List<Row> rows =
        SqlTesting.rows(
            tables,
            """
            SELECT word, sample_position, label, probabilities, outputs
            FROM SsmScore(
              input => (SELECT word, SsmPcm16(audio) AS samples, ts FROM recordings)
                PARTITION BY word,
              on_time => DESCRIPTOR(ts),
              model => '%s',
              samples => DESCRIPTOR(samples),
              rate => 8000.0,
              options => MAP['ssm.emit.policy', 'segment-end'],
              uid => 'recordings')
            """
                .formatted(MODEL.toUri()));
    assertThat(rows).hasSize(10);
    for (Row row : rows) {
      String clip = row.getFieldAs("word");
      assertThat(Row.project(row, new int[] {1, 2, 3, 4}))
          .as(clip)
          .isEqualTo(Row.of(last.get(clip)));
    }
  }

  /** Position, label, probabilities and outputs. */
  private static Object[] result(Scored score) {
    return new Object[] {
      score.position(),
      score.label(),
      score.probabilities().toArray(Double[]::new),
      score.outputs().toArray(Double[]::new)
    };
  }

  @Test
  void rowsOfASeriesHaveTheScoresOfTheCommand() throws Exception {
    List<Frame> rows = new ArrayList<>();
    try (SeriesCsv series = SeriesCsv.open(SERIES, SeriesCsv.Columns.ALL)) {
      double rateHz = 0;
      for (SeriesCsv.Row row = series.next(); row != null; row = series.next()) {
        rows.add(
            new Frame("elb", row.micros(), rateHz, 1, row.values(), false, Frame.Origin.UNKNOWN));
        // The command states it as a sensor would: by the last two rows.
        long before = rows.get(Math.max(0, rows.size() - 2)).startMicros();
        rateHz = rows.size() == 1 ? 0 : 1e6 / (row.micros() - before);
      }
    }
    tables.executeSql(frames("series", topic(rows)));
    List<Detected> sql =
        SqlTesting.rows(
                tables,
                """
                SELECT score, alert, alarm, evidence
                FROM SsmDetect(
                  input => (SELECT `key`, samples[1] AS v, sample_rate_hz AS hz, ts FROM series)
                    PARTITION BY `key`,
                  on_time => DESCRIPTOR(ts),
                  samples => DESCRIPTOR(v),
                  rate_column => DESCRIPTOR(hz),
                  uid => 'series')
                """)
            .stream()
            .map(SqlScoresITCase::detected)
            .toList();
    List<Detected> command = detectedByTheCommand();
    assertThat(command).hasSize(4032);
    assertThat(sql).hasSameSizeAs(command);
    for (int row = 0; row < command.size(); row++) {
      assertThat(sql.get(row)).as("row %d", row).isEqualTo(command.get(row));
    }
  }

  private static List<Frame> clips() throws IOException {
    List<Frame> frames = new ArrayList<>();
    FrameFiles reader = new FrameFiles(DIGITS, List.of(), null, 0, CHUNK / 2);
    try (Stream<Path> files = Files.list(DIGITS)) {
      for (Path file : files.toList()) {
        reader.read(file, frames::add);
      }
    }
    // As they would arrive if all were said at one time.
    frames.sort(Comparator.comparingLong(Frame::startMicros));
    return frames;
  }

  /** A new topic of frames. */
  private static String topic(List<Frame> frames) {
    String topic = kafka.createTopic("sql-scores", 2);
    SignalFrameCodec codec = new SignalFrameCodec();
    kafka.send(
        frames.stream()
            .map(
                frame ->
                    new ProducerRecord<>(
                        topic, frame.key().getBytes(StandardCharsets.UTF_8), codec.encode(frame)))
            .toList());
    return topic;
  }

  /** The statement that makes a table of what is in a topic now. */
  private static String frames(String table, String topic) {
    return TopicTable.FRAMES.ddl(
        table, topic, kafka.bootstrapServers(), Map.of("scan.bounded.mode", "latest-offset"));
  }

  private static Map<String, List<Scored>> bySql(String topic) {
    tables.executeSql(frames("clips", topic));
    Map<String, List<Scored>> scores = new TreeMap<>();
    List<Row> rows =
        SqlTesting.rows(
            tables,
            """
            SELECT *
            FROM SsmScore(
              input => TABLE clips PARTITION BY `key`,
              on_time => DESCRIPTOR(ts),
              model => '%s',
              samples => DESCRIPTOR(samples),
              rate_column => DESCRIPTOR(sample_rate_hz),
              start_time => DESCRIPTOR(start_time),
              end_of_segment => DESCRIPTOR(end_of_segment),
              uid => 'clips')
            """
                .formatted(MODEL.toUri()));
    for (Row row : rows) {
      Scored score =
          new Scored(
              row.getFieldAs("segment_start"),
              row.getFieldAs("sample_position"),
              row.getFieldAs("sample_time"),
              row.getFieldAs("sample_rate_hz"),
              row.getFieldAs("model"),
              row.getFieldAs("model_version"),
              row.getFieldAs("task"),
              row.getFieldAs("label"),
              List.of((Double[]) row.getField("probabilities")),
              List.of((Double[]) row.getField("outputs")),
              row.getFieldAs("end_of_segment"));
      assertThat(row.getField("status")).isEqualTo("SCORED");
      assertThat((Double) row.getField("probability"))
          .isEqualTo(score.probabilities().stream().max(Double::compare).orElseThrow());
      scores.computeIfAbsent(row.getFieldAs("key"), k -> new ArrayList<>()).add(score);
    }
    return scores;
  }

  private static Map<String, List<Scored>> byTheJob(String topic) throws Exception {
    String scoresTopic = kafka.createTopic("scores", 2);
    String rejected = kafka.createTopic("rejected", 1);
    Configuration options =
        new Configuration()
            .set(JobOptions.BOOTSTRAP_SERVERS, kafka.bootstrapServers())
            .set(JobOptions.FRAMES_TOPIC, topic)
            .set(JobOptions.SCORES_TOPIC, scoresTopic)
            .set(JobOptions.REJECTED_TOPIC, rejected)
            .set(JobOptions.GROUP_ID, scoresTopic)
            .set(JobOptions.TRANSACTIONAL_ID_PREFIX, scoresTopic)
            .set(JobOptions.STOP_AT_END, true)
            .set(ScoringOptions.MODEL_PATH, MODEL.toUri().toString());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2, options);
    ScoringJob.build(env, options);
    env.executeAsync().getJobExecutionResult().get(1, TimeUnit.MINUTES);
    assertThat(kafka.readCommitted(rejected)).isEmpty();
    Map<String, List<Scored>> scores = new TreeMap<>();
    for (var record : kafka.readCommitted(scoresTopic)) {
      Score score =
          AvroRecords.toScore(
              AvroRecords.decode(
                  io.flinkssm.schemas.Score.class,
                  io.flinkssm.schemas.Score.SCHEMA$,
                  record.value()));
      scores
          .computeIfAbsent(score.key(), k -> new ArrayList<>())
          .add(
              new Scored(
                  instant(score.segmentStartMicros()),
                  score.position(),
                  instant(score.timeMicros()),
                  score.sampleRateHz(),
                  score.model(),
                  score.modelVersion(),
                  score.task(),
                  score.label(),
                  DoubleStream.of(score.probabilities()).boxed().toList(),
                  DoubleStream.of(score.outputs()).boxed().toList(),
                  score.endOfSegment()));
    }
    return scores;
  }

  private static Map<String, List<Scored>> byTheCommand() throws IOException {
    Path output = directory.resolve("scores.jsonl");
    run("score", "--model", MODEL, "--input", DIGITS, "--chunk", CHUNK, "--output", output);
    ObjectMapper mapper = new ObjectMapper();
    Map<String, List<Scored>> scores = new TreeMap<>();
    for (String line : Files.readAllLines(output)) {
      JsonNode score = mapper.readTree(line);
      scores
          .computeIfAbsent(score.get("key").asText(), k -> new ArrayList<>())
          .add(
              new Scored(
                  Instant.parse(score.get("segment_start").asText()),
                  score.get("position").asLong(),
                  Instant.parse(score.get("time").asText()),
                  score.get("sample_rate_hz").asDouble(),
                  score.get("model").asText(),
                  score.get("model_version").asText(),
                  score.get("task").asText(),
                  score.get("label").asText(),
                  doubles(score.get("probabilities")),
                  doubles(score.get("outputs")),
                  score.get("end_of_segment").asBoolean()));
    }
    return scores;
  }

  private static List<Double> doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asDouble).toList();
  }

  private static Detected detected(Row row) {
    return new Detected(
        row.getFieldAs("score"),
        row.getFieldAs("alert"),
        row.getFieldAs("alarm"),
        row.getFieldAs("evidence"));
  }

  private static List<Detected> detectedByTheCommand() throws IOException {
    Path output = directory.resolve("anomalies.csv");
    run("detect", "--input", SERIES, "--explain", "--output", output);
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser rows = format.parse(Files.newBufferedReader(output))) {
      return rows.stream().map(SqlScoresITCase::detected).toList();
    }
  }

  private static Detected detected(CSVRecord row) {
    Map<String, Double> evidence = new TreeMap<>();
    row.toMap()
        .forEach(
            (column, p) -> {
              if (column.startsWith("p_") && !p.isEmpty()) {
                evidence.put(column.substring(2), Double.parseDouble(p));
              }
            });
    return new Detected(
        Double.parseDouble(row.get("score")),
        Double.parseDouble(row.get("anomaly_score")),
        row.get("alarm").equals("1"),
        evidence);
  }

  private static void run(Object... command) {
    CommandLineRun run = CommandLineRun.of(command);
    assertThat(run.code()).as(run.out() + run.err()).isZero();
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
