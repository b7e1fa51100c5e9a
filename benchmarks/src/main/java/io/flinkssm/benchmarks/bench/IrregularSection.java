package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.ssm.RateMethod;
import io.flinkssm.stream.ScoringConfig;
import java.util.Random;

/**
 * Frames of one sample at random intervals, each with a step of its own, and at the native rate.
 */
final class IrregularSection implements Section {
  private static final int CHANNELS = 64;

  /** Intervals lie between a 4th of the native one and its fourfold, equally in ratio. */
  private static final double SPAN = 4;

  private static final int INTERVALS = 1 << 12;

  @Override
  public String name() {
    return "irregular";
  }

  @Override
  public String title() {
    return "Samples at random intervals, all steps in use cached (H=64, N=64, four layers)";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    float[] sample = Frames.samples(1);
    for (Layers.Kind kind : Layers.Kind.values()) {
      Frames regular = new Frames(kind.model(CHANNELS), ScoringConfig.Emit.SEGMENT_END);
      Frames.Key steady = regular.new Key("steady");
      for (RateMethod method : RateMethod.values()) {
        Frames frames = new Frames(kind.model(CHANNELS), irregular(method));
        Frames.Key key = frames.new Key("irregular");
        long[] intervals = intervals();
        long[] next = {0, 0};
        Paired.Comparison c =
            paired.compare(
                Paired.Work.of(
                    () -> {
                      next[1] += intervals[(int) (next[0]++ % INTERVALS)];
                      key.score(key.at(next[1], sample));
                    }),
                Paired.Work.of(() -> steady.scoreNext(sample)));
        bench.row(
            Row.ratio(
                name(),
                "%s model, rate method %s, a sample".formatted(kind, method),
                "a sample at the native rate",
                method == RateMethod.AUTO ? Target.atMost(3, "×") : null,
                c,
                "%s beside %s"
                    .formatted(
                        Figures.time(c.subject().median()), Figures.time(c.reference().median()))));
      }
    }
  }

  private static ScoringConfig irregular(RateMethod method) {
    return ScoringConfig.builder()
        .emit(ScoringConfig.Emit.SEGMENT_END)
        .sampling(ScoringConfig.Sampling.IRREGULAR)
        .rateMethod(method)
        .build();
  }

  private static long[] intervals() {
    Random random = new Random(7);
    double least = 1e6 / Layers.RATE_HZ / SPAN;
    return random
        .doubles(INTERVALS, 0, 1)
        .mapToLong(u -> Math.round(least * Math.pow(SPAN * SPAN, u)))
        .toArray();
  }
}
