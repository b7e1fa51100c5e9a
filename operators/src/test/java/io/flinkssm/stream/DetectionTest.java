package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.frame;
import static io.flinkssm.stream.Signals.RATE;
import static io.flinkssm.stream.Signals.quiet;
import static io.flinkssm.stream.Signals.readings;
import static io.flinkssm.stream.Signals.spiked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.detect.Anomaly;
import io.flinkssm.detect.DetectorConfig;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Precision;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What scoring gives a detector, and makes of what it says: none of this depends on its numbers.
 */
class DetectionTest {
  private static final DetectorConfig CONFIG = DetectorConfig.of(1);
  private static final long HOUR = 3_600_000_000L;

  private static OneKey run(List<Frame> frames) {
    return run(Detection.rules().build(), frames);
  }

  private static OneKey run(ScoringConfig rules, List<Frame> frames) {
    return new OneKey(counters -> Detection.scorer(CONFIG, rules, counters)).add(frames);
  }

  private static List<Anomaly> anomalies(OneKey run) {
    return run.collected.scores.stream().map(Score::anomaly).toList();
  }

  @Test
  void everySampleIsScoredAndTheSpikeRaisesAnAlarm() {
    OneKey run = run(readings("k", spiked(1, 2000), 1));
    assertThat(run.collected.rejections).isEmpty();
    assertThat(run.collected.scores).hasSize(2000);
    for (int i = 0; i < 2000; i++) {
      Score score = run.collected.scores.get(i);
      assertThat(score.position()).isEqualTo(i + 1);
      assertThat(score.task()).isEqualTo("anomaly");
      assertThat(score.outputs()).isEmpty();
      assertThat(score.anomaly().score()).isBetween(0.0, 1.0);
      assertThat(score.label()).isEqualTo(score.anomaly().alarm() ? "alarm" : "normal");
    }
    Score spike = run.collected.scores.get(1500);
    assertThat(spike.anomaly().score()).isGreaterThanOrEqualTo(0.999);
    assertThat(spike.anomaly().alarm()).isTrue();
    assertThat(spike.anomaly().strongest()).isNotNull();
    assertThat(run.collected.scores.get(1499).anomaly().alarm()).isFalse();
  }

  @Test
  void frameCutsChangeNoBit() {
    float[] signal = spiked(2, 3000);
    List<Anomaly> whole = anomalies(run(Frames.split("k", signal, signal.length, RATE)));
    assertThat(whole).hasSize(3000);
    assertThat(anomalies(run(Frames.split("k", signal, 1, RATE)))).isEqualTo(whole);
    for (long seed = 0; seed < 5; seed++) {
      assertThat(anomalies(run(Frames.splitAnywhere("k", signal, RATE, seed)))).isEqualTo(whole);
    }
  }

