package io.flinkssm.jobs.sql;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a session says before its prompt: what there is, and queries to begin with. */
public final class Examples {
  private static final String MODEL = "models/spoken-digits-s4d";

  private Examples() {}

  /** What the tables of the jobs' topics are, by name. */
  static Map<String, String> topics() {
    Map<String, String> all = new LinkedHashMap<>();
    TopicTable.all().forEach(table -> all.put(table.table(), table.schema().getDoc()));
    return all;
  }

  /** Queries over the tables of the demo, without semicolons. */
  public static List<String> demo(Path home) {
    URI model = home.resolve(MODEL).toAbsolutePath().normalize().toUri();
    return List.of(
        """
        SELECT `key`, label, probability
        FROM SsmScore(
          input => TABLE clips PARTITION BY `key`, on_time => DESCRIPTOR(ts),
          model => '%s',
          samples => DESCRIPTOR(samples), rate_column => DESCRIPTOR(sample_rate_hz),
          start_time => DESCRIPTOR(start_time), end_of_segment => DESCRIPTOR(end_of_segment),
          options => MAP['ssm.emit.policy', 'segment-end'])"""
            .formatted(model),
        """
        SELECT device, sample_time, alert
        FROM SsmDetect(
          input => TABLE readings PARTITION BY device, on_time => DESCRIPTOR(ts),
          samples => DESCRIPTOR(v))
        WHERE alert >= 0.999""",
        """
        WITH w AS (
          SELECT word, SsmPcm16(audio) AS samples, CAST(8000 AS DOUBLE) AS rate FROM recordings)
        SELECT word, label, probability
        FROM ML_PREDICT(TABLE w, MODEL digits, DESCRIPTOR(samples, rate))""");
  }

  /**
   * The text before the prompt.
   *
   * @param tables what each table is, by name
   * @param queries without semicolons
   */
  static String welcome(Map<String, String> tables, List<String> queries) {
    StringBuilder text = new StringBuilder();
    text.append("Flink's SQL client, with the functions of flink-ssm: SHOW FUNCTIONS;\n");
    text.append("HELP; lists commands, QUIT; leaves, Ctrl-C stops a query.\n");
    if (!tables.isEmpty()) {
      text.append("\nTables and models (DESCRIBE name; shows their columns):\n\n");
      tables.forEach((name, what) -> text.append("  %-14s %s\n".formatted(name, what)));
    }
    if (!queries.isEmpty()) {
      text.append("\nTo try:\n\n");
      queries.forEach(query -> text.append((query + ";").indent(2)).append('\n'));
    }
    return text.toString();
  }
}
