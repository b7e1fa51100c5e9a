package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.stream.ScoringConfig;

/** Frames of one sample, at one rate and at two that alternate; both discretisations are cached. */
final class RateSection implements Section {
  private static final int CHANNELS = 64;

  @Override
  public String name() {
    return "rate";
  }

  @Override
  public String title() {
    return "A change of the sampling rate, discretisation cached (H=64, N=64, four layers)";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    float[] sample = Frames.samples(1);
    for (Layers.Kind kind : Layers.Kind.values()) {
      Frames frames = new Frames(kind.model(CHANNELS), ScoringConfig.Emit.SEGMENT_END);
      Frames.Key steady = frames.new Key("steady");
      Frames.Key changing = frames.new Key("changing");
      double[] rates = {Layers.RATE_HZ, Layers.RATE_HZ / 2};
      int[] turn = {0};
      Paired.Comparison c =
          paired.compare(
              Paired.Work.of(() -> changing.score(changing.next(sample, rates[turn[0]++ & 1]))),
              Paired.Work.of(() -> steady.scoreNext(sample)));
      String step =
          "%s beside %s"
              .formatted(Figures.time(c.subject().median()), Figures.time(c.reference().median()));
      bench.row(
          new Row(
              name(),
              kind + " model, the change itself: a step after it, less a step",
              "a step of the same model",
              Target.atMost(1, "×"),
              c.ratio() - 1,
              c.low() - 1,
              c.high() - 1,
              "×",
              step));
      bench.row(
          Row.ratio(name(), kind + " model, first step after a change", "a step", null, c, step));
    }
  }
}
