package io.flinkssm.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.ModelInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final ModelInfo SECOND =
      new ModelInfo(
          "pump", "2", "00", "test", ModelInfo.Task.FEATURES, 1, 2, List.of(), 100, 10, 1000, 4);

  @Test
  void onlyScoresOfTheVersionThatScoresTheWindowAreCompared() {
    List<Score> streamed =
        List.of(
            score("pump", "1", 10, 5),
            score("pump", "2", 20, 1),
            score("fan", "2", 30, 5),
            score("pump", "2", 40, 1));
    Comparison comparison = new Comparison(streamed, SECOND);
    assertThat(comparison.nextPosition()).isEqualTo(20);
    comparison.compare(new double[] {1, 1.25});
    assertThat(comparison.nextPosition()).isEqualTo(40);
    comparison.compare(new double[] {1, 1});
    assertThat(comparison.nextPosition()).isEqualTo(Long.MAX_VALUE);
    assertThat(comparison.compared()).isEqualTo(2);
    assertThat(comparison.divergence()).isEqualTo(0.25);
  }

  @Test
  void whatStreamingSaidLastIsToldWhateverItsVersion() {
    Comparison comparison = new Comparison(List.of(score("pump", "1", 10, 5)), SECOND);
    assertThat(comparison.compared()).isZero();
    assertThat(comparison.last().modelVersion()).isEqualTo("1");
  }

  private static Score score(String model, String version, long position, double output) {
    return new Score(
        "k",
        0,
        position,
        position * 10_000,
        100,
        model,
        version,
        "features",
        new double[] {output, output},
        new double[0],
        "",
        false);
  }
}
