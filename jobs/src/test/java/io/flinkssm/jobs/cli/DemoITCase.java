package io.flinkssm.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.jobs.report.SelfContained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, small: Kafka, Flink, four keys, report. */
class DemoITCase {

  @TempDir Path dir;

  @Test
  void playsScoresAndReports() throws IOException {
    Path report = dir.resolve("report.html");

    CommandLineRun run =
        CommandLineRun.of(
            "demo",
            "--keys",
            4,
            "--speed",
            50,
            "--report",
            report,
            "--model",
            Path.of("..", "models", "spoken-digits-s4d"),
            "--samples",
            Path.of("..", "samples", "digits"),
            "--ecg",
            Path.of("..", "samples", "ecg"));

    assertThat(run.code()).as(run.err()).isZero();
    // 4, 8, 2 and 8 → 4 kHz of the digits zero to three: all but "one" at 8 kHz are sure cases.
    assertThat(run.out()).contains("4 keys in", "report      " + report.toAbsolutePath());
    assertThat(run.out()).contains("version 1.1 took over from 1 half way");
    // All scores of the keys but those that another version than the last gave in mid-word.
    Matcher difference =
        Pattern.compile("convolved logits ([0-9.e-]+) \\((\\d+) scores").matcher(run.out());
    assertThat(difference.find()).isTrue();
    assertThat(Double.parseDouble(difference.group(1))).isLessThan(2e-3);
    assertThat(Integer.parseInt(difference.group(2))).isGreaterThan(60);
    // Its record breaks the normal rhythm of its beginning, and any sound detector sees some of it.
    Matcher heart =
        Pattern.compile(
                "108,000 samples watched without a model; alarms: (\\d+), of which (\\d+) in")
            .matcher(run.out());
    assertThat(heart.find()).as(run.out()).isTrue();
    assertThat(Integer.parseInt(heart.group(1))).isBetween(1, 1000);
    assertThat(Integer.parseInt(heart.group(2))).isPositive();

    String html = Files.readString(report);
    assertThat(SelfContained.references(html)).isEmpty();
    assertThat(html)
        .contains(
            "Accuracy",
            "A key that changes its sampling rate",
            "A model released while it plays",
            "Latency",
            "Rescored",
            "A heart, watched without a model",
            "<title>ventricular beat</title>");
    assertThat(html.split("<svg ", -1)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(html.split("data:image/png;base64,", -1)).hasSizeGreaterThanOrEqualTo(6);
  }
}
