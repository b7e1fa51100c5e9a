package io.flinkssm.flink;

import static io.flinkssm.stream.Frames.T0;
import static io.flinkssm.stream.Frames.cut;
import static io.flinkssm.stream.Frames.frame;
import static io.flinkssm.stream.Frames.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkssm.stream.Frame;
import io.flinkssm.stream.KeyState;
import io.flinkssm.stream.Rejection;
import io.flinkssm.stream.Score;
import io.flinkssm.stream.ScoringConfig.Ordering;
import io.flinkssm.stream.ScoringSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scorer in a host that keeps one key: what becomes of state and timers. */
class HostedScorerTest {
  private static final long T0_MILLIS = T0 / 1000;

  private final OneKey host = new OneKey();
  private final List<Score> scores = new ArrayList<>();
  private final List<Rejection> rejected = new ArrayList<>();
  private final ScoringSink sink =
      new ScoringSink() {
        @Override
        public void score(Score score) {
          scores.add(score);
        }

        @Override
        public void reject(Rejection rejection) {
          rejected.add(rejection);
        }
      };

  private static Configuration options() {
    return new Configuration()
        .set(
            ScoringOptions.MODEL_PATH,
            Path.of("..", "models", "spoken-digits-s4d").toUri().toString())
        .set(ScoringOptions.IDLE_TIMEOUT, Duration.ofSeconds(10))
        .set(ScoringOptions.LATENESS, Duration.ofSeconds(5));
  }

  private static HostedScorer scorer(Configuration options) throws IOException {
    return HostedScorer.scoring(options, new UnregisteredMetricsGroup());
  }

  private void advance(HostedScorer scorer, long watermark) throws Exception {
    host.watermark = watermark;
    while (!host.timers.isEmpty() && host.timers.first() <= watermark) {
      scorer.wake(host.timers.pollFirst(), host, sink);
    }
  }

  // Other tests of this JVM may hold some.
  private final int models = ModelCache.shared().size();

  @AfterEach
  void noModelIsLeft() {
    assertThat(ModelCache.shared().size()).isEqualTo(models);
  }

  @Test
  void silenceEndsASegmentAndThenForgetsTheKey() throws Exception {
    try (HostedScorer scorer = scorer(options())) {
      scorer.take(cut("k", signal(1, 400, 1), 0, 200, 4000), host, sink);
      scorer.take(cut("k", signal(1, 400, 1), 200, 400, 4000), host, sink);
      assertThat(host.timers).hasSize(1);
      advance(scorer, T0_MILLIS + 10_060);
      assertThat(scores).hasSize(2).noneMatch(Score::endOfSegment);
      advance(scorer, T0_MILLIS + 10_101);
      assertThat(scores).hasSize(3);
      assertThat(scores.get(2).endOfSegment()).isTrue();
      assertThat(scores.get(2).outputs()).isEqualTo(scores.get(1).outputs());
      assertThat(host.state).isNotNull();
      advance(scorer, T0_MILLIS + 15_101);
      assertThat(host.state).isNull();
      assertThat(host.timers).isEmpty();
      assertThat(scores).hasSize(3);
    }
  }

  @Test
  void theEndOfInputEndsSegmentsThatNeverGoIdle() throws Exception {
    try (HostedScorer scorer = scorer(options().set(ScoringOptions.IDLE_TIMEOUT, Duration.ZERO))) {
      scorer.take(cut("k", signal(1, 200, 1), 0, 200, 4000), host, sink);
      advance(scorer, Long.MAX_VALUE - 1);
      assertThat(scores).hasSize(1);
      advance(scorer, Long.MAX_VALUE);
      assertThat(scores).hasSize(2);
      assertThat(scores.get(1).endOfSegment()).isTrue();
    }
  }

  @Test
  void sortedFramesWaitAndLateOnesAreRejected() throws Exception {
    float[] signal = signal(1, 400, 1);
    Frame first = cut("k", signal, 0, 200, 4000);
    Frame second = cut("k", signal, 200, 400, 4000);
    try (HostedScorer scorer = scorer(options().set(ScoringOptions.ORDERING, Ordering.SORTED))) {
      scorer.take(second, host, sink);
      scorer.take(first, host, sink);
      assertThat(scores).isEmpty();
      advance(scorer, T0_MILLIS + 60);
      assertThat(scores).extracting(Score::position).containsExactly(200L, 400L);
      assertThat(host.waiting).isEmpty();
      scorer.take(second, host, sink);
      assertThat(rejected).isEmpty();
      scorer.take(frame("k", T0 + 10_000, 4000, 1, 2), host, sink);
      assertThat(rejected).extracting(Rejection::reason).containsExactly(Rejection.Reason.LATE);
    }
  }

  @Test
  void whatCannotBeUsedIsRejectedAndLeavesNoTrace() throws Exception {
    try (HostedScorer scorer = scorer(options())) {
      scorer.take(frame("k", T0, -1, 1), host, sink);
      assertThat(rejected).extracting(Rejection::reason).containsExactly(Rejection.Reason.BAD_RATE);
      assertThat(host.state).isNull();
      assertThat(host.timers).isEmpty();
    }
  }

  @Test
  void aModelThatIsNotThereIsAnError() {
    assertThatThrownBy(
            () -> scorer(new Configuration().set(ScoringOptions.MODEL_PATH, "file:///no/model")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json");
  }

  /** One key in memory. */
  private static final class OneKey implements HostedScorer.Host, SortBuffer.Store {
    private KeyState<?> state;
    private final TreeMap<Long, List<Frame>> waiting = new TreeMap<>();
    private final TreeSet<Long> timers = new TreeSet<>();
    private long watermark = Long.MIN_VALUE;

    @Override
    public KeyState<?> read() {
      return state;
    }

    @Override
    public void write(KeyState<?> changed) {
      state = changed;
    }

    @Override
    public void clear() {
      state = null;
    }

    @Override
    public SortBuffer.Store waiting() {
      return this;
    }

    @Override
    public long watermark() {
      return watermark;
    }

    @Override
    public void wakeAt(long millis) {
      timers.add(millis);
    }

    @Override
    public Iterable<Long> starts() {
      return waiting.keySet();
    }

    @Override
    public List<Frame> get(Long startMicros) {
      return waiting.get(startMicros);
    }

    @Override
    public void put(Long startMicros, List<Frame> same) {
      waiting.put(startMicros, same);
    }

    @Override
    public void remove(Long startMicros) {
      waiting.remove(startMicros);
    }
  }
}
