package io.flinkssm.benchmarks.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of both tasks, by hand. */
class SkabScoreTest {
  private static final int PROBATION = 400;
  private static final int ROWS = 800;

  /** A row a second; an anomaly from row 500 to row 599. */
  private static SkabFile file() {
    long[] times = new long[ROWS];
    boolean[] anomaly = new boolean[ROWS];
    for (int i = 0; i < ROWS; i++) {
      times[i] = i * 1_000_000L;
      anomaly[i] = i >= 500 && i < 600;
    }
    boolean[] changePoint = new boolean[ROWS];
    changePoint[500] = true;
    changePoint[600] = true;
    return new SkabFile(new Recording("made-up", times, new float[ROWS][2]), anomaly, changePoint);
  }

  /** 1 from one row to before another, else 0. */
  private static double[] scores(int from, int to) {
    double[] scores = new double[ROWS];
    for (int i = from; i < to; i++) {
      scores[i] = 1;
    }
    return scores;
  }

  @Test
  void f1CountsPooledRowsBehindTheProbation() {
    OutlierScore score = new OutlierScore();
    score.add(file(), scores(550, 650));
    score.add(file(), scores(0, PROBATION));
    OutlierScore.Result result = score.at(1);
    // 50 hits, 50 false rows, 150 missed of 200; 600 normal rows.
    assertThat(result.f1()).isCloseTo(2 * 50 / (50 + 50 + 200.0), within(1e-12));
    assertThat(result.falseAlarms()).isCloseTo(50 / 600.0, within(1e-12));
    assertThat(result.missed()).isEqualTo(0.75);
  }

  @Test
  void theBestThresholdIsFound() {
    double[] scores = scores(500, 700);
    for (int i = 500; i < 590; i++) {
      scores[i] = 2;
    }
    OutlierScore score = new OutlierScore();
    score.add(file(), scores);
    assertThat(score.best()).isEqualTo(score.at(2));
    assertThat(score.best().f1()).isCloseTo(2 * 90 / (90 + 100.0), within(1e-12));
    assertThat(score.at(1).f1()).isCloseTo(2 * 100 / (200 + 100.0), within(1e-12));
  }

  private static double changePoints(NabProfile profile, double[] scores) {
    ChangePointScore score = new ChangePointScore();
    score.add(file(), scores);
    assertThat(score.best(profile).normalized())
        .isGreaterThanOrEqualTo(score.at(1, profile).normalized());
    return score.at(1, profile).normalized();
  }

  @Test
  void changePointsAtOnceArePerfect() {
    for (NabProfile profile : NabProfile.values()) {
      assertThat(changePoints(profile, scores(500, 600))).isCloseTo(100, within(1e-9));
      assertThat(changePoints(profile, scores(0, 0))).isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void laterOnesEarnLessAndFalseOnesCost() {
    // Half-way through both windows: (1 + 0.11)/2 − 0.11 each, where a miss is −1.
    assertThat(changePoints(NabProfile.STANDARD, scores(530, 630)))
        .isCloseTo(100 * (1 + 0.445) / 2, within(1e-9));
    // One at the right end of a window is worth a false one; the other is missed and another false.
    assertThat(changePoints(NabProfile.LOW_FP, scores(560, 700)))
        .isCloseTo(100 * (1 - 0.22 - 0.22) / 4, within(1e-9));
    // Both outside of windows, both windows missed.
    assertThat(changePoints(NabProfile.LOW_FN, scores(420, 450)))
        .isCloseTo(100 * (-2 * 0.11) / 6, within(1e-9));
  }

  @Test
  void onlyTheFirstOneInAWindowCountsAndTheOthersCostNothing() {
    double[] scores = scores(500, 600);
    scores[510] = 0;
    assertThat(changePoints(NabProfile.STANDARD, scores)).isCloseTo(100, within(1e-9));
  }

  @Test
  void filesAreReadByGroup(@TempDir Path folder) throws IOException {
    Path valve = Files.createDirectories(folder.resolve("data/valve1"));
    Files.writeString(
        valve.resolve("0.csv"),
        """
        datetime;A;B;anomaly;changepoint
        2020-03-09 10:14:33;0.5;-2;0.0;0.0
        2020-03-09 10:14:35;0.25;3;1.0;1.0
        """);
    List<SkabFile> files = SkabFile.read(folder);

    assertThat(files).hasSize(1);
    SkabFile file = files.get(0);
    assertThat(file.recording().name()).isEqualTo("valve1/0.csv");
    assertThat(file.recording().channels()).isEqualTo(2);
    assertThat(file.recording().samples()[1]).containsExactly(0.25f, 3);
    long[] times = file.recording().timesMicros();
    assertThat(times[1] - times[0]).isEqualTo(2_000_000);
    assertThat(file.anomaly()).containsExactly(false, true);
    assertThat(file.changePoint()).containsExactly(false, true);
  }

  @Test
  void wrongFilesAreNamed(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> SkabFile.read(folder)).hasMessageContaining("no CSV files");
    Path other = Files.createDirectories(folder.resolve("data/other"));
    Files.writeString(other.resolve("1.csv"), "datetime;A;anomaly\n");
    assertThatThrownBy(() -> SkabFile.read(folder))
        .hasMessageContaining("1.csv")
        .hasMessageContaining("changepoint");
  }
}
