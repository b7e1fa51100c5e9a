package io.flinkssm.jobs;

import static io.flinkssm.jobs.ScoringJobFixture.KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ScoringBootstrap;
import io.flinkssm.jobs.kafka.KafkaTesting;
import io.flinkssm.jobs.warmstart.Bootstrap.Range;
import io.flinkssm.jobs.warmstart.WarmStart;
import io.flinkssm.stream.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the history of a topic to a job that goes on where it ends. */
class WarmStartITCase {
  private static final int HISTORY = 6;
  private static final int ROUNDS = 11;

  private final KafkaTesting kafka = KafkaTesting.shared();

  @TempDir private Path directory;
  private ScoringJobFixture fixture;
  private String savepoint;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new ScoringJobFixture(kafka, directory);
    savepoint = directory.resolve("savepoint").toUri().toString();
  }

  @Test
  void theJobGoesOnWhereTheHistoryEnds() throws Exception {
    fixture.send(0, HISTORY);
    fixture.sendGarbage();
    Configuration warm = fixture.run();
    WarmStart.History history =
        new WarmStart(ScoringBootstrap::ofScoring, warm, Range.ALL, savepoint).fromTopic();
    assertThat(history.frames()).isEqualTo(HISTORY * KEYS);
    assertThat(history.lastMicros())
        .isEqualTo(ScoringJobFixture.frame(0, HISTORY - 1).startMicros());
    assertThat(history.rejected()).isZero();

    fixture.send(HISTORY, ROUNDS);
    warm.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    ScoringJobFixture.toTheEnd(warm);
    assertThat(fixture.rejected(warm)).as("nothing is read twice").isEmpty();

    Configuration uninterrupted = fixture.run();
    ScoringJobFixture.toTheEnd(uninterrupted);
    long start = ScoringJobFixture.frame(0, HISTORY).startMicros();
    assertThat(scores(warm, start))
        .isEqualTo(scores(uninterrupted, start))
        .hasSameSizeAs(fixture.scores(warm));
  }

  @Test
  void framesBehindTheRangeAreLeftToTheJob() throws Exception {
    fixture.send(0, ROUNDS);
    Configuration warm = fixture.run();
    long end = ScoringJobFixture.frame(0, HISTORY).startMicros();
    WarmStart.History history =
        new WarmStart(ScoringBootstrap::ofScoring, warm, new Range(Long.MIN_VALUE, end), savepoint)
            .fromTopic();
    assertThat(history.frames()).isEqualTo(HISTORY * KEYS);

    warm.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    ScoringJobFixture.toTheEnd(warm);
    Configuration uninterrupted = fixture.run();
    ScoringJobFixture.toTheEnd(uninterrupted);
    assertThat(scores(warm, end)).isEqualTo(scores(uninterrupted, end));
  }

  @Test
  void aSavepointIsNeverChanged() throws Exception {
    fixture.send(0, 2);
    Configuration warm = fixture.run();
    assertThatThrownBy(
            () ->
                new WarmStart(
                        ScoringBootstrap::ofScoring,
                        warm,
                        new Range(Long.MIN_VALUE, 1000),
                        savepoint)
                    .fromTopic())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no frame lies in the range");
    assertThat(directory.resolve("savepoint")).doesNotExist();
    new WarmStart(ScoringBootstrap::ofScoring, warm, Range.ALL, savepoint).fromTopic();
    assertThatThrownBy(
            () ->
                new WarmStart(ScoringBootstrap::ofScoring, warm, Range.ALL, savepoint).fromTopic())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not empty");
  }

  private List<String> scores(Configuration run, long fromMicros) throws IOException {
    return fixture.scores(run).stream()
        .filter(s -> s.timeMicros() >= fromMicros)
        .map(WarmStartITCase::show)
        .sorted()
        .toList();
  }

  private static String show(Score score) {
    return String.join(
        "|",
        score.key(),
        "" + score.position(),
        "" + score.timeMicros(),
        "" + score.segmentStartMicros(),
        "" + score.endOfSegment(),
        Arrays.toString(score.outputs()));
  }
}
