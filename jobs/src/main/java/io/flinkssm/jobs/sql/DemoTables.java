package io.flinkssm.jobs.sql;

import io.flinkssm.jobs.demo.SecondVersion;
import io.flinkssm.jobs.io.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code ssm sql} has in place: topics full of real signals, tables over them and models. The
 * data are there before the first query, and every table ends with what is in its topic by then, so
 * that queries end, too.
 */
public final class DemoTables implements AutoCloseable {
  private static final Map<String, String> BOUNDED = Map.of("scan.bounded.mode", "latest-offset");
  private static final String MODEL = "models/spoken-digits-s4d";

  private final String bootstrapServers;
  private final Path home;
  private final TemporaryFolder secondVersion;

  private DemoTables(String bootstrapServers, Path home, TemporaryFolder secondVersion) {
    this.bootstrapServers = bootstrapServers;
    this.home = home;
    this.secondVersion = secondVersion;
  }

  /**
   * Prepares the demo; the topics are made by {@link #fill}.
   *
   * @param bootstrapServers {@code host:port} of a broker without topics of these names
   * @param home the folder with {@code models} and {@code samples}
   * @throws IOException if the model is missing there
   */
  public static DemoTables open(String bootstrapServers, Path home) throws IOException {
    TemporaryFolder folder = TemporaryFolder.create("flink-ssm-sql-");
    try {
      SecondVersion.write(home.resolve(MODEL), folder.path().resolve("digits-2"), "2");
    } catch (IOException e) {
      folder.close();
      throw e;
    }
    return new DemoTables(bootstrapServers, home, folder);
  }

  /** What each table and model is, by its name, in the order of {@link #ddl}. */
  public static Map<String, String> descriptions() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(
        "clips",
        "signal frames: 40 clips of spoken digits, each digit at four settings of rate and gain; the"
            + " key begins with the word, `seven 8to4kHz -10dB` changes its rate half way");
    all.put(
        "faulty",
        "the word three four times, each with a frame that cannot be used: with a NaN, late and so on");
    all.put("calls", "the ten digits as a telephone sends them: packets of 20 ms, μ-law bytes");
    all.put("recordings", "the ten digits, one record each: 16-bit PCM bytes, little-endian");
    all.put("heart", "signal frames: five minutes of an electrocardiogram at 360 Hz");
    all.put("readings", "one reading a row: requests to a load balancer, every five minutes");
    all.put("devices", "where a device stands and who is on call for it, in versions");
    all.put("scores", "for results: one row a clip");
    all.put("alerts", "for results: one row an alert");
    all.put("dead_letters", "for results: what could not be scored, and why");
    all.put("digits", "model: the digits' classifier, for `ML_PREDICT`");
    all.put("digits_2", "model: its second version, the same network made less sure of itself");
    return all;
  }

  /** Statements that create tables and models, without semicolons. */
  public List<String> ddl() {
    List<String> ddl = new ArrayList<>();
    for (String frames : List.of("clips", "faulty")) {
      ddl.add(frames(frames));
    }
    ddl.add(audio("calls"));
    ddl.add(audio("recordings"));
    ddl.add(frames("heart"));
    ddl.add(
        json(
            "readings",
            "`device` STRING",
            "`ts` TIMESTAMP_LTZ(3)",
            "`v` DOUBLE",
            "WATERMARK FOR `ts` AS `ts` - INTERVAL '10' MINUTE"));
    ddl.add(devices());
    ddl.add(
        json(
            "scores",
            "`clip` STRING",
            "`ended` TIMESTAMP_LTZ(3)",
            "`label` STRING",
            "`probability` DOUBLE"));
    ddl.add(
        json(
            "alerts",
            "`device` STRING",
            "`began` TIMESTAMP_LTZ(3)",
            "`ended` TIMESTAMP_LTZ(3)",
            "`peak` DOUBLE"));
    ddl.add(
        json(
            "dead_letters",
            "`clip` STRING",
            "`ts` TIMESTAMP_LTZ(3)",
            "`reason` STRING",
            "`message` STRING"));
    ddl.add(model("digits", home.resolve(MODEL)));
    ddl.add(model("digits_2", secondVersion.path().resolve("digits-2")));
    return ddl;
  }

  /**
   * Makes the topics and fills them.
   *
   * @throws IOException if the recordings are missing
   */
  public void fill() throws IOException {
    DemoTopics.create(bootstrapServers);
    DemoTopics.send(bootstrapServers, DemoData.records(home.resolve("samples")));
  }

  /** Deletes the second version of the model. */
  @Override
  public void close() {
    secondVersion.close();
  }

  private String frames(String name) {
    return TopicTable.FRAMES.ddl(name, name, bootstrapServers, BOUNDED);
  }

  /** Bytes as they are; a packet's time is that of its record. */
  private String audio(String name) {
    return Ddl.createTable(
        name,
        List.of(
            "`word` STRING",
            "`audio` BYTES",
            "`ts` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp'",
            "WATERMARK FOR `ts` AS `ts` - INTERVAL '5' SECOND"),
        kafka(
            name,
            "key.format",
            "raw",
            "key.fields",
            "word",
            "value.format",
            "raw",
            "value.fields-include",
            "EXCEPT_KEY"));
  }

  private String json(String name, String... columns) {
    return Ddl.createTable(
        name,
        List.of(columns),
        kafka(name, "format", "json", "json.timestamp-format.standard", "ISO-8601"));
  }

  private Map<String, String> kafka(String topic, String... more) {
    Map<String, String> options =
        Ddl.options(
            "connector",
            "kafka",
            "topic",
            topic,
            "properties.bootstrap.servers",
            bootstrapServers,
            "scan.startup.mode",
            "earliest-offset");
    options.putAll(BOUNDED);
    options.putAll(Ddl.options(more));
    return options;
  }

  private String devices() {
    Map<String, String> options =
        Ddl.options(
            "connector",
            "upsert-kafka",
            "topic",
            "devices",
            "properties.bootstrap.servers",
            bootstrapServers,
            "key.format",
            "raw",
            "value.format",
            "json",
            "value.json.timestamp-format.standard",
            "ISO-8601");
    options.putAll(BOUNDED);
    return Ddl.createTable(
        "devices",
        List.of(
            "`device` STRING",
            "`site` STRING",
            "`on_call` STRING",
            "`since` TIMESTAMP_LTZ(3)",
            "WATERMARK FOR `since` AS `since`",
            "PRIMARY KEY (`device`) NOT ENFORCED"),
        options);
  }

  private static String model(String name, Path directory) {
    return """
        CREATE MODEL `%s`
        INPUT (`samples` ARRAY<FLOAT>, `rate` DOUBLE)
        OUTPUT (`label` STRING, `probability` DOUBLE, `outputs` ARRAY<DOUBLE>, `status` STRING, `message` STRING)
        WITH ('provider' = 'ssm', 'path' = '%s')"""
        .formatted(name, directory.toAbsolutePath().toUri());
  }
}
