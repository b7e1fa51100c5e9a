package io.flinkssm.benchmarks.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NabScoreTest {

  private static Path folder() throws URISyntaxException {
    return Path.of(NabScoreTest.class.getResource("nab").toURI());
  }

  private static NabScore example() throws Exception {
    NabScore score = new NabScore();
    for (NabFile file : NabFile.read(folder())) {
      score.add(file, scores(folder().resolve("results").resolve(file.recording().name())));
    }
    return score;
  }

  private static double[] scores(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .skip(1)
        .mapToDouble(row -> Double.parseDouble(row.substring(row.lastIndexOf(',') + 1)))
        .toArray();
  }

  private static void same(NabScore.Result result, String mode, NabProfile profile)
      throws Exception {
    String name = profile.toString().toLowerCase(Locale.ROOT).replace(' ', '_');
    JsonNode expected =
        new ObjectMapper()
            .readTree(folder().resolve("expected.json").toFile())
            .at("/" + mode + "/" + name);
    assertThat(result.threshold()).isEqualTo(expected.get("threshold").asDouble());
    assertThat(result.score()).isCloseTo(expected.get("score").asDouble(), within(1e-12));
    assertThat(result.normalized()).isCloseTo(expected.get("normalized").asDouble(), within(1e-12));
    assertThat(result.detectedRows()).isEqualTo(expected.get("tp").asInt());
    assertThat(result.falseRows()).isEqualTo(expected.get("fp").asInt());
    assertThat(result.windows()).isEqualTo(expected.get("windows").asInt());
    assertThat(result.windowsHit()).isEqualTo(expected.get("windows_hit").asInt());
  }

  @ParameterizedTest
  @EnumSource
  void theBestThresholdIsThatOfAnotherImplementation(NabProfile profile) throws Exception {
    same(example().best(profile), "best", profile);
  }

  @ParameterizedTest
  @EnumSource
  void aGivenThresholdScoresAsInAnotherImplementation(NabProfile profile) throws Exception {
    same(example().at(0.8, profile), "at_0.8", profile);
    same(example().at(0.5, profile), "at_0.5", profile);
  }

  private static NabFile file(int rows, NabFile.Window... windows) {
    return new NabFile(
        new Recording("made-up", new long[rows], new float[rows][1]), List.of(windows));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 104, 109})
  void aHitIsWorthTheMoreTheEarlierItIs(int row) {
    double[] scores = new double[200];
    scores[row] = 1;
    NabScore score = new NabScore();
    score.add(file(200, new NabFile.Window(100, 109)), scores);
    NabScore.Result result = score.at(1, NabProfile.STANDARD);
    // A miss is 0, a hit worth v is 50 (1 + v).
    double y = -(109 - row + 1) / 10.0;
    double value = (2 / (1 + Math.exp(5 * y)) - 1) / (2 / (1 + Math.exp(-5)) - 1);
    assertThat(result.normalized()).isCloseTo(50 * (1 + value), within(1e-9));
    assertThat(result.windowsHit()).isEqualTo(1);
    assertThat(result.falseRows()).isZero();
  }

  @Test
  void rowsOfTheProbationDoNotCount() {
    double[] scores = new double[200];
    scores[29] = 1;
    NabScore score = new NabScore();
    score.add(file(200, new NabFile.Window(10, 29), new NabFile.Window(100, 109)), scores);
    NabScore.Result result = score.at(1, NabProfile.STANDARD);
    assertThat(result.windows()).isEqualTo(1);
    assertThat(result.detectedRows() + result.falseRows()).isZero();
    assertThat(result.normalized()).isZero();
  }

  @Test
  void withoutADetectionWorthItsFalseRowsNoneIsBest() {
    double[] scores = new double[200];
    scores[150] = 1;
    NabScore score = new NabScore();
    score.add(file(200, new NabFile.Window(100, 109)), scores);
    assertThat(score.best(NabProfile.STANDARD).threshold()).isInfinite();
    assertThat(score.at(1, NabProfile.STANDARD).normalized()).isNegative();
  }

  @Test
  void scoresThatAreNoneAreRefused() {
    NabScore score = new NabScore();
    assertThatThrownBy(() -> score.add(file(200), new double[199]))
        .hasMessageContaining("made-up has 200 rows, not 199");
    double[] scores = new double[200];
    scores[150] = Double.NaN;
    assertThatThrownBy(() -> score.add(file(200), scores)).hasMessageContaining("row 150 is NaN");
  }
}
