package io.flinkssm.flink;

import static io.flinkssm.flink.ScoringHarness.options;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Ordering;
import io.flinkssm.stream.ScoringConfig.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScoringRestoreTest {
  private static final double RATE = 1000;
  private static final Comparator<Score> ORDER =
      Comparator.comparing(Score::key).thenComparing(Score::position);

  /** Frames of thirteen keys, interleaved. */
  private static List<Frame> frames() {
    List<Frame> all = new ArrayList<>();
    for (int key = 0; key < 13; key++) {
      all.addAll(Frames.splitAnywhere("key-" + key, signal(key, 700, 1), RATE, key));
    }
    all.sort(Comparator.comparing(Frame::startMicros).thenComparing(Frame::key));
    return all;
  }

  private static List<Score> uninterrupted(Configuration options) throws Exception {
    try (ScoringHarness h = ScoringHarness.open(options)) {
      return sorted(h.add(frames()).endOfInput().scores());
    }
  }

  private static List<Score> sorted(List<Score> scores) {
    List<Score> sorted = new ArrayList<>(scores);
    sorted.sort(ORDER);
    return sorted;
  }

  @ParameterizedTest
  @CsvSource({
    "HEAP, ARRIVAL, FLOAT32",
    "ROCKSDB, ARRIVAL, FLOAT32",
    "ROCKSDB, ARRIVAL, FLOAT64",
    "HEAP, SORTED, FLOAT64",
    "ROCKSDB, SORTED, FLOAT32"
  })
  void continuesBitByBit(Backend backend, Ordering ordering, Precision precision) throws Exception {
    Configuration options =
        options().set(ScoringOptions.ORDERING, ordering).set(ScoringOptions.PRECISION, precision);
    List<Frame> frames = frames();
    int middle = frames.size() / 2;
    List<Score> scores = new ArrayList<>();
    OperatorSubtaskState state;
    try (ScoringHarness h = ScoringHarness.open(options, backend)) {
      h.add(frames.subList(0, middle)).watermark(frames.get(middle - 20).startMicros());
      state = h.snapshot();
      scores.addAll(h.scores());
      // What happens after the snapshot must not reach it.
      h.add(frames.subList(middle, frames.size())).endOfInput();
    }
    try (ScoringHarness h = ScoringHarness.restore(options, backend, state)) {
      scores.addAll(h.add(frames.subList(middle, frames.size())).endOfInput().scores());
    }
    assertThat(sorted(scores)).usingRecursiveComparison().isEqualTo(uninterrupted(options));
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void rescalesFromOneToTwo(Backend backend) throws Exception {
    List<Frame> frames = frames();
    int middle = frames.size() / 2;
    List<Score> scores = new ArrayList<>();
    OperatorSubtaskState state;
    try (ScoringHarness h = ScoringHarness.open(options(), backend)) {
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
      try (ScoringHarness h = ScoringHarness.restore(options(), backend, state, 2, index)) {
        scores.addAll(h.add(mine).endOfInput().scores());
      }
    }
    assertThat(sorted(scores)).usingRecursiveComparison().isEqualTo(uninterrupted(options()));
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void precisionMayChangeOverARestore(Backend backend) throws Exception {
    Configuration wide = options().set(ScoringOptions.PRECISION, Precision.FLOAT64);
    List<Frame> frames = frames();
    int middle = frames.size() / 2;
    OperatorSubtaskState state;
    try (ScoringHarness h = ScoringHarness.open(options(), backend)) {
      state = h.add(frames.subList(0, middle)).snapshot();
    }
    try (ScoringHarness h = ScoringHarness.restore(wide, backend, state)) {
      List<Score> scores = h.add(frames.subList(middle, frames.size())).endOfInput().scores();
      assertThat(scores).filteredOn(Score::endOfSegment).allMatch(s -> s.position() == 700);
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void anotherModelStartsSegmentsAnew(Backend backend) throws Exception {
    Configuration next = options().set(ScoringOptions.MODEL_PATH, "toy:2");
    List<Frame> frames = frames();
    int middle = frames.size() / 2;
    OperatorSubtaskState state;
    try (ScoringHarness h = ScoringHarness.open(options(), backend)) {
      state = h.add(frames.subList(0, middle)).snapshot();
    }
    try (ScoringHarness h = ScoringHarness.restore(next, backend, state)) {
      List<Score> scores = h.add(frames.subList(middle, frames.size())).endOfInput().scores();
      assertThat(scores).isNotEmpty().allMatch(s -> s.modelVersion().equals("2"));
      assertThat(scores).filteredOn(Score::endOfSegment).allMatch(s -> s.position() < 700);
    }
  }
}
