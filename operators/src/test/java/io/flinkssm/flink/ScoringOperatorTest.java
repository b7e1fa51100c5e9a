package io.flinkssm.flink;

import static io.flinkssm.flink.ScoringHarness.options;
import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.at;
import static io.flinkssm.stream.Frames.cut;
import static io.flinkssm.stream.Frames.frame;
import static io.flinkssm.stream.Frames.last;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Rejection.Reason;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.GapPolicy;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Ordering;
import io.flinkssm.stream.ScoringConfig.Precision;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScoringOperatorTest {
  private static final double RATE = 1000;
  private static final long SECOND = 1_000_000;

  private static Configuration everySamples(int every) {
    return options()
        .set(ScoringOptions.EMIT_POLICY, Emit.SAMPLES)
        .set(ScoringOptions.EMIT_EVERY, every);
  }

  private static Configuration sorted(Configuration options) {
    return options.set(ScoringOptions.ORDERING, Ordering.SORTED);
  }

  private static List<Reason> reasons(ScoringHarness harness) {
    return harness.rejected().stream().map(Rejection::reason).toList();
  }

  @Test
  void everyRowOfBadInputHasItsAnswer() throws Exception {
    float[] u = signal(1, 400, 1);
    Configuration options =
        options()
            .set(ScoringOptions.FRAME_MAX_SAMPLES, 200)
            .set(ScoringOptions.LATENESS, Duration.ofSeconds(1));
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(cut("k", u, 0, 100, RATE));
      h.add(cut("k", u, 0, 100, RATE)); // exact duplicate
      h.add(cut("k", u, 10, 100, RATE)); // late
      h.add(at(frame("k", 0, RATE, 5), T0 - 10 * SECOND)); // clock back
      h.add(cut("k", u, 90, 200, RATE)); // overlap
      h.add(frame("", T0, RATE, 1), frame(null, T0, RATE, 1), frame("k", T0, RATE));
      h.add(frame("k", T0, Double.NaN, 1), frame("k", T0, 1, 1));
      h.add(frame("k", T0 + 200_000, 1e9, 1));
      h.add(new Frame("k", T0, RATE, 3, new float[3], false, Frame.Origin.UNKNOWN));
      h.add(frame("k", T0, RATE, new float[201]));
      h.add(at(frame("k", 0, RATE, 1), Long.MAX_VALUE), at(frame("k", 0, RATE, 1), Long.MIN_VALUE));
      h.add(frame("k", T0 + 200_000, RATE, 1, Float.NaN, 2));
      h.add(cut("k", u, 203, 300, RATE)); // the hole of the frame before is a gap
      h.add(at(cut("k", u, 300, 310, RATE), T0 + 60 * SECOND)); // long gap

      assertThat(reasons(h))
          .containsExactly(
              Reason.LATE,
              Reason.CLOCK_BACKWARDS,
              Reason.MISSING_KEY,
              Reason.MISSING_KEY,
              Reason.EMPTY,
              Reason.BAD_RATE,
              Reason.BAD_RATE,
              Reason.BAD_RATE,
              Reason.CHANNEL_MISMATCH,
              Reason.OVERSIZED,
              Reason.BAD_TIME,
              Reason.BAD_TIME,
              Reason.NON_FINITE);
      assertThat(h.rejected().get(1).message())
          .contains("" + (T0 - 10 * SECOND))
          .contains("" + (T0 + 100_000));
      assertThat(h.scores())
          .extracting(Score::position)
          .containsExactly(100L, 200L, 300L, 300L, 10L);
      assertThat(h.scores())
          .extracting(Score::endOfSegment)
          .containsExactly(false, false, false, true, false);
      assertThat(h.scores().get(2).outputs()).isEqualTo(h.scores().get(3).outputs());
    }
  }

  @Test
  void scoresCarryTheTimeOfTheirSample() throws Exception {
    try (ScoringHarness h = ScoringHarness.open(everySamples(100))) {
      h.add(cut("k", signal(2, 250, 1), 0, 250, RATE));
      assertThat(h.flink.extractOutputStreamRecords())
          .extracting(StreamRecord::getTimestamp)
          .containsExactly(T0 / 1000 + 99, T0 / 1000 + 199);
    }
  }

  @ParameterizedTest
  @EnumSource(ScoringHarness.Backend.class)
  void frameSplittingChangesNothing(ScoringHarness.Backend backend) throws Exception {
    float[] u = signal(3, 1201, 1);
    List<Score> whole;
    try (ScoringHarness h = ScoringHarness.open(everySamples(70), backend)) {
      whole = h.add(last(cut("k", u, 0, 1201, RATE))).scores();
    }
    for (int seed = 0; seed < 3; seed++) {
      List<Frame> frames = Frames.splitAnywhere("k", u, RATE, seed);
      frames.set(frames.size() - 1, last(frames.get(frames.size() - 1)));
      try (ScoringHarness h = ScoringHarness.open(everySamples(70), backend)) {
        assertThat(h.add(frames).scores()).usingRecursiveComparison().isEqualTo(whole);
      }
    }
  }

  @Test
  void keysDoNotMix() throws Exception {
    float[] u = signal(4, 300, 1);
    float[] v = signal(5, 300, 1);
    List<Score> alone;
    try (ScoringHarness h = ScoringHarness.open(options())) {
      alone = h.add(Frames.split("a", u, 30, RATE)).scores();
    }
    try (ScoringHarness h = ScoringHarness.open(options())) {
      List<Frame> a = Frames.split("a", u, 30, RATE);
      List<Frame> b = Frames.split("b", v, 30, 2 * RATE);
      for (int i = 0; i < a.size(); i++) {
        h.add(a.get(i), b.get(i));
      }
      assertThat(h.scores().stream().filter(s -> s.key().equals("a")).toList())
          .usingRecursiveComparison()
          .isEqualTo(alone);
    }
  }

  @Test
  void changedRateMidStreamKeepsTheState() throws Exception {
    float[] u = signal(6, 200, 1);
    try (ScoringHarness h = ScoringHarness.open(options())) {
      h.add(cut("k", u, 0, 100, RATE)).add(frame("k", T0 + 100_000, 500, u[100], u[101]));
      assertThat(h.lastScore().position()).isEqualTo(102);
      assertThat(h.lastScore().segmentStartMicros()).isEqualTo(T0);
      assertThat(h.lastScore().sampleRateHz()).isEqualTo(500);
      assertThat(h.lastScore().timeMicros()).isEqualTo(T0 + 102_000);
    }
  }

  @Test
  void idleKeyGetsItsFinalScoreAndIsForgottenLater() throws Exception {
    Configuration options =
        options()
            .set(ScoringOptions.IDLE_TIMEOUT, Duration.ofSeconds(10))
            .set(ScoringOptions.LATENESS, Duration.ofSeconds(5));
    float[] u = signal(7, 4000, 1);
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(cut("k", u, 0, 1000, RATE)).watermark(T0 + 10 * SECOND);
      h.add(cut("k", u, 1000, 2000, RATE)).watermark(T0 + 11_900_000);
      assertThat(h.scores()).extracting(Score::endOfSegment).containsExactly(false, false);
      assertThat(h.flink.numEventTimeTimers()).isEqualTo(1);
      h.watermark(T0 + 12_002_000);
      assertThat(h.scores()).hasSize(3);
      assertThat(h.lastScore().endOfSegment()).isTrue();
      assertThat(h.lastScore().position()).isEqualTo(2000);
      assertThat(h.lastScore().timeMicros()).isEqualTo(T0 + 1_999_000);
      assertThat(h.flink.numKeyedStateEntries()).isEqualTo(1);

      h.add(cut("k", u, 0, 1000, RATE)); // the clock is still known: a duplicate
      assertThat(h.scores()).hasSize(3);
      assertThat(h.rejected()).isEmpty();
      h.watermark(T0 + 17_002_000);
      assertThat(h.flink.numKeyedStateEntries()).isZero();
      assertThat(h.flink.numEventTimeTimers()).isZero();
      h.add(cut("k", u, 3000, 3001, RATE));
      assertThat(h.lastScore().position()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"10 s, ARRIVAL", "0 s, ARRIVAL", "10 s, SORTED", "0 s, SORTED"})
  void endOfInputFlushesOpenSegments(String idle, Ordering ordering) throws Exception {
    Configuration options =
        options()
            .set(ScoringOptions.EMIT_POLICY, Emit.SEGMENT_END)
            .set(ScoringOptions.ORDERING, ordering);
    options.setString(ScoringOptions.IDLE_TIMEOUT.key(), idle);
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(cut("a", signal(8, 10, 1), 0, 10, RATE), cut("b", signal(9, 7, 1), 0, 7, RATE));
      assertThat(h.scores()).isEmpty();
      h.endOfInput();
      assertThat(h.scores()).extracting(Score::position).containsExactlyInAnyOrder(10L, 7L);
      assertThat(h.scores()).allMatch(Score::endOfSegment);
      assertThat(h.flink.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void neverIdleIsNeverIdle() throws Exception {
    Configuration options = options().set(ScoringOptions.IDLE_TIMEOUT, Duration.ZERO);
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(frame("k", T0, RATE, 1)).watermark(T0 + 365L * 86400 * SECOND);
      assertThat(h.scores()).hasSize(1);
      assertThat(h.flink.numKeyedStateEntries()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(ScoringHarness.Backend.class)
  void permutedArrivalWithinTheBoundEqualsSortedArrival(ScoringHarness.Backend backend)
      throws Exception {
    float[] u = signal(10, 2000, 1);
    List<Frame> frames = Frames.split("k", u, 20, RATE);
    frames.remove(40); // a gap to bridge
    frames.add(at(frame("k", 0, RATE, 1), T0 + 4 * SECOND)); // and one that ends the segment
    List<Score> expected;
    try (ScoringHarness h = ScoringHarness.open(everySamples(30))) {
      expected = h.add(frames).endOfInput().scores();
    }
    Random random = new Random(11);
    for (int run = 0; run < 3; run++) {
      List<Frame> permuted = new ArrayList<>(frames);
      for (int i = 0; i + 8 < permuted.size(); i += 8) {
        Collections.shuffle(permuted.subList(i, i + 8), random);
      }
      permuted.add(17, permuted.get(12)); // an exact duplicate
      try (ScoringHarness h = ScoringHarness.open(sorted(everySamples(30)), backend)) {
        long newest = Long.MIN_VALUE;
        for (Frame frame : permuted) {
          h.add(frame);
          newest = Math.max(newest, frame.startMicros());
          h.watermark(newest - 8 * 20_000 - 1000);
        }
        h.endOfInput();
        assertThat(h.rejected()).isEmpty();
        assertThat(h.scores()).usingRecursiveComparison().isEqualTo(expected);
        if (backend == ScoringHarness.Backend.HEAP) {
          assertThat(h.flink.numKeyedStateEntries()).isZero();
        }
      }
    }
  }

  @Test
  void sortedFramesBehindTheWatermarkAreLateUnlessDuplicates() throws Exception {
    float[] u = signal(12, 100, 1);
    try (ScoringHarness h = ScoringHarness.open(sorted(options()))) {
      h.add(cut("k", u, 0, 10, RATE), cut("k", u, 20, 30, RATE));
      assertThat(h.scores()).isEmpty();
      h.watermark(T0 + 20_000);
      assertThat(h.scores()).hasSize(2);
      h.add(cut("k", u, 20, 30, RATE), cut("k", u, 10, 20, RATE));
      assertThat(reasons(h)).containsExactly(Reason.LATE);
      assertThat(h.rejected().get(0).message()).contains("" + (T0 / 1000 + 20));
      h.add(cut("k", u, 30, 40, RATE)).endOfInput();
      assertThat(h.lastScore().position()).isEqualTo(40);
    }
  }

  @Test
  void watermarkMayComeLateAfterRestore() throws Exception {
    float[] u = signal(13, 100, 1);
    try (ScoringHarness before = ScoringHarness.open(sorted(options()))) {
      before.add(cut("k", u, 0, 10, RATE), cut("k", u, 30, 40, RATE)).watermark(T0 + 5000);
      try (ScoringHarness h =
          ScoringHarness.restore(
              sorted(options()), ScoringHarness.Backend.HEAP, before.snapshot())) {
        // Nothing is late before the first watermark; the key's own clock still tells.
        h.add(cut("k", u, 10, 20, RATE), cut("k", u, 0, 9, RATE), cut("k", u, 20, 30, RATE));
        assertThat(h.rejected()).isEmpty();
        h.watermark(T0 + 40_000);
        assertThat(reasons(h)).containsExactly(Reason.LATE);
        assertThat(h.scores()).extracting(Score::position).containsExactly(20L, 30L, 40L);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Emit.class)
  void emissionPoliciesEndWithTheFinalScore(Emit emit) throws Exception {
    float[] u = new float[60];
    java.util.Arrays.fill(u, 0, 20, 1);
    java.util.Arrays.fill(u, 20, 60, -1);
    Configuration options = options().set(ScoringOptions.EMIT_POLICY, emit);
    if (emit == Emit.SAMPLES) {
      options.set(ScoringOptions.EMIT_EVERY, 25);
    }
    List<Frame> frames = Frames.split("k", u, 10, RATE);
    frames.set(5, last(frames.get(5)));
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(frames);
      List<Long> positions = h.scores().stream().map(Score::position).toList();
      switch (emit) {
        case FRAME -> assertThat(positions).containsExactly(10L, 20L, 30L, 40L, 50L, 60L);
        case SAMPLES -> assertThat(positions).containsExactly(25L, 50L, 60L);
        case SEGMENT_END -> assertThat(positions).containsExactly(60L);
        case LABEL_CHANGE -> assertThat(positions).hasSize(3).startsWith(10L).endsWith(60L);
      }
      assertThat(h.scores()).filteredOn(Score::endOfSegment).hasSize(1);
      assertThat(h.lastScore().endOfSegment()).isTrue();
    }
  }

  @Test
  void policiesReachTheScorer() throws Exception {
    Configuration options =
        options()
            .set(ScoringOptions.GAP_POLICY, GapPolicy.END)
            .set(ScoringOptions.NON_FINITE, NonFinitePolicy.ZERO)
            .set(ScoringOptions.PRECISION, Precision.FLOAT64)
            .set(ScoringOptions.TIMESTAMP_TOLERANCE, 3.0);
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(frame("k", T0, RATE, 1, Float.NaN), frame("k", T0 + 5000, RATE, 1));
      assertThat(h.lastScore().position()).isEqualTo(3);
      h.add(frame("k", T0 + 10_000, RATE, 1));
      assertThat(h.lastScore().position()).isEqualTo(1);
      assertThat(h.rejected()).isEmpty();
      double a = -Math.expm1(-0.1);
      double x1 = a;
      double x2 = x1 - a * x1;
      double x3 = x2 + a * (1 - x2);
      assertThat(h.scores().get(1).outputs()[0])
          .isCloseTo((x1 + x2 + x3) / 3, org.assertj.core.data.Offset.offset(1e-15));
    }
  }

  @Test
  void stateTimeToLiveDropsSilently() throws Exception {
    Configuration options = options().set(ScoringOptions.STATE_TTL, Duration.ofHours(1));
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.flink.setStateTtlProcessingTime(0);
      h.add(frame("k", T0, RATE, 1));
      h.flink.setStateTtlProcessingTime(3_600_001);
      h.add(frame("k", T0 + 1000, RATE, 1));
      assertThat(h.lastScore().position()).isEqualTo(1);
      assertThat(h.scores()).noneMatch(Score::endOfSegment);
      h.endOfInput();
      assertThat(h.scores()).filteredOn(Score::endOfSegment).hasSize(1);
    }
  }

  @Test
  void aModelThatCannotBeReadEndsANewJobButNotOneWithState() throws Exception {
    Configuration nowhere = options().set(ScoringOptions.MODEL_PATH, "nowhere");
    assertThatThrownBy(() -> ScoringHarness.open(nowhere))
        .isInstanceOf(SuppressRestartsException.class)
        .hasRootCauseMessage("no toy model at nowhere");
    try (ScoringHarness h = ScoringHarness.open(options())) {
      h.add(frame("k", T0, RATE, 1));
      OperatorSubtaskState state = h.snapshot();
      assertThatThrownBy(() -> ScoringHarness.restore(nowhere, Backend.HEAP, state))
          .isInstanceOf(IOException.class)
          .hasMessage("no toy model at nowhere");
    }
  }
}
