package io.flinkssm.jobs.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.jobs.kafka.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every query of the cookbook runs on a real broker, and gives what the cookbook shows. */
class SqlCookbookITCase {
  @RegisterExtension static final MiniClusterExtension CLUSTER = SqlTesting.cluster();

  private static final Path HOME = Path.of("..");
  private static final Path PAGE = HOME.resolve("docs/sql-cookbook.md");
  private static final String BEGIN = "<!-- generated: do not edit below -->\n";
  private static final int MOST_ROWS = 13;
  private static final String REGENERATE =
      "mvn verify -pl jobs -am -Dtest=TopicTableTest -Dit.test=SqlCookbookITCase"
          + " -Dflinkssm.regenerate=true -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dfailsafe.failIfNoSpecifiedTests=false";

  private static final Map<SqlScript, List<SqlResult>> RESULTS = new LinkedHashMap<>();
  private static EmbeddedKafka kafka;
  private static DemoTables demo;

  @BeforeAll
  static void run() throws Exception {
    kafka = EmbeddedKafka.start();
    demo = DemoTables.open(kafka.bootstrapServers(), HOME);
    demo.fill();
    ScriptRunner runner = new ScriptRunner(demo, HOME);
    for (SqlScript script : SqlScript.all(HOME)) {
      RESULTS.put(script, runner.run(script));
    }
  }

  @AfterAll
  static void close() {
    demo.close();
    kafka.close();
  }

  private static SqlResult result(String file, int query) {
    return RESULTS.entrySet().stream()
        .filter(entry -> entry.getKey().file().equals(file))
        .findFirst()
        .orElseThrow()
        .getValue()
        .get(query);
  }

  @Test
  void wordsAreRecognisedAtEveryRate() {
    SqlResult clips = result("01-classify-clips.sql", 0);
    assertThat(clips.rows()).hasSize(40);
    long correct = clips.rows().stream().filter(SqlCookbookITCase::isCorrect).count();
    assertThat(correct).isGreaterThanOrEqualTo(38);
    assertThat(result("01-classify-clips.sql", 1).rows()).containsExactly(Row.of(40L, correct));
  }

  private static boolean isCorrect(Row clip) {
    return clip.getFieldAs(0).toString().startsWith(clip.getField(1) + " ");
  }

  @Test
  void alertsLieInTheLabelledWindows() {
    // Those of the benchmark that the series comes from, see samples/README.md.
    SqlResult alerts = result("02-detect-anomalies.sql", 0);
    assertThat(alerts.column("sample_time"))
        .map(Instant.class::cast)
        .anyMatch(time -> isBetween(time, "2014-04-12T09:04:00Z", "2014-04-13T01:44:00Z"))
        .anyMatch(time -> isBetween(time, "2014-04-22T11:14:00Z", "2014-04-23T03:54:00Z"))
        .hasSizeLessThanOrEqualTo(4);
  }

  private static boolean isBetween(Instant time, String from, String to) {
    return !time.isBefore(Instant.parse(from)) && !time.isAfter(Instant.parse(to));
  }

  @Test
  void whoWasOnCallIsTold() {
    SqlResult alarms = result("03-who-is-on-call.sql", 0);
    assertThat(alarms.rows()).hasSameSizeAs(result("02-detect-anomalies.sql", 0).rows());
    for (Row alarm : alarms.rows()) {
      Instant time = alarm.getFieldAs("alarm");
      assertThat(alarm.getField("on_call"))
          .isEqualTo(
              isBetween(time, "2014-04-01T00:00:00Z", "2014-04-13T23:59:59Z")
                  ? "Anna"
                  : isBetween(time, "2014-04-14T00:00:00Z", "2014-04-20T23:59:59Z")
                      ? "Ben"
                      : "Chloé");
    }
  }

  @Test
  void anAlertHasABeginningAndAnEnd() {
    SqlResult alerts = result("04-alert-with-hysteresis.sql", 0);
    assertThat(alerts.rows()).isNotEmpty();
    Instant end = Instant.EPOCH;
    for (Row alert : alerts.rows()) {
      assertThat(alert.<Instant>getFieldAs("began")).isAfter(end);
      end = alert.getFieldAs("ended");
      assertThat(end).isAfter(alert.<Instant>getFieldAs("began"));
      assertThat(alert.<Double>getFieldAs("peak")).isBetween(0.999, 1.0);
    }
  }

