package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.GapPolicy;
import io.flinkssm.stream.ScoringConfig.NonFinitePolicy;
import io.flinkssm.stream.ScoringConfig.Sampling;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
  private static final double RATE = 1000;
  private static final int KEYS = 5;

  /** States of keys as a state backend would keep them: what is read is a copy. */
  static final class Stored implements KeyedStates {
    final Map<String, KeyState<?>> states = new HashMap<>();
    private int reads;
    private int writes;

    @Override
    public KeyState<?> read(String key) {
      reads++;
      KeyState<?> state = states.get(key);
      return state == null ? null : state.copy();
    }

    @Override
    public void write(String key, KeyState<?> state) {
      writes++;
      states.put(key, state.copy());
    }
  }

  /** Frames of some keys, interleaved at random, with every kind of bad input among them. */
  static List<Frame> frames(Random random) {
    List<Frame> all = new ArrayList<>();
    long[] clock = new long[KEYS];
    double[] rate = new double[KEYS];
    Frame[] last = new Frame[KEYS];
    for (int i = 0; i < 400; i++) {
      int k = random.nextInt(KEYS);
      String key = "key-" + k;
      int length = random.nextInt(4) > 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(600);
      if (last[k] == null || random.nextInt(25) == 0) {
        rate[k] = random.nextBoolean() ? RATE : 500;
      }
      long period = Math.round(1e6 / rate[k]);
      long start = last[k] == null ? T0 : clock[k];
      float[] samples = Frames.signal(random.nextLong(), length, 1);
      double usedRate = rate[k];
      boolean consumed = true;
      switch (random.nextInt(24)) {
        case 0 -> start += period * (1 + random.nextInt(900)); // a gap to bridge
        case 1 -> start += period * 5000; // one that ends the segment
        case 2 -> start -= period * (1 + random.nextInt(5)); // an overlap, or late
        case 3 -> start -= 3_600_000_000L; // a clock set back
        case 4 -> samples[random.nextInt(length)] = Float.NaN;
        case 5 -> usedRate = 666; // which the model refuses
        case 6 -> {
          if (last[k] != null) {
            all.add(last[k]); // an exact duplicate
            consumed = false;
          }
        }
        default -> {}
      }
      if (consumed) {
        Frame frame = Frames.frame(key, start, usedRate, samples);
        last[k] = random.nextInt(12) == 0 ? Frames.last(frame) : frame;
        all.add(last[k]);
        if (usedRate == rate[k]) {
          clock[k] = Math.max(clock[k], start + length * period);
        }
      }
    }
    return all;
  }

  static <T> T any(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  static ScoringConfig config(Random random, Duration retain) {
    return config(random, retain, Sampling.FRAME);
  }

  private static ScoringConfig config(Random random, Duration retain, Sampling sampling) {
    ScoringConfig.Builder config =
        ScoringConfig.builder()
            .retain(retain)
            .gapPolicy(any(random, List.of(GapPolicy.values())))
            .nonFinite(any(random, List.of(NonFinitePolicy.values())))
            .sampling(sampling);
    int every = any(random, List.of(1, 2, 7, 31, 32, 100, 256, 300));
    switch (any(random, List.of(Emit.values()))) {
      case FRAME -> config.emit(Emit.FRAME);
      case SEGMENT_END -> config.emit(Emit.SEGMENT_END);
      case SAMPLES -> config.emit(Emit.SAMPLES).emitEvery(every);
      case LABEL_CHANGE -> config.emit(Emit.LABEL_CHANGE).emitEvery(random.nextInt(2) * every);
    }
    return config.build();
  }

  static <A> Stored oneByOne(Scorer<A> scorer, List<Frame> frames, ScoringSink sink) {
    Stored stored = new Stored();
    for (Frame frame : frames) {
      KeyState<A> changed = scorer.score(stored.read(frame.key()), frame, sink);
      if (changed != null) {
        stored.write(frame.key(), changed);
      }
    }
    return stored;
  }

  static <A> Stored bundled(
      Scorer<A> scorer, List<Frame> frames, Random random, int longest, ScoringSink sink)
      throws IOException {
    Stored stored = new Stored();
    Bundle<A> bundle = scorer.newBundle();
    for (Frame frame : frames) {
      bundle.add(frame);
      if (random.nextInt(longest) == 0) {
        bundle.score(stored, sink);
      }
    }
    bundle.score(stored, sink);
    assertThat(bundle.isEmpty()).isTrue();
    assertThat(bundle.keys()).isZero();
    return stored;
  }

  static Map<String, List<String>> scores(Collected collected) {
    Map<String, List<String>> byKey = new HashMap<>();
    for (Score score : collected.scores) {
      String text =
          score.segmentStartMicros()
              + " "
              + score.position()
              + " "
              + score.timeMicros()
              + " "
              + score.sampleRateHz()
              + " "
              + Arrays.toString(score.outputs())
              + score.label()
              + score.modelVersion()
              + score.endOfSegment();
      byKey.computeIfAbsent(score.key(), k -> new ArrayList<>()).add(text);
    }
    return byKey;
  }

  static Map<String, List<Rejection>> rejections(Collected collected) {
    Map<String, List<Rejection>> byKey = new HashMap<>();
    for (Rejection rejection : collected.rejections) {
      byKey.computeIfAbsent(rejection.key(), k -> new ArrayList<>()).add(rejection);
    }
    return byKey;
  }

  private static <A> void assertBundlesChangeNothing(
      SequenceModel model, Kernels<A> kernels, long seed) throws IOException {
    Random random = new Random(seed);
    Sampling sampling = any(new Random(seed), List.of(Sampling.values()));
    ScoringConfig config = config(random, Duration.ZERO, sampling);
    List<Frame> frames = frames(random);
    Collected expected = new Collected();
    Stored one = oneByOne(new Scorer<>(model, kernels, config, expected), frames, expected);
    for (int longest : new int[] {1, 10, 100, 10_000}) {
      Collected found = new Collected();
      Scorer<A> scorer = new Scorer<>(model, kernels, config, found);
      Stored many = bundled(scorer, frames, random, longest, found);
      assertThat(scores(found)).as("scores, seed %d", seed).isEqualTo(scores(expected));
      assertThat(many.states).as("states, seed %d", seed).isEqualTo(one.states);
      assertThat(rejections(found)).usingRecursiveComparison().isEqualTo(rejections(expected));
      assertThat(found)
          .usingRecursiveComparison()
          .ignoringFields("scores", "rejections")
          .as("counters, seed %d", seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void bundlesOfAnyCutChangeNoBit() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      assertBundlesChangeNothing(ToyModel.classifier(), Kernels.float32(), seed);
      assertBundlesChangeNothing(ToyModel.classifier(), Kernels.float64(), seed);
    }
  }

  @Test
  void aRealModelSeesNoBundlesEither() throws IOException {
    SequenceModel model = ModelDirectory.read(Path.of("..", "models", "spoken-digits-s4d"));
    ScoringConfig config = ScoringConfig.builder().build();
    double rate = model.info().sampleRateHz();
    List<Frame> frames = new ArrayList<>();
    for (int k = 0; k < KEYS; k++) {
      frames.addAll(Frames.splitAnywhere("key-" + k, Frames.signal(k, 700, 1), rate, k));
      frames.addAll(singles("single-" + k, 40, rate));
    }
    Collections.shuffle(frames, new Random(1));
    frames.sort(Comparator.comparing(Frame::startMicros));
    Collected expected = new Collected();
    Stored one =
        oneByOne(new Scorer<>(model, Kernels.float32(), config, expected), frames, expected);
    Collected found = new Collected();
    Scorer<float[]> scorer = new Scorer<>(model, Kernels.float32(), config, found);
    Stored many = bundled(scorer, frames, new Random(2), 60, found);
    assertThat(scores(found)).isEqualTo(scores(expected));
    assertThat(many.states).isEqualTo(one.states);
  }

  private static List<Frame> singles(String key, int count, double rate) {
    return Frames.split(key, Frames.signal(key.hashCode(), count, 1), 1, rate);
  }

  @Test
  void eachStateIsReadAndWrittenOnce() throws IOException {
    Collected collected = new Collected();
    ScoringConfig config = ScoringConfig.builder().build();
    Bundle<float[]> bundle =
        new Scorer<>(ToyModel.classifier(), Kernels.float32(), config, collected).newBundle();
    int keys = 1000;
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < keys; k++) {
        bundle.add(Frames.frame("key-" + k, T0 + 1000L * i, RATE, k, 1));
      }
    }
    assertThat(bundle.frames()).isEqualTo(3 * keys);
    assertThat(bundle.keys()).isEqualTo(keys);
    assertThat(bundle.values()).isEqualTo(6L * keys);
    Stored stored = new Stored();
    bundle.score(stored, collected);
    assertThat(stored.reads).isEqualTo(keys);
    assertThat(stored.writes).isEqualTo(keys);
    assertThat(collected.scores).hasSize(3 * keys);
    assertThat(collected.overlaps).isEqualTo(2L * keys);
    assertThat(stored.states.keySet()).hasSize(keys);

    // A key of which nothing is used is read, as its clock says so, but not written.
    bundle.add(Frames.frame("key-7", T0, RATE, 7, 1));
    bundle.score(stored, collected);
    assertThat(stored.reads).isEqualTo(keys + 1);
    assertThat(stored.writes).isEqualTo(keys);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void bundlesAllocateNothing(int keys) throws IOException {
    SequenceModel model = ModelDirectory.read(Path.of("..", "models", "spoken-digits-s4d"));
    double rate = model.info().sampleRateHz();
    ScoringConfig config = ScoringConfig.builder().emit(Emit.SEGMENT_END).build();
    Collected collected = new Collected();
    Bundle<float[]> bundle = new Scorer<>(model, Kernels.float32(), config, collected).newBundle();
    Map<String, KeyState<?>> states = new HashMap<>();
    KeyedStates inPlace =
        new KeyedStates() {
          @Override
          public KeyState<?> read(String key) {
            return states.get(key);
          }

          @Override
          public void write(String key, KeyState<?> state) {
            states.put(key, state);
          }
        };
    List<List<Frame>> perKey = new ArrayList<>();
    for (int k = 0; k < keys; k++) {
      perKey.add(singles("key-" + k, 400, rate));
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int from = 0; from < 400; from += 4) {
      long start = threads.getThreadAllocatedBytes(id);
      for (int i = from; i < from + 4; i++) {
        for (int k = 0; k < keys; k++) {
          bundle.add(perKey.get(k).get(i));
        }
      }
      bundle.score(inPlace, collected);
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - start);
    }
    assertThat(collected.samplesScored).isEqualTo(400L * keys);
    assertThat(least).isZero();
  }
}
