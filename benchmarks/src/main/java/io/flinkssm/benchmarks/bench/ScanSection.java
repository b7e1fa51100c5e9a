package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;

/** One layer's recurrence, one sample a call. */
final class ScanSection implements Section {
  private static final int CHANNELS = 128;

  @Override
  public String name() {
    return "scan";
  }

  @Override
  public String title() {
    return "One layer's recurrence against what the core's caches deliver";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Kernels<float[]> kernels = Kernels.float32();
    DiscreteSystem system = Layers.Kind.S4D.discrete(CHANNELS);
    Kernels.Scan<float[]> scan = kernels.scan(system);
    Kernels.Scratch scratch = scan.newScratch();
    float[] state = kernels.allocate(system.stateLength());
    float[] u = kernels.allocate(CHANNELS);
    float[] y = kernels.allocate(CHANNELS);
    kernels.fromDouble(Layers.noise(CHANNELS, 4), 0, u, 0, CHANNELS);
    Paired.Timing timing =
        new Paired(bench.quick())
            .time(Paired.Work.of(() -> scan.advance(state, 0, u, y, 1, scratch)));
    bench.row(
        new Row(
            name(),
            "S4D layer scan, T=1, H=128, N=64",
            "",
            null,
            timing.median() / 1000,
            timing.least() / 1000,
            timing.median() / 1000,
            "µs",
            ""));
  }
}
