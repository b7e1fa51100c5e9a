package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.model.SequenceModel;
import io.flinkssm.simd.Kernels;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** Whole windows: by FFT, and by the recurrence in blocks. */
final class ConvolveSection implements Section {
  private static final int SAMPLES = 16000;
  private static final int CHANNELS = 128;
  private static final int BLOCK = 160;

  @Override
  public String name() {
    return "convolve";
  }

  @Override
  public String title() {
    return "Windows of 16000 samples, H=128, N=64, four layers, kernels cached";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    PyTorch stored = PyTorch.read();
    for (Layers.Kind kind : Layers.Kind.values()) {
      bench.progress("kernels of " + kind);
      SequenceModel model = kind.model(CHANNELS);
      Stepper stepper = new Stepper(model, 1, BLOCK);
      Paired.Comparison c = paired.compare(convolution(model), stepper.advance(BLOCK));
      double convolve = SAMPLES / c.subject().median() * 1e9;
      double reference = stored.convolving(kind, CHANNELS);
      bench.row(
          Row.single(
              name(),
              kind + " model, convolve",
              PyTorch.BESIDE,
              Target.atLeast(3, "×"),
              convolve / reference,
              "×",
              "%s beside %s samples/s"
                  .formatted(Figures.text(convolve, ""), Figures.text(reference, ""))));
      bench.row(
          Row.ratio(
              name(),
              kind + " model, convolve, time",
              "recurrence in blocks of " + BLOCK,
              null,
              c.times((double) BLOCK / SAMPLES),
              "%s beside %s samples/s"
                  .formatted(
                      Figures.text(convolve, ""),
                      Figures.text(BLOCK / c.reference().median() * 1e9, ""))));
    }
  }

  private static Paired.Work convolution(SequenceModel model) {
    Kernels<float[]> kernels = Kernels.float32();
    DiscreteModel<float[]> discrete = model.discretize(Layers.RATE_HZ, kernels);
    float[] input = kernels.allocate(SAMPLES);
    kernels.fromDouble(Layers.noise(SAMPLES, 5), 0, input, 0, SAMPLES);
    float[] output = kernels.allocate(Layers.OUTPUTS);
    Paired.Work calls = Paired.Work.of(() -> discrete.convolve(null, input, SAMPLES, output, 1));
    // Unlike a step, a window allocates: the collector's time is part of its cost.
    return repetitions -> {
      long before = collectorMillis();
      long nanos = calls.nanos(repetitions);
      return nanos + 1_000_000 * (collectorMillis() - before);
    };
  }

  private static long collectorMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
