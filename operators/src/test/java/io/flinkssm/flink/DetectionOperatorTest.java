package io.flinkssm.flink;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Ordering;
import io.flinkssm.stream.Signals;
import io.flinkssm.testing.Forecasters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Detectors in Flink's life cycle: what they learned is in the state, bit by bit. */
class DetectionOperatorTest {
  private static final int SAMPLES = 300;
  private static final int KEYS = 7;

  @TempDir private Path folder;

  private static final Comparator<Score> ORDER =
      Comparator.comparing(Score::key)
          .thenComparing(Score::position)
          .thenComparing(Score::endOfSegment);

  /** Frames of some keys, interleaved: readings of half of them, and regular ones of the others. */
  private static List<Frame> frames() {
    List<Frame> all = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      float[] signal = Signals.spiked(key, SAMPLES);
      all.addAll(
          key % 2 == 0
              ? Signals.readings("key-" + key, signal, key)
              // 7 Hz is no whole number of microseconds.
              : Frames.splitAnywhere("key-" + key, signal, key == 1 ? 7 : Signals.RATE, key));
    }
    all.sort(Comparator.comparing(Frame::startMicros).thenComparing(Frame::key));
    return all;
  }

  private static Configuration options() {
    return new Configuration();
  }

  private static List<List<Object>> uninterrupted() throws Exception {
    try (ScoringHarness h = ScoringHarness.detect(options(), Backend.HEAP)) {
      List<Score> scores = h.add(frames()).endOfInput().scores();
      assertThat(scores).hasSize(KEYS * (SAMPLES + 1));
      assertThat(scores).anyMatch(score -> score.anomaly().alarm());
      return facts(scores);
    }
  }

  /** What scores say, key by key, to the bit. */
  private static List<List<Object>> facts(List<Score> scores) {
    return scores.stream()
        .sorted(ORDER)
        .map(
            score ->
                List.<Object>of(
                    score.key(),
                    score.segmentStartMicros(),
                    score.position(),
                    score.timeMicros(),
                    score.sampleRateHz(),
                    score.label(),
                    score.endOfSegment(),
                    score.anomaly()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "HEAP, ARRIVAL, 1",
    "ROCKSDB, ARRIVAL, 1",
    "ROCKSDB, ARRIVAL, 50",
    "HEAP, SORTED, 50",
    "ROCKSDB, SORTED, 1"
  })
  void continuesBitByBit(Backend backend, Ordering ordering, int bundle) throws Exception {
    Configuration options =
        options()
            .set(ScoringOptions.ORDERING, ordering)
            .set(ScoringOptions.BUNDLE_MAX_FRAMES, bundle);
    List<Frame> frames = frames();
    int middle = frames.size() / 2;
    List<Score> scores = new ArrayList<>();
    OperatorSubtaskState state;
    try (ScoringHarness h = ScoringHarness.detect(options, backend)) {
      h.add(frames.subList(0, middle)).watermark(frames.get(middle - 20).startMicros());
      state = h.snapshot();
      scores.addAll(h.scores());
      // What happens after the snapshot must not reach it.
      h.add(frames.subList(middle, frames.size())).endOfInput();
    }
    try (ScoringHarness h = ScoringHarness.detect(options, backend, state, 1, 0)) {
      scores.addAll(h.add(frames.subList(middle, frames.size())).endOfInput().scores());
    }
    assertThat(facts(scores)).isEqualTo(uninterrupted());
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void rescalesFromOneToTwo(Backend backend) throws Exception {
    List<Frame> frames = frames();
    int middle = frames.size() / 2;
    List<Score> scores = new ArrayList<>();
    OperatorSubtaskState state;
    try (ScoringHarness h = ScoringHarness.detect(options(), backend)) {
      scores.addAll(h.add(frames.subList(0, middle)).scores());
      state = h.snapshot();
    }
    for (int index = 0; index < 2; index++) {
      int subtask = index;
      List<Frame> mine =
          frames.subList(middle, frames.size()).stream()
              .filter(
                  frame ->
                      KeyGroupRangeAssignment.assignKeyToParallelOperator(
                              frame.key(), ScoringHarness.MAX_PARALLELISM, 2)
                          == subtask)
              .toList();
      assertThat(mine).isNotEmpty();
      try (ScoringHarness h = ScoringHarness.detect(options(), backend, state, 2, index)) {
        scores.addAll(h.add(mine).endOfInput().scores());
      }
    }
    assertThat(facts(scores)).isEqualTo(uninterrupted());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 37, 1000})
  void bundlesDoNotShow(int bundle) throws Exception {
    Configuration options = options().set(ScoringOptions.BUNDLE_MAX_FRAMES, bundle);
    try (ScoringHarness h = ScoringHarness.detect(options, Backend.HEAP)) {
      h.add(frames()).endOfInput();
      assertThat(facts(h.scores())).isEqualTo(uninterrupted());
    }
  }

  @Test
  void sortedFramesMayComeInAnyOrder() throws Exception {
    List<Frame> shuffled = new ArrayList<>(frames());
    Collections.shuffle(shuffled, new Random(8));
    Configuration options = options().set(ScoringOptions.ORDERING, Ordering.SORTED);
    try (ScoringHarness h = ScoringHarness.detect(options, Backend.HEAP)) {
      h.add(shuffled).endOfInput();
      assertThat(facts(h.scores())).isEqualTo(uninterrupted());
    }
  }

  @Test
  void watermarksEndNothing() throws Exception {
    try (ScoringHarness h = ScoringHarness.detect(options(), Backend.HEAP)) {
      for (Frame frame : frames()) {
        // Event time of another key is years ahead, as in a replay of series of different times.
        h.add(frame).watermark(frame.startMicros() + 3 * 365 * 86_400_000_000L);
      }
      assertThat(facts(h.endOfInput().scores())).isEqualTo(uninterrupted());
    }
  }

  @Test
  void whatWasLearnedOutlivesAnotherAlarmRate() throws Exception {
    List<Frame> frames = Frames.split("k", Signals.quiet(1, 1000), 10, Signals.RATE);
    OperatorSubtaskState state;
    try (ScoringHarness h = ScoringHarness.detect(options(), Backend.HEAP)) {
      state = h.add(frames.subList(0, 50)).snapshot();
    }
    Configuration strict =
        options().set(DetectionOptions.ALARM_RATE, 1e-5).set(DetectionOptions.REFRACTORY, 7);
    try (ScoringHarness h = ScoringHarness.detect(strict, Backend.HEAP, state, 1, 0)) {
      assertThat(h.add(frames.subList(50, 100)).lastScore().position()).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void goesOnWithAForecasterBitByBit(Backend backend) throws Exception {
    Path model = Forecasters.write(folder.resolve("forecaster"));
    Configuration options = options().set(ScoringOptions.MODEL_PATH, model.toUri().toString());
    double[] series = Forecasters.series(1, 900);
    float[] signal = new float[series.length];
    for (int t = 0; t < signal.length; t++) {
      signal[t] = (float) series[t];
    }
    List<Frame> frames = Frames.splitAnywhere("k", signal, Forecasters.RATE, 1);
    List<List<Object>> uninterrupted;
    try (ScoringHarness h = ScoringHarness.detect(options, Backend.HEAP)) {
      uninterrupted = facts(h.add(frames).endOfInput().scores());
      assertThat(h.lastScore().model()).isEqualTo("oscillation");
    }
    List<Score> scores;
    OperatorSubtaskState state;
    int middle = frames.size() / 2;
    try (ScoringHarness h = ScoringHarness.detect(options, backend)) {
      state = h.add(frames.subList(0, middle)).snapshot();
      scores = new ArrayList<>(h.scores());
    }
    try (ScoringHarness h = ScoringHarness.detect(options, backend, state, 1, 0)) {
      scores.addAll(h.add(frames.subList(middle, frames.size())).endOfInput().scores());
    }
    assertThat(facts(scores)).hasSize(901).isEqualTo(uninterrupted);
    try (ScoringHarness h = ScoringHarness.detect(options(), Backend.HEAP)) {
      assertThat(facts(h.add(frames).endOfInput().scores()))
          .as("the forecaster makes a difference")
          .isNotEqualTo(uninterrupted);
    }
  }

  @Test
  void aForecasterOfOtherChannelsIsRefused() throws Exception {
    Path model = Forecasters.write(folder.resolve("forecaster"));
    Configuration options =
        options()
            .set(ScoringOptions.MODEL_PATH, model.toUri().toString())
            .set(DetectionOptions.CHANNELS, 2);
    assertThatThrownBy(() -> ScoringHarness.detect(options, Backend.HEAP))
        .hasStackTraceContaining("the model takes 1 channels, but ssm.detect.channels is 2");
  }

  @Test
  void aFrameOfOtherChannelsIsRejected() throws Exception {
    Configuration options = options().set(DetectionOptions.CHANNELS, 3);
    try (ScoringHarness h = ScoringHarness.detect(options, Backend.HEAP)) {
      h.add(frame("k", T0, Signals.RATE, 1, 2));
      assertThat(h.scores()).isEmpty();
      assertThat(h.rejected())
          .singleElement()
          .satisfies(
              rejection ->
                  assertThat(rejection.message())
                      .contains("frame has 1 channels", "takes 3", "ssm.detect.channels"));
    }
  }
}
