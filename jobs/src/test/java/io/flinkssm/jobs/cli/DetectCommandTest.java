package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkssm.jobs.report.SelfContained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectCommandTest {
  private static final Path SAMPLE = Path.of("..", "samples", "series", "elb_request_count.csv");
  private static final Path SHARED = Path.of("..", "..", "shared", "data");
  private static final int SPIKE = 1500;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  @TempDir Path dir;

  @Test
  void writesAScoreBesideEachRowAsItWasRead() throws IOException {
    Path output = dir.resolve("scores.csv");

    CommandLineRun run = CommandLineRun.of("detect", "--input", SAMPLE, "--output", output);

    assertThat(run.code()).as(run.err()).isZero();
    List<String> read = Files.readAllLines(SAMPLE);
    List<String> written = Files.readAllLines(output);
    assertThat(written).hasSameSizeAs(read);
    assertThat(written.get(0)).isEqualTo("timestamp,value,anomaly_score");
    for (int i = 1; i < read.size(); i++) {
      assertThat(written.get(i)).startsWith(read.get(i).strip() + ",");
      assertThat(score(written.get(i))).isBetween(0.0, 1.0);
    }
    assertThat(run.out()).contains("elb_request_count.csv", "4,032", "scores written to " + output);
  }

  @Test
  void aHugeSpikeIsAnAlarmAndExplained() throws IOException {
    Path input = noise("spike.csv", 1);
    Path output = dir.resolve("scores.csv");

    CommandLineRun run =
        CommandLineRun.of("detect", "--input", input, "--output", output, "--explain");

    assertThat(run.code()).as(run.err()).isZero();
    List<String> rows = Files.readAllLines(output);
    assertThat(rows.get(0))
        .startsWith("timestamp,c0,anomaly_score,score,alarm,evidence,p,channel,p_spike,")
        .contains(",p_correlation,")
        .endsWith(",rejected");
    String[] cells = rows.get(1 + SPIKE).split(",", -1);
    assertThat(cells).hasSameSizeAs(rows.get(0).split(","));
    assertThat(score(String.join(",", List.of(cells).subList(0, 3)))).isGreaterThan(0.999);
    assertThat(cells[4]).isEqualTo("1");
    assertThat(rows.get(0)).contains("p_" + cells[5]);
    assertThat(Double.parseDouble(cells[6])).isLessThan(0.001);
    assertThat(cells[7]).isEqualTo("c0");
    // The first rows of a stream are never alarms.
    assertThat(rows.get(1).split(",", -1)[4]).isEqualTo("0");
    assertThat(run.out()).contains(cells[0]);
  }

  @Test
  void rowsThatCannotBePlacedScoreZeroAndAreCounted() throws IOException {
    Path input =
        Files.writeString(
            dir.resolve("bad.csv"), "time,v\n10,1\n20,2\n20,3\n15,4\n30,\n40,inf\n50,5\n50,5\n");
    Files.writeString(input, Files.readString(input).replace("inf", "Infinity"));
    Path output = dir.resolve("scores.csv");

    CommandLineRun run =
        CommandLineRun.of("detect", "--input", input, "--output", output, "--explain");

    assertThat(run.code()).as(run.err()).isZero();
    List<String> rows = Files.readAllLines(output);
    assertThat(rows).hasSize(9);
    assertThat(rows.get(3)).startsWith("20,3,0.0,").endsWith(",LATE");
    assertThat(rows.get(4)).startsWith("15,4,0.0,").endsWith(",LATE");
    assertThat(rows.get(5)).startsWith("30,,0.0,").endsWith(",NON_FINITE");
    assertThat(rows.get(6)).startsWith("40,Infinity,0.0,").endsWith(",NON_FINITE");
    assertThat(rows.get(7)).startsWith("50,5,").endsWith(",");
    assertThat(rows.get(8)).startsWith("50,5,0.0,");
    assertThat(run.out())
        .contains("2 rows rejected, NON_FINITE: row 5, 30: a value is missing")
        .containsPattern("bad.csv: [23] rows rejected, LATE: row 3, 20: ");
  }

  @Test
  void aFolderKeepsItsPathsAndABadFileDoesNotStopTheOthers() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("in/deep/er"));
    Files.copy(noise("a.csv", 1), folder.resolve("a.csv"));
    Files.copy(noise("b.csv", 2), dir.resolve("in/b.csv"));
    Files.writeString(dir.resolve("in/notes.txt"), "no series");
    Files.writeString(dir.resolve("in/broken.csv"), "time,v\n1,2\n2,high\n");
    Path output = dir.resolve("out");

    CommandLineRun run =
        CommandLineRun.of("detect", "--input", dir.resolve("in"), "--output", output);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("broken.csv, line 3: column \"v\": \"high\" is not a number")
        .contains("1 of 3 files could not be scored");
    assertThat(run.out()).contains("deep/er/a.csv", "b.csv");
    try (Stream<Path> files = Files.walk(output)) {
      assertThat(files.filter(Files::isRegularFile).map(f -> output.relativize(f).toString()))
          .containsExactlyInAnyOrder("deep/er/a.csv", "b.csv");
    }
    assertThat(Files.readAllLines(output.resolve("b.csv")))
        .hasSize(2001)
        .first()
        .isEqualTo("timestamp,c0,c1,anomaly_score");
  }

  @Test
  void labelsCanBeLeftOutAndColumnsChosen() throws IOException {
    Path input =
        Files.writeString(
            dir.resolve("labelled.csv"), "datetime;a;b;anomaly\n2020-02-08 19:16:28;1;2;0.0\n");
    Path output = dir.resolve("scores.csv");

    CommandLineRun ignoring =
        CommandLineRun.of(
            "detect", "--input", input, "--output", output, "--ignore", "anomaly,change");
    assertThat(ignoring.code()).isZero();
    assertThat(ignoring.err())
        .contains("--ignore change: no file has it")
        .doesNotContain("anomaly:");
    assertThat(Files.readAllLines(output).get(0)).isEqualTo("timestamp,a,b,anomaly_score");

    CommandLineRun choosing =
        CommandLineRun.of("detect", "--input", input, "--output", output, "--columns", "b");
    assertThat(choosing.code()).isZero();
    assertThat(Files.readAllLines(output).get(1)).startsWith("2020-02-08 19:16:28,2,");
  }

  @Test
  void thePageShowsAlarmsAndStandsAlone() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("in"));
    Files.copy(noise("a.csv", 1), folder.resolve("a.csv"));
    Files.copy(noise("b.csv", 3), folder.resolve("b.csv"));
    // Nothing of it can be scored, so that there is nothing to draw.
    Files.writeString(folder.resolve("empty.csv"), "time,v\n1,\n2,\n");
    Path page = dir.resolve("page.html");

    CommandLineRun run =
        CommandLineRun.of(
            "detect", "--input", folder, "--output", dir.resolve("out"), "--plot", page);

    assertThat(run.code()).as(run.err()).isZero();
    String html = Files.readString(page);
    assertThat(html)
        .contains(
            "Anomalies in in", "<h2 id=\"series-0\">a.csv</h2>", "<a href=\"#series-1\">b.csv")
        .contains("empty.csv", "1 in ", "aria-label=", "because")
        .doesNotContain("NaN", "Infinity", "<h2 id=\"series-2\">");
    // Two small ones, then the channels of each and its score.
    assertThat(html.split("class=\"curve\"").length - 1).isEqualTo(2 + (1 + 1) + (3 + 1));
    assertThat(SelfContained.references(html)).isEmpty();
  }

  @Test
  void writesWhatWasLearned() throws IOException {
    Path state = dir.resolve("state.json");

    CommandLineRun run =
        CommandLineRun.of(
            "detect",
            "--input",
            noise("a.csv", 2),
            "--output",
            dir.resolve("scores.csv"),
            "--state",
            state);

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode learned = new ObjectMapper().readTree(state.toFile()).get("a.csv");
    assertThat(learned.get("samples").asDouble()).isEqualTo(2000);
  }

  @Test
  void saysWhatIsWrongWithTheArguments() throws IOException {
    Path file = noise("a.csv", 1);
    Path out = dir.resolve("out.csv");
    assertUsage("no such file", "--input", dir.resolve("none"), "--output", out);
    assertUsage("is also input", "--input", file, "--output", file);
    assertUsage("lies in --input", "--input", dir, "--output", dir.resolve("scores"));
    assertUsage("is a file", "--input", dir, "--output", file);
    assertUsage("create it first", "--input", file, "--output", dir.resolve("no/such/out.csv"));
    assertUsage("alarmRate", "--input", file, "--output", out, "--alarm-rate", 0.7);
    assertUsage("refractory", "--input", file, "--output", out, "--refractory", -1);
    assertUsage("--plot", "--input", file, "--output", out, "--plot", dir.resolve("no/page.html"));
    assertThat(out).doesNotExist();
  }

  @Test
  void scoresOfItsOwnAreNotSeries() throws IOException {
    Path scores = dir.resolve("scores.csv");
    assertThat(CommandLineRun.of("detect", "--input", noise("a.csv", 1), "--output", scores).code())
        .isZero();

    CommandLineRun again =
        CommandLineRun.of("detect", "--input", scores, "--output", dir.resolve("again.csv"));

    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("scores.csv", "--ignore anomaly_score");
    assertThat(dir.resolve("again.csv")).doesNotExist();
  }

  /** Irregular times and several channels of NAB and SKAB; skipped where they are not at hand. */
  @Test
  void readsWhatBenchmarksHave() throws IOException {
    assumeThat(SHARED.resolve("nab/data")).as("benchmark data beside the project").isDirectory();
    for (String folder : List.of("nab/data/realTraffic", "skab/data/valve2")) {
      Path output = dir.resolve(folder);
      Path input = SHARED.resolve(folder);

      CommandLineRun run =
          CommandLineRun.of(
              "detect", "--input", input, "--output", output, "--ignore", "anomaly,changepoint");

      assertThat(run.code()).as(run.err()).isZero();
      try (Stream<Path> files = Files.walk(input)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          List<String> written = Files.readAllLines(output.resolve(input.relativize(file)));
          assertThat(written).as(file.toString()).hasSameSizeAs(Files.readAllLines(file));
          assertThat(written.get(0)).doesNotContain("changepoint").endsWith(",anomaly_score");
        }
      }
    }
  }

  private static void assertUsage(String part, Object... args) {
    Object[] all = Stream.concat(Stream.of("detect"), Stream.of(args)).toArray();
    CommandLineRun run = CommandLineRun.of(all);
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(part, "Try `ssm detect --help`");
  }

  private static double score(String row) {
    return Double.parseDouble(row.substring(row.lastIndexOf(',') + 1));
  }

  /** White noise every 5 minutes; one row of the first channel is a thousand deviations away. */
  private Path noise(String name, int channels) throws IOException {
    Random random = new Random(7);
    StringBuilder csv = new StringBuilder("timestamp");
    for (int c = 0; c < channels; c++) {
      csv.append(",c").append(c);
    }
    LocalDateTime time = LocalDateTime.of(2024, 1, 1, 0, 0);
    for (int i = 0; i < 2000; i++) {
      csv.append('\n').append(TIME.format(time.plusMinutes(5L * i)));
      for (int c = 0; c < channels; c++) {
        csv.append(',').append(i == SPIKE && c == 0 ? 1000.0 : random.nextGaussian());
      }
    }
    return Files.writeString(dir.resolve(name), csv.append('\n'));
  }
}