  @Test
  void silenceEndsNothing() {
    float[] signal = quiet(3, 400);
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < signal.length; i++) {
      // Ten seconds apart, and after every hundredth sample a month.
      long time = T0 + i * 10_000_000L + i / 100 * (30 * 24 * HOUR);
      frames.add(frame("k", time, 0, signal[i]));
    }
    OneKey run = run(frames);
    assertThat(run.isSmooth()).isTrue();
    assertThat(run.lastScore().position()).isEqualTo(400);
    assertThat(run.lastScore().segmentStartMicros()).isEqualTo(T0);
    assertThat(run.lastScore().timeMicros()).isEqualTo(frames.get(399).startMicros());
  }

  @Test
  void duplicatesAndLateFramesChangeNothing() {
    List<Frame> frames = readings("k", spiked(4, 1000), 4);
    List<Frame> messy = new ArrayList<>(frames);
    messy.add(601, frames.get(600));
    messy.add(701, frame("k", frames.get(600).startMicros() + 1, 0, 5));
    messy.add(801, frame("k", frames.get(800).startMicros() - 24 * HOUR, 0, 5));
    OneKey run = run(messy);
    assertThat(anomalies(run)).isEqualTo(anomalies(run(frames)));
    assertThat(run.collected.samplesDuplicate).isEqualTo(1);
    assertThat(run.collected.rejections)
        .extracting(Rejection::reason)
        .allMatch(
            reason -> reason == Rejection.Reason.LATE || reason == Rejection.Reason.CLOCK_BACKWARDS)
        .hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(NonFinitePolicy.class)
  void brokenValues(NonFinitePolicy policy) {
    List<Frame> frames = readings("k", quiet(5, 1000), 5);
    frames.set(700, frame("k", frames.get(700).startMicros(), 0, Float.NaN));
    frames.set(800, frame("k", frames.get(800).startMicros(), 0, Float.NEGATIVE_INFINITY));
    OneKey run = run(Detection.rules().nonFinite(policy).build(), frames);
    boolean rejects = policy == NonFinitePolicy.REJECT;
    assertThat(run.collected.nonFinite).isEqualTo(2);
    assertThat(run.collected.rejections).hasSize(rejects ? 2 : 0);
    assertThat(run.collected.scores).hasSize(rejects ? 998 : 1000);
    assertThat(anomalies(run)).allMatch(anomaly -> Double.isFinite(anomaly.score()));
    List<Frame> without = new ArrayList<>(frames);
    without.remove(800);
    without.remove(700);
    List<Anomaly> clean = anomalies(run(without));
    if (rejects) {
      assertThat(anomalies(run)).isEqualTo(clean);
    } else {
      // The detector was given something in their place.
      assertThat(anomalies(run)).isNotEqualTo(clean);
      assertThat(anomalies(run).subList(0, 700)).isEqualTo(clean.subList(0, 700));
    }
  }

  @Test
  void onLabelChangeAlarmsBeginAndEnd() {
    List<Frame> frames = readings("k", spiked(6, 2000), 6);
    List<Score> all = run(frames).collected.scores;
    List<Score> changes =
        run(Detection.rules().emit(Emit.LABEL_CHANGE).build(), frames).collected.scores;
    List<Long> expected = new ArrayList<>();
    String label = "";
    for (Score score : all) {
      if (!score.label().equals(label)) {
        label = score.label();
        expected.add(score.position());
      }
    }
    assertThat(changes).extracting(Score::position).isEqualTo(expected);
    assertThat(changes.get(0).label()).isEqualTo("normal");
    assertThat(changes)
        .anyMatch(score -> score.label().equals("alarm") && score.position() == 1501);
    assertThat(changes.size()).isLessThan(100);
  }

  @Test
  void otherChannelsAreToldWhichOptionSaysSo() {
    Frame stereo = new Frame("k", T0, RATE, 2, new float[] {1, 2}, false, Frame.Origin.UNKNOWN);
    OneKey run = run(List.of(stereo));
    assertThat(run.collected.scores).isEmpty();
    assertThat(run.collected.rejections)
        .singleElement()
        .satisfies(
            rejection -> {
              assertThat(rejection.reason()).isEqualTo(Rejection.Reason.CHANNEL_MISMATCH);
              assertThat(rejection.message())
                  .contains("frame has 2 channels", "takes 1", "ssm.detect.channels");
            });
  }

  @Test
  void aKeyIsAtMostSixteenKilobytes() {
    OneKey run = run(readings("k", quiet(7, 20_000), 7));
    ByteBuffer stored = ByteBuffer.allocate(1 << 20);
    KeyStateFormat.encode(run.state, stored);
    assertThat(stored.position()).isLessThanOrEqualTo(16 * 1024);
    assertThat(run.scorer.maxBytesPerKey()).isEqualTo(stored.position());
  }

  @Test
  void float32IsRefused() {
    ScoringConfig rules = Detection.rules().precision(Precision.FLOAT32).build();
    assertThatThrownBy(() -> Detection.scorer(CONFIG, rules, ScoringCounters.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("precision is float32");
  }
}
