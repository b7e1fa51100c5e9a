package io.flinkssm.stream;

import static io.flinkssm.stream.Frames.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkssm.model.ModelInfo.Task;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.stream.Release.StatePolicy;
import io.flinkssm.stream.ScoringConfig.Emit;
import io.flinkssm.stream.ScoringConfig.GapPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What scores a sample depends on the releases and its time, however and whenever it comes. */
class SwitchPropertyTest {
  private static final int SEEDS = 40;

  private static ToyModel toy(int i) {
    return new ToyModel("v" + i, Task.CLASSIFICATION, 1, i % 2 == 0 ? 0.01 : 0.04, 1 + i);
  }

  /** Releases of all kinds within a time, broken ones among them. */
  private static List<Release> releases(Released released, Random random, long span) {
    List<Release> releases = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      StatePolicy policy = BundleTest.any(random, List.of(StatePolicy.values()));
      long at = T0 + random.nextLong(span) + 137;
      Release release = released.release(toy(random.nextInt(4)), at, policy);
      releases.add(release);
      if (random.nextInt(4) == 0) {
        releases.add(new Release("toy", "bad", "none", "", at + random.nextInt(2), policy, 1));
      }
    }
    return releases;
  }

  private static <A> Scorer<A> scorer(
      Random random,
      List<Release> releases,
      Released released,
      History history,
      Kernels<A> kernels,
      ScoringConfig config,
      Collected collected,
      SequenceModel initial) {
    Scorer<A> scorer = new Scorer<>("toy", initial, released, history, kernels, config, collected);
    List<Release> shuffled = new ArrayList<>(releases);
    Collections.shuffle(shuffled, random);
    shuffled.forEach(scorer::announce);
    return scorer;
  }

  @Test
  void bundlesChangeNoBit() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Frame> frames = BundleTest.frames(random);
      long end = frames.stream().mapToLong(Frame::startMicros).max().getAsLong();
      ScoringConfig config = BundleTest.config(random, Duration.ofMillis(800L * random.nextInt(3)));
      Released released = new Released();
      List<Release> releases = releases(released, random, end - T0);
      SequenceModel initial = random.nextInt(4) == 0 ? null : toy(9);
      Collected expected = new Collected();
      BundleTest.Stored one =
          BundleTest.oneByOne(
              scorer(
                  random,
                  releases,
                  released,
                  new MemoryHistory(1),
                  Kernels.float32(),
                  config,
                  expected,
                  initial),
              frames,
              expected);
      for (int longest : new int[] {1, 10, 100, 10_000}) {
        Collected found = new Collected();
        BundleTest.Stored many =
            BundleTest.bundled(
                scorer(
                    random,
                    releases,
                    released,
                    new MemoryHistory(1),
                    Kernels.float32(),
                    config,
                    found,
                    initial),
                frames,
                random,
                longest,
                found);
        assertThat(BundleTest.scores(found))
            .as("scores, seed %d", seed)
            .isEqualTo(BundleTest.scores(expected));
        assertThat(many.states).as("states, seed %d", seed).isEqualTo(one.states);
        assertThat(BundleTest.rejections(found))
            .as("rejections, seed %d", seed)
            .usingRecursiveComparison()
            .isEqualTo(BundleTest.rejections(expected));
        assertThat(found)
            .usingRecursiveComparison()
            .ignoringFields("scores", "rejections", "rejected", "modelsRejected", "aliasedModes")
            .as("counters, seed %d", seed)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void cutsRestartsAndRetiredModelsChangeNoBit() throws IOException {
    long switched = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      ScoringConfig config =
          ScoringConfig.builder()
              .emit(Emit.SAMPLES)
              .emitEvery(1 + random.nextInt(40))
              .gapPolicy(BundleTest.any(random, List.of(GapPolicy.values())))
              .retain(Duration.ofMillis(700L * random.nextInt(3)))
              .build();
      Released released = new Released();
      List<Release> releases = releases(released, random, 3_000_000);
      List<Frame> whole = stretches(random);
      Collected expected = new Collected();
      Scorer<double[]> uncut =
          scorer(
              random,
              releases,
              released,
              new MemoryHistory(1),
              Kernels.float64(),
              config,
              expected,
              toy(9));
      BundleTest.Stored states = BundleTest.oneByOne(uncut, whole, expected);
      Collected found = new Collected();
      KeyState<?> state =
          restarted(random, releases, released, config, pieces(whole, random), found);
      assertThat(BundleTest.scores(found))
          .as("scores, seed %d", seed)
          .isEqualTo(BundleTest.scores(expected));
      assertThat(found.modelSwitches).as("seed %d", seed).isEqualTo(expected.modelSwitches);
      assertThat(found.partialWarmStarts).isEqualTo(expected.partialWarmStarts);
      assertThat(found.gapSamples).isEqualTo(expected.gapSamples);
      assertThat(found.samplesScored).isEqualTo(expected.samplesScored);
      assertThat(state.position()).isEqualTo(states.states.get("k").position());
      switched += expected.modelSwitches;
    }
    assertThat(switched).isGreaterThan(3 * SEEDS);
  }

  /** Long frames, at changing rates and with gaps between them. */
  private static List<Frame> stretches(Random random) {
    List<Frame> frames = new ArrayList<>();
    long start = T0;
    for (int i = 0; i < 5; i++) {
      double rate = random.nextBoolean() ? 1000 : 500;
      int length = 200 + random.nextInt(600);
      frames.add(Frames.frame("k", start, rate, Frames.signal(random.nextLong(), length, 1)));
      start += Math.round(length * 1e6 / rate) + random.nextInt(2) * 100_000L;
    }
    return frames;
  }

  private static List<Frame> pieces(List<Frame> whole, Random random) {
    List<Frame> pieces = new ArrayList<>();
    for (Frame frame : whole) {
      for (int from = 0; from < frame.length(); ) {
        int to = Math.min(frame.length(), from + 1 + random.nextInt(1 + random.nextInt(300)));
        long start = frame.startMicros() + Math.round(from * 1e6 / frame.sampleRateHz());
        pieces.add(frame.cut(from, to, start));
        from = to;
      }
    }
    return pieces;
  }

  /** Scores frames by scorers that live for a short while, each given what the last one left. */
  private static KeyState<?> restarted(
      Random random,
      List<Release> releases,
      Released released,
      ScoringConfig config,
      List<Frame> frames,
      Collected found) {
    History history = new MemoryHistory(1);
    List<Release> known = releases;
    Scorer<double[]> scorer = null;
    KeyState<?> state = null;
    for (Frame frame : frames) {
      if (scorer == null || random.nextInt(8) == 0) {
        scorer = scorer(random, known, released, history, Kernels.float64(), config, found, toy(9));
      }
      if (random.nextInt(4) == 0) {
        scorer.retire(frame.startMicros() + random.nextInt(120_000_000));
      }
      KeyState<?> next = scorer.score(state, frame, found);
      if (next != null) {
        ByteBuffer bytes = ByteBuffer.allocate(KeyStateFormat.length(next));
        KeyStateFormat.encode(next, bytes);
        state = KeyStateFormat.decode(bytes.flip());
      }
      known = scorer.releases();
    }
    return state;
  }
}
