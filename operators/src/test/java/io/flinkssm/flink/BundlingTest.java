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

import com.sun.management.ThreadMXBean;
import io.flinkssm.flink.ScoringHarness.Backend;
import io.flinkssm.stream.Frame;
import io.flinkssm.stream.Frames;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.Ordering;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When bundles are scored, and that nothing else about them shows. */
class BundlingTest {
  private static final double RATE = 1000;
  private static final long SECOND = 1_000_000;

  private static Configuration bundled(int frames) {
    return options().set(ScoringOptions.BUNDLE_MAX_FRAMES, frames);
  }

  private static List<String> keys(ScoringHarness harness) {
    return harness.scores().stream().map(Score::key).toList();
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aFullBundleIsScored(Backend backend) throws Exception {
    float[] u = signal(1, 10, 1);
    try (ScoringHarness h = ScoringHarness.open(bundled(4), backend)) {
      h.add(cut("a", u, 0, 1, RATE), cut("b", u, 0, 2, RATE), cut("a", u, 1, 2, RATE));
      h.add(frame("a", T0, -1, 1)); // rejected at once, and not counted
      assertThat(h.rejected()).hasSize(1);
      assertThat(h.scores()).isEmpty();
      h.add(cut("b", u, 2, 4, RATE));
      assertThat(keys(h)).containsExactly("a", "a", "b", "b");
      assertThat(h.scores()).extracting(Score::position).containsExactly(1L, 2L, 2L, 4L);
      h.add(cut("b", u, 4, 5, RATE));
      assertThat(h.scores()).hasSize(4);
    }
  }

  @Test
  void longFramesFillABundleByTheirSize() throws Exception {
    float[] u = signal(2, 1 << 19, 1);
    try (ScoringHarness h = ScoringHarness.open(bundled(1000))) {
      h.add(cut("a", u, 0, u.length, RATE));
      assertThat(h.scores()).isEmpty();
      h.add(cut("b", u, 0, u.length, RATE));
      assertThat(h.scores()).hasSize(2);
    }
  }

  @Test
  void noFrameWaitsLongerThanTheBound() throws Exception {
    Configuration options = bundled(3).set(ScoringOptions.BUNDLE_MAX_LATENCY, Duration.ofMillis(5));
    float[] u = signal(3, 10, 1);
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.flink.setProcessingTime(100);
      h.add(cut("a", u, 0, 1, RATE));
      h.flink.setProcessingTime(104);
      h.add(cut("b", u, 0, 1, RATE));
      assertThat(h.scores()).isEmpty();
      h.flink.setProcessingTime(105);
      assertThat(h.scores()).hasSize(2);

      h.flink.setProcessingTime(110);
      h.add(cut("a", u, 1, 2, RATE), cut("a", u, 2, 3, RATE), cut("a", u, 3, 4, RATE));
      assertThat(h.scores()).as("full").hasSize(5);
      h.flink.setProcessingTime(112);
      h.add(cut("a", u, 4, 5, RATE));
      h.flink.setProcessingTime(116);
      assertThat(h.scores()).as("the timer was that of the bundle before").hasSize(5);
      h.flink.setProcessingTime(117);
      assertThat(h.scores()).hasSize(6);
      h.flink.setProcessingTime(1000);
      assertThat(h.scores()).hasSize(6);
      assertThat(h.flink.numProcessingTimeTimers()).as("stored timers").isZero();
    }
  }

  @Test
  void bundlesAreScoredBeforeWatermarksAndIdleness() throws Exception {
    float[] u = signal(4, 10, 1);
    try (ScoringHarness h = ScoringHarness.open(bundled(100))) {
      h.add(cut("a", u, 0, 1, RATE), cut("b", u, 0, 1, RATE)).watermark(T0 + SECOND);
      h.add(cut("a", u, 1, 2, RATE));
      h.flink.processWatermarkStatus(WatermarkStatus.IDLE);
      h.add(cut("a", u, 2, 3, RATE));
      h.flink.getOperator().finish();
      assertThat(h.flink.getOutput())
          .extracting(e -> e instanceof StreamRecord<?> ? StreamRecord.class : e)
          .containsExactly(
              StreamRecord.class,
              StreamRecord.class,
              new Watermark(T0 / 1000 + 1000),
              StreamRecord.class,
              WatermarkStatus.IDLE,
              StreamRecord.class);
    }
  }

