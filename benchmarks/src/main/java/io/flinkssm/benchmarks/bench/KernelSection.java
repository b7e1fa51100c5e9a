package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.ssm.StateSpace;

/** The convolution kernels of four layers, in double: what a window pays for once a rate. */
final class KernelSection implements Section {
  private static final int LAYERS = 4;
  private static final int TAPS = 16000;

  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public String title() {
    return "Kernels of 16000 taps for four layers, N=64, in double on one thread";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    PyTorch stored = PyTorch.read();
    for (Layers.Kind kind : Layers.Kind.values()) {
      for (int channels : new int[] {64, 128}) {
        StateSpace layer = kind.layer(channels);
        Paired.Timing timing = paired.time(Paired.Work.of(() -> layer.kernel(1, TAPS)));
        double nanos = LAYERS * timing.median();
        double reference = stored.makingKernels(kind, channels);
        bench.row(
            Row.single(
                name(),
                "%s kernels, H=%d, speed".formatted(kind, channels),
                PyTorch.BESIDE + ", in single precision",
                Target.atLeast(20, "×"),
                reference * 1e9 / nanos,
                "×",
                "%s beside %s for four layers, by %s"
                    .formatted(
                        Figures.time(nanos),
                        Figures.text(reference, "s"),
                        kind == Layers.Kind.S4D ? "Vandermonde products" : "Cauchy sums")));
      }
    }
  }
}
