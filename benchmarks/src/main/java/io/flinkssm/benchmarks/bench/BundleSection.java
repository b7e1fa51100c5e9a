package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;

/** One sample of many keys in one call: weights are read once for all of them. */
final class BundleSection implements Section {
  private static final int KEYS = 64;

  @Override
  public String name() {
    return "bundle";
  }

  @Override
  public String title() {
    return "64 keys with one sample each, in one call";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    for (Layers.Kind kind : Layers.Kind.values()) {
      for (int channels : new int[] {64, 128}) {
        Stepper stepper = new Stepper(kind.model(channels), KEYS, KEYS);
        Paired.Comparison c =
            paired.compare(stepper.bundle(KEYS), stepper.advance(1)).times(1.0 / KEYS);
        bench.row(
            Row.ratio(
                name(),
                "%s model, H=%d, per sample".formatted(kind, channels),
                "single steps of the same keys",
                Target.atMost(0.5, "×"),
                c,
                "%s beside %s a sample; states of all keys: %s KiB"
                    .formatted(
                        Figures.time(c.subject().median() / KEYS),
                        Figures.time(c.reference().median()),
                        Figures.text(KEYS * stepper.stateBytes() / 1024.0, ""))));
      }
    }
  }
}
