package io.flinkssm.jobs.sql;

import static io.flinkssm.jobs.sql.Ddl.quoted;

import io.flinkssm.jobs.JobOptions;
import io.flinkssm.jobs.RescoringJobOptions;
import io.flinkssm.jobs.kafka.ReleaseLog;
import io.flinkssm.schemas.KernelSummary;
import io.flinkssm.schemas.ModelRelease;
import io.flinkssm.schemas.RejectedRecord;
import io.flinkssm.schemas.Score;
import io.flinkssm.schemas.SignalFrame;
import io.flinkssm.schemas.WindowScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * A topic as a table of Flink SQL. Its rows are the records that the jobs write and read, in plain
 * Avro: SQL reads what the jobs have written, and the jobs read what SQL inserts.
 */
public final class TopicTable {
  /** Frames of signals, the jobs' input. */
  public static final TopicTable FRAMES =
      new TopicTable("frames", JobOptions.FRAMES_TOPIC.defaultValue(), SignalFrame.SCHEMA$, "key");

  /** What a model or a detector says of them. */
  public static final TopicTable SCORES =
      new TopicTable("scores", JobOptions.SCORES_TOPIC.defaultValue(), Score.SCHEMA$, "key");

  /** What could not be used, and why. */
  public static final TopicTable REJECTED =
      new TopicTable(
          "rejected", JobOptions.REJECTED_TOPIC.defaultValue(), RejectedRecord.SCHEMA$, "key");

  /** What a model says of whole windows, from the rescoring job. */
  public static final TopicTable WINDOW_SCORES =
      new TopicTable(
          "window_scores",
          RescoringJobOptions.WINDOW_SCORES_TOPIC.defaultValue(),
          WindowScore.SCHEMA$,
          "key");

  /** Summaries of a model's kernels, from the rescoring job; to be read, its keys are no column. */
  public static final TopicTable KERNELS =
      new TopicTable(
          "kernels", RescoringJobOptions.KERNELS_TOPIC.defaultValue(), KernelSummary.SCHEMA$, null);

  /** Which model is in force from when on. */
  public static final TopicTable RELEASES =
      new TopicTable("model_releases", ReleaseLog.DEFAULT_TOPIC, ModelRelease.SCHEMA$, "name");

  /** Where the event time of a row stands, by the name of the field. */
  private static final Map<String, String> EVENT_TIMES =
      Map.of(
          "SignalFrame", "start_time",
          "Score", "time",
          "WindowScore", "end_time");

  private final String table;
  private final String topic;
  private final Schema schema;
  private final String key;

  private TopicTable(String table, String topic, Schema schema, String key) {
    this.table = table;
    this.topic = topic;
    this.schema = schema;
    this.key = key;
  }

  /** One table for each topic. */
  public static List<TopicTable> all() {
    return List.of(FRAMES, SCORES, REJECTED, WINDOW_SCORES, KERNELS, RELEASES);
  }

  /** What the table is called unless named otherwise. */
  public String table() {
    return table;
  }

  /** Schema of the records. */
  public Schema schema() {
    return schema;
  }

  /** The statement that creates the table, under its usual name, over the topic's default name. */
  public String ddl(String bootstrapServers) {
    return ddl(table, topic, bootstrapServers, Map.of());
  }

  /**
   * The statement that creates the table; no semicolon.
   *
   * @param table its name
   * @param topic Kafka topic
   * @param bootstrapServers {@code host:port} of the brokers
   * @param more further options of the connector
   */
  public String ddl(String table, String topic, String bootstrapServers, Map<String, String> more) {
    List<String> columns = new ArrayList<>(AvroColumns.of(schema));
    columns.addAll(AvroColumns.symbols(schema));
    columns.addAll(eventTime());
    Map<String, String> options = options(topic, bootstrapServers);
    options.putAll(more);
    return Ddl.createTable(table, columns, options);
  }

  private List<String> eventTime() {
    String field = EVENT_TIMES.get(schema.getName());
    if (field == null) {
      return List.of();
    }
    return List.of(
        // Null outside the years 1 to 9999, and a row without event time fails the whole job.
        "`ts` AS COALESCE(TO_TIMESTAMP_LTZ(%s / 1000, 3), TO_TIMESTAMP_LTZ(0, 3))"
            .formatted(quoted(field)),
        "WATERMARK FOR `ts` AS `ts` - INTERVAL '5' SECOND");
  }

  private Map<String, String> options(String topic, String bootstrapServers) {
    Map<String, String> options =
        Ddl.options(
            "connector",
            "kafka",
            "topic",
            topic,
            "properties.bootstrap.servers",
            bootstrapServers,
            // Else scores of aborted transactions would be read, too.
            "properties.isolation.level",
            "read_committed",
            "scan.startup.mode",
            "earliest-offset");
    if (key != null) {
      options.put("key.format", "raw");
      options.put("key.fields", key);
    }
    options.put("value.format", "avro");
    options.put("value.fields-include", "ALL");
    return options;
  }
}