  @Test
  void sortedFramesOfAllKeysAreScoredBeforeTheirWatermark() throws Exception {
    float[] u = signal(7, 10, 1);
    Configuration options = bundled(100).set(ScoringOptions.ORDERING, Ordering.SORTED);
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(cut("a", u, 1, 2, RATE), cut("b", u, 0, 1, RATE), cut("a", u, 0, 1, RATE));
      h.watermark(T0 + SECOND);
      assertThat(h.scores()).hasSize(3);
      assertThat(h.flink.getOutput()).last().isEqualTo(new Watermark(T0 / 1000 + 1000));
    }
  }

  @ParameterizedTest
  @EnumSource(Ordering.class)
  void segmentsEndAfterTheirBundledFrames(Ordering ordering) throws Exception {
    Configuration options =
        bundled(100)
            .set(ScoringOptions.ORDERING, ordering)
            .set(ScoringOptions.IDLE_TIMEOUT, Duration.ofSeconds(2))
            .set(ScoringOptions.LATENESS, Duration.ofSeconds(1));
    float[] u = signal(5, 3000, 1);
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(cut("a", u, 0, 10, RATE), cut("b", u, 0, 20, RATE)).watermark(T0 + 5000);
      // The idle timer of a fires with the same watermark that frees its next frame.
      h.add(cut("a", u, 10, 2000, RATE), last(cut("b", u, 20, 30, RATE)));
      h.watermark(T0 + 2 * SECOND + 100_000);
      assertThat(h.lastScore().endOfSegment()).isEqualTo(h.lastScore().key().equals("b"));
      assertThat(h.scores()).filteredOn(s -> s.key().equals("a")).noneMatch(Score::endOfSegment);
      h.add(cut("c", u, 2500, 2501, RATE)).endOfInput();
      assertThat(h.scores())
          .filteredOn(Score::endOfSegment)
          .extracting(s -> s.key() + s.position())
          .containsExactlyInAnyOrder("b30", "a2000", "c1");
      assertThat(h.flink.numKeyedStateEntries()).isZero();
      assertThat(h.flink.numEventTimeTimers()).isZero();
    }
  }

  /** Frames of thirteen keys, interleaved, most of them short. */
  private static List<Frame> frames() {
    List<Frame> all = new ArrayList<>();
    for (int key = 0; key < 13; key++) {
      all.addAll(Frames.splitAnywhere("key-" + key, signal(key, 700, 1), RATE, key));
      all.addAll(Frames.split("short-" + key, signal(key, 90, 1), 1 + key / 4, RATE));
      all.add(at(frame("short-" + key, 0, RATE, 1), T0 + 200_000)); // behind a gap
      all.add(at(frame("short-" + key, 0, RATE, 2), T0 + 300_000));
    }
    all.sort(Comparator.comparing(Frame::startMicros).thenComparing(Frame::key));
    return all;
  }

  private static Map<String, List<Score>> byKey(List<Score> scores) {
    Map<String, List<Score>> byKey = new HashMap<>();
    scores.forEach(s -> byKey.computeIfAbsent(s.key(), k -> new ArrayList<>()).add(s));
    return byKey;
  }

  @ParameterizedTest
  @CsvSource({
    "HEAP, ARRIVAL, 2",
    "HEAP, ARRIVAL, 50",
    "ROCKSDB, ARRIVAL, 50",
    "HEAP, SORTED, 10",
    "ROCKSDB, SORTED, 1000",
  })
  void aRestoredRunInBundlesEqualsAnUninterruptedOneWithout(
      Backend backend, Ordering ordering, int bundle) throws Exception {
    List<Frame> frames = frames();
    int middle = frames.size() / 2;
    Configuration plain = options().set(ScoringOptions.ORDERING, ordering);
    Configuration options = bundled(bundle).set(ScoringOptions.ORDERING, ordering);
    List<Score> expected;
    try (ScoringHarness h = ScoringHarness.open(plain)) {
      expected = h.add(frames).endOfInput().scores();
    }
    List<Score> scores = new ArrayList<>();
    OperatorSubtaskState state;
    try (ScoringHarness h = ScoringHarness.open(options, backend)) {
      for (int i = 0; i < middle; i++) {
        h.add(frames.get(i));
        if (i % 97 == 96) {
          h.watermark(frames.get(i).startMicros() - 30_000);
        }
      }
      state = h.snapshot();
      scores.addAll(h.scores());
      // What happens after the snapshot must not reach it.
      h.add(frames.subList(middle, frames.size())).endOfInput();
    }
    try (ScoringHarness h = ScoringHarness.restore(options, backend, state)) {
      scores.addAll(h.add(frames.subList(middle, frames.size())).endOfInput().scores());
    }
    assertThat(byKey(scores)).usingRecursiveComparison().isEqualTo(byKey(expected));
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void timeToLiveIsThatOfEachKey(Backend backend) throws Exception {
    Configuration options = bundled(2).set(ScoringOptions.STATE_TTL, Duration.ofHours(1));
    try (ScoringHarness h = ScoringHarness.open(options, backend)) {
      h.flink.setStateTtlProcessingTime(0);
      h.add(frame("a", T0, RATE, 1), frame("b", T0, RATE, 1));
      h.flink.setStateTtlProcessingTime(1_800_000);
      h.add(frame("b", T0 + 1000, RATE, 1), frame("c", T0, RATE, 1));
      h.flink.setStateTtlProcessingTime(3_600_001);
      h.add(frame("a", T0 + 1000, RATE, 1), frame("b", T0 + 2000, RATE, 1));
      assertThat(h.scores())
          .extracting(s -> s.key() + s.position())
          .containsExactly("a1", "b1", "b2", "c1", "a1", "b3");
      h.endOfInput();
      assertThat(h.scores())
          .filteredOn(Score::endOfSegment)
          .extracting(s -> s.key() + s.position())
          .containsExactlyInAnyOrder("a1", "b3", "c1");
    }
  }

  @Test
  void lateSortedFramesAreToldFromDuplicatesWithinBundles() throws Exception {
    float[] u = signal(6, 100, 1);
    Configuration options = bundled(100).set(ScoringOptions.ORDERING, Ordering.SORTED);
    try (ScoringHarness h = ScoringHarness.open(options)) {
      h.add(cut("a", u, 0, 10, RATE), cut("b", u, 0, 10, RATE)).watermark(T0 + 5000);
      h.add(cut("a", u, 0, 10, RATE), cut("a", u, 1, 10, RATE));
      assertThat(h.rejected()).extracting(Rejection::reason).containsExactly(Rejection.Reason.LATE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void framesAllocateNothing(int bundle) throws Exception {
    Configuration options = bundled(bundle).set(ScoringOptions.EMIT_POLICY, Emit.SEGMENT_END);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    try (ScoringHarness h = ScoringHarness.open(options)) {
      for (int round = 0; round < 300; round++) {
        List<StreamRecord<Frame>> records = new ArrayList<>();
        for (int key = 0; key < 64; key++) {
          records.add(new StreamRecord<>(frame("key-" + key, T0 + 1000L * round, RATE, 1)));
        }
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < records.size(); i++) {
          h.flink.processElement(records.get(i));
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
      }
      assertThat(h.endOfInput().scores()).hasSize(64).allMatch(s -> s.position() == 300);
    }
    assertThat(least).isZero();
  }

  @Test
  void limitsThatCannotWorkAreNamed() {
    assertThatThrownBy(() -> BundleLimits.of(bundled(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ssm.bundle.max-frames is 0");
    Configuration now = bundled(2).set(ScoringOptions.BUNDLE_MAX_LATENCY, Duration.ZERO);
    assertThatThrownBy(() -> BundleLimits.of(now))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ssm.bundle.max-latency is PT0S");
    now.set(ScoringOptions.BUNDLE_MAX_FRAMES, 1);
    assertThat(BundleLimits.of(now).full(1, 1)).isTrue();
  }
}
