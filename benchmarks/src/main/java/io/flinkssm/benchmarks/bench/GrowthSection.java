package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.stream.ScoringConfig;
import java.io.IOException;
import java.util.List;

/** What a sample costs after a long past, and among many keys; in the operator's core. */
final class GrowthSection implements Section {
  private static final Layers.Shape SHAPE = new Layers.Shape(16, 16, 2);
  private static final int FEW = 100;
  private static final int MANY = 100_000;
  private static final int FRAME = 160;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String title() {
    return "Cost per sample with the past and with the number of keys (S4D, H=16, N=32, two layers)";
  }

  @Override
  public List<String> jvmOptions() {
    // Room for 10⁵ states twice; few frames survive a young collection.
    return List.of("-Xmx3g", "-Xmn64m");
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    past(bench, paired);
    keys(bench, paired);
  }

  private void past(Bench bench, Paired paired) throws IOException {
    Frames frames = new Frames(Layers.Kind.S4D.network(SHAPE).model(), ScoringConfig.Emit.FRAME);
    float[] frame = Frames.samples(FRAME);
    Frames.Key young = frames.new Key("young");
    while (young.position() < 1000) {
      young.scoreNext(frame);
    }
    long past = bench.quick() ? 1_000_000 : 10_000_000;
    Frames.Key old = frames.new Key("old");
    float[] longFrame = Frames.samples(16_000);
    while (old.position() < past) {
      old.scoreNext(longFrame);
      bench.progress(old.position() + " samples of one key");
    }
    Paired.Work youngFrames =
        repetitions -> {
          Frames.Key key = young.copy();
          return Paired.Work.of(() -> key.scoreNext(frame)).nanos(repetitions);
        };
    Paired.Comparison c = paired.compare(Paired.Work.of(() -> old.scoreNext(frame)), youngFrames);
    bench.row(
        Row.ratio(
            name(),
            "after %s samples of a key, per sample".formatted(Figures.text((double) past, "")),
            "after 1 000 samples",
            Target.atMost(1.1, "×"),
            c,
            "%s beside %s a frame of %d samples"
                .formatted(
                    Figures.time(c.subject().median()),
                    Figures.time(c.reference().median()),
                    FRAME)));
  }

  private void keys(Bench bench, Paired paired) throws IOException {
    Frames frames = new Frames(Layers.Kind.S4D.network(SHAPE).model(), ScoringConfig.Emit.FRAME);
    bench.progress(MANY + " keys");
    Keys few = new Keys(frames, FEW);
    Keys many = new Keys(frames, MANY);
    for (int samples : new int[] {FRAME, 1}) {
      float[] frame = Frames.samples(samples);
      Paired.Comparison c = paired.compare(many.scoring(frame), few.scoring(frame));
      Paired.Comparison memory = paired.compare(many.touching(), few.touching());
      double fetch = memory.subject().median() - memory.reference().median();
      double share = fetch / c.reference().median();
      bench.row(
          new Row(
              name(),
              "10⁵ keys, frames of %d, per sample, less the time to fetch states from memory"
                  .formatted(samples),
              "10² keys",
              Target.atMost(1.1, "×"),
              c.ratio() - share,
              c.low() - share,
              c.high() - share,
              "×",
              "with it %s: %s beside %s a frame; reading and writing a state of %s KiB takes %s longer where all states fill %s MiB than where they fill %s KiB"
                  .formatted(
                      Figures.text(c.ratio(), "×"),
                      Figures.time(c.subject().median()),
                      Figures.time(c.reference().median()),
                      Figures.text(frames.stateBytes() / 1024.0, ""),
                      Figures.time(fetch),
                      Figures.text(MANY * frames.stateBytes() / 1048576.0, ""),
                      Figures.text(FEW * frames.stateBytes() / 1024.0, ""))));
    }
  }

  /** Some keys that take turns in an order that no prefetcher foresees. */
  private static final class Keys {
    private final Frames.Key[] keys;
    private final Shadow[] shadows;
    private int next;

    Keys(Frames frames, int count) {
      keys = new Frames.Key[count];
      shadows = new Shadow[count];
      float[] sample = Frames.samples(1);
      for (int k = 0; k < count; k++) {
        keys[k] = frames.new Key("key " + k);
        keys[k].scoreNext(sample);
        shadows[k] = new Shadow((int) frames.stateBytes() / Float.BYTES);
      }
    }

    Paired.Work scoring(float[] frame) {
      return Paired.Work.of(() -> keys[turn()].scoreNext(frame));
    }

    /**
     * Reads and writes what scoring reads and writes, and computes nothing. Whose turn it is
     * depends on what was read: as after a computation, the next fetch cannot begin before.
     */
    Paired.Work touching() {
      return Paired.Work.of(
          () -> {
            int key = turn();
            next = key + shadows[key].touch();
          });
    }

    private int turn() {
      // A prime stride visits every key once a round.
      next = (int) ((next + 55_433L) % keys.length);
      return next;
    }
  }

  /** Objects of the sizes of a key's. */
  private static final class Shadow {
    private final long[] ring = new long[8];
    private final float[] sample = new float[1];
    private final float[] output = new float[Layers.OUTPUTS];
    private final float[] recurrence;
    private long position;

    Shadow(int length) {
      recurrence = new float[length];
    }

    /** Gives 0, which only the processor finds out, and late. */
    int touch() {
      position++;
      ring[(int) position & 7] = position;
      sample[0] += 1;
      output[0] += 1;
      for (int i = 0; i < recurrence.length; i++) {
        recurrence[i] += 1;
      }
      return (int) (0 * recurrence[recurrence.length - 1]);
    }
  }
}