  @Test
  void windowsHoldAWordEach() {
    SqlResult words = result("05-rescore-windows.sql", 0);
    assertThat(words.rows()).hasSize(10);
    assertThat(words.rows().stream().filter(row -> row.getField(0).equals(row.getField(3))))
        .hasSizeGreaterThanOrEqualTo(9);
    SqlResult streamed = result("10-telephone.sql", 0);
    assertThat(streamed.rows()).as("the same calls, scored as they came").hasSize(10);
    for (Row word : words.rows()) {
      assertThat(streamed.row(word.getField("word")).getField("label"))
          .isEqualTo(word.getField("label"));
    }
  }

  @Test
  void theSecondVersionIsLessSure() {
    SqlResult differences = result("06-compare-versions.sql", 0);
    assertThat(differences.rows()).isNotEmpty();
    for (Row difference : differences.rows()) {
      assertThat(difference.getField("label_2")).isEqualTo(difference.getField("label_1"));
      assertThat(difference.<Double>getFieldAs("probability_2"))
          .isLessThan(difference.getFieldAs("probability_1"));
    }
  }

  @Test
  void aWordGoesOnAtAnotherRate() {
    SqlResult one = result("07-rate-change.sql", 0);
    assertThat(one.column("sample_rate_hz"))
        .contains(8000.0, 4000.0)
        .isSortedAccordingTo((a, b) -> Double.compare((Double) b, (Double) a));
    assertThat(one.column("label").get(one.rows().size() - 1)).isEqualTo("seven");
    Row changing = result("07-rate-change.sql", 1).row("8to4kHz");
    assertThat(changing.getField("clips")).isEqualTo(10L);
    assertThat(changing.<Long>getFieldAs("correct")).isGreaterThanOrEqualTo(9);
  }

  @Test
  void batchGivesWhatStreamingGave() {
    long correct =
        result("01-classify-clips.sql", 0).rows().stream()
            .filter(row -> !row.getFieldAs(0).toString().contains("to"))
            .filter(SqlCookbookITCase::isCorrect)
            .count();
    assertThat(result("08-backfill.sql", 0).rows()).containsExactly(Row.of(30L, correct));
  }

  @Test
  void whatIsNotScoredIsADeadLetter() {
    SqlResult letters = result("09-dead-letters.sql", 0);
    assertThat(
            letters.rows().stream()
                .collect(Collectors.toMap(r -> r.getField("clip"), r -> r.getField("reason"))))
        .isEqualTo(
            Map.of(
                "not a number",
                "NON_FINITE",
                "no rate",
                "BAD_RATE",
                "empty",
                "EMPTY",
                "late",
                "LATE"));
    assertThat(letters.column("message")).doesNotContainNull();
    assertThat(result("09-dead-letters.sql", 1).rows()).hasSize(4);
  }

  @Test
  void kernelsAreThoseOfTheModel() {
    SqlResult layers = result("11-kernels.sql", 0);
    assertThat(layers.rows()).hasSize(4);
    assertThat(layers.column("modes")).containsOnly(1024L);
    assertThat(result("11-kernels.sql", 1).rows()).hasSize(8);
  }

  @Test
  void theFirstAlarmLiesAtTheFirstOddBeat() throws IOException {
    String firstBeat = Files.readAllLines(HOME.resolve("samples/ecg/beats.csv")).get(1);
    int peak = Integer.parseInt(firstBeat.split(",")[0]);
    Row first =
        result("12-watch-a-heart.sql", 0).rows().stream()
            .filter(row -> Boolean.TRUE.equals(row.getField("alarm")))
            .findFirst()
            .orElseThrow();
    assertThat(first.<Long>getFieldAs("sample_position")).isBetween(peak - 36L, peak + 36L);
  }

  @Test
  void theDocumentIsUpToDate() throws IOException {
    String page = Files.readString(PAGE);
    String current =
        page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
            + tables()
            + RESULTS.entrySet().stream()
                .map(entry -> recipe(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
    if (Boolean.getBoolean("flinkssm.regenerate")) {
      Files.writeString(PAGE, current);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/sql-cookbook.md is stale; regenerate it with: %s", REGENERATE)
        .isEqualTo(current);
  }

  private static String tables() {
    return DemoTables.descriptions().entrySet().stream()
        .map(entry -> "| `%s` | %s |\n".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining("", "\n| name | what it is |\n|---|---|\n", ""));
  }

  private static String recipe(SqlScript script, List<SqlResult> results) {
    StringBuilder text = new StringBuilder("\n## %s\n\n".formatted(script.title()));
    text.append(script.comment()).append("\n```sql\n").append(script.code()).append("```\n");
    for (SqlResult result : results) {
      text.append("\n```\n").append(result.text(MOST_ROWS)).append("```\n");
    }
    return text.append("\n`./ssm sql -f samples/sql/%s`\n".formatted(script.file())).toString();
  }
}
