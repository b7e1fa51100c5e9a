package io.flinkssm.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.flink.ScoringHarness.Backend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyedHistoryTest {
  private static final int CHANNELS = 2;

  /** Holds nothing but a history. */
  private static final class HistoryOperator extends AbstractStreamOperator<String>
      implements OneInputStreamOperator<String, String> {
    private static final long serialVersionUID = 1L;
    private transient KeyedHistory history;

    @Override
    public void open() throws Exception {
      super.open();
      history =
          new KeyedHistory(
              this::setCurrentKey,
              getRuntimeContext().getMapState(ScoringState.retained(Duration.ofHours(1))),
              getRuntimeContext().getState(ScoringState.newestRetained(Duration.ofHours(1))));
    }

    @Override
    public void processElement(StreamRecord<String> element) {}
  }

  private static final class Harness implements AutoCloseable {
    final HistoryOperator operator = new HistoryOperator();
    final KeyedOneInputStreamOperatorTestHarness<String, String, String> flink;

    Harness(Backend backend, OperatorSubtaskState state) throws Exception {
      flink = new KeyedOneInputStreamOperatorTestHarness<>(operator, k -> k, Types.STRING);
      flink.setStateBackend(backend.create());
      flink.setup(StringSerializer.INSTANCE);
      if (state != null) {
        flink.initializeState(state);
      }
      flink.open();
    }

    @Override
    public void close() throws IOException {
      try {
        flink.close();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  /** What a key's segment was fed, one pair (value, rate) per value. */
  private static final class Fed {
    final List<Float> values = new ArrayList<>();
    final List<Double> rates = new ArrayList<>();
  }

  private static void feed(
      KeyedHistory history, Map<String, Fed> all, SplittableRandom random, int appends, int keep) {
    float[] samples = new float[1000 * CHANNELS];
    for (int i = 0; i < appends; i++) {
      String key = "key-" + random.nextInt(3);
      Fed fed = all.computeIfAbsent(key, k -> new Fed());
      int count = random.nextInt(4) == 0 ? 1 + random.nextInt(1000) : 1 + random.nextInt(20);
      double rate = 1000 + random.nextInt(10) / 9;
      long position = fed.values.size() / CHANNELS;
      for (int v = 0; v < count * CHANNELS; v++) {
        samples[v] = random.nextInt();
        fed.values.add(samples[v]);
        fed.rates.add(rate);
      }
      long end = position + count;
      history.append(key, end - keep, position, rate, samples, count * CHANNELS);
    }
  }

  /** Reads from a position; gives the position of the first sample that is there. */
  private static long check(KeyedHistory history, String key, Fed fed, long from) {
    List<Float> values = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    long[] first = {-1};
    history.read(
        key,
        from,
        (position, rate, samples, offset, length) -> {
          if (first[0] < 0) {
            first[0] = position;
          }
          assertThat(position).isEqualTo(first[0] + values.size() / CHANNELS);
          for (int v = offset; v < offset + length; v++) {
            values.add(samples[v]);
            rates.add(rate);
          }
        });
    int skipped = Math.toIntExact(first[0]) * CHANNELS;
    assertThat(values).isEqualTo(fed.values.subList(skipped, fed.values.size()));
    assertThat(rates).isEqualTo(fed.rates.subList(skipped, fed.rates.size()));
    return first[0];
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void keepsWhatIsAskedForAndLittleMore(Backend backend) throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    int keep = 3000;
    Map<String, Fed> all = new HashMap<>();
    OperatorSubtaskState state;
    try (Harness h = new Harness(backend, null)) {
      feed(h.operator.history, all, random, 100, keep);
      state = h.flink.snapshot(1, 1);
      // What happens after the snapshot must not reach it.
      Map<String, Fed> ahead = new HashMap<>();
      all.forEach(
          (key, fed) -> {
            Fed copy = new Fed();
            copy.values.addAll(fed.values);
            copy.rates.addAll(fed.rates);
            ahead.put(key, copy);
          });
      feed(h.operator.history, ahead, new SplittableRandom(8), 50, keep);
    }
    try (Harness h = new Harness(backend, state)) {
      feed(h.operator.history, all, random, 100, keep);
      for (Map.Entry<String, Fed> entry : all.entrySet()) {
        Fed fed = entry.getValue();
        long end = fed.values.size() / CHANNELS;
        assertThat(end).isGreaterThan(2L * keep);
        long oldest = check(h.operator.history, entry.getKey(), fed, end - keep);
        assertThat(oldest).isBetween(end - keep - 1000, end - keep);
        assertThat(check(h.operator.history, entry.getKey(), fed, 0))
            .as("what is left of what may go")
            .isGreaterThanOrEqualTo(end - keep - 3000);
        h.operator.history.clear(entry.getKey());
        h.operator.history.read(
            entry.getKey(),
            0,
            (position, rate, samples, offset, length) -> {
              throw new AssertionError("nothing is left");
            });
      }
      if (backend == Backend.HEAP) { // the other one cannot count
        assertThat(h.flink.numKeyedStateEntries()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aNewSegmentBeginsWithNothing(Backend backend) throws Exception {
    try (Harness h = new Harness(backend, null)) {
      SplittableRandom random = new SplittableRandom(9);
      feed(h.operator.history, new HashMap<>(), random, 50, 100_000);
      Map<String, Fed> again = new HashMap<>();
      feed(h.operator.history, again, random, 50, 100_000);
      again.forEach((key, fed) -> assertThat(check(h.operator.history, key, fed, 0)).isZero());
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void whatHasOutlivedItsTimeLeavesNoGap(Backend backend) throws Exception {
    try (Harness h = new Harness(backend, null)) {
      Map<String, Fed> all = new HashMap<>();
      SplittableRandom random = new SplittableRandom(10);
      for (int i = 0; i < 5; i++) {
        h.flink.setStateTtlProcessingTime(i * 1_500_000L); // of 3.6e6 ms
        feed(h.operator.history, all, random, 30, 100_000);
      }
      all.forEach((key, fed) -> assertThat(check(h.operator.history, key, fed, 0)).isPositive());
    }
  }
}
