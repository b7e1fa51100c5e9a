package io.flinkssm.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.Evidence;
import io.flinkssm.jobs.io.Signal;
import io.flinkssm.stream.Score;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class EcgResultTest {
  private static final Ecg.Beat EARLY = new Ecg.Beat(200, "V");
  private static final Ecg.Beat LATE = new Ecg.Beat(600, "F");

  /** Ten seconds at 100 Hz. */
  private static final Ecg ECG =
      new Ecg(new Signal("heart", 100, 1, new float[1000]), List.of(EARLY, LATE));

  @Test
  void findsTheBeatThatAnAlarmBeganIn() {
    EcgResult result = result(Set.of(0, 190, 191, 192, 249, 250, 400, 401, 589, 591), 1000);

    assertThat(result.alarms())
        .containsExactly(
            new EcgResult.Alarm(0, Evidence.NOVELTY, null),
            new EcgResult.Alarm(190, Evidence.NOVELTY, EARLY),
            new EcgResult.Alarm(249, Evidence.NOVELTY, EARLY),
            new EcgResult.Alarm(400, Evidence.NOVELTY, null),
            new EcgResult.Alarm(589, Evidence.NOVELTY, null),
            new EcgResult.Alarm(591, Evidence.NOVELTY, LATE));
    assertThat(result.alarmsInOddBeats()).isEqualTo(3);
    assertThat(EcgSection.inWords(result)).isEqualTo("6, of which 3 in odd beats");
  }

  @Test
  void knowsWhatBlindAlarmsWouldHit() {
    // From 0.1 s before to 0.5 s after each of two peaks in ten seconds.
    assertThat(result(Set.of(), 1000).shareOfOddBeats()).isEqualTo(0.12, within(1e-9));
  }

  @Test
  void refusesARecordingThatWasNotScoredThroughout() {
    assertThatThrownBy(() -> result(Set.of(), 999))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("999 scores of 1000 samples");
  }

  private static EcgResult result(Set<Integer> alarmed, int samples) {
    List<Score> scores =
        IntStream.range(0, samples).mapToObj(i -> score(i, alarmed.contains(i))).toList();
    return new EcgResult(ECG, scores, new Histogram(3), 10);
  }

  private static Score score(int sample, boolean alarm) {
    return new Score(
        "heart",
        0,
        sample + 1,
        sample * 10_000L,
        100,
        "detector",
        "1",
        "anomaly",
        new double[0],
        new double[0],
        alarm ? "alarm" : "normal",
        false,
        Anomaly.of(
            alarm ? 1 : 0, 0, alarm, 0, evidence -> evidence == Evidence.NOVELTY ? 0.01 : 0.5));
  }
}
