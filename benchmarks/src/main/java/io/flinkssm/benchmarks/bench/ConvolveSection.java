package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import io.flinkssm.ssm.ConvolutionMethod;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** Whole windows: by FFT, by the recurrence in blocks, and by the one that the planner takes. */
final class ConvolveSection implements Section {
  private static final int SAMPLES = 16000;
  private static final int CHANNELS = 128;

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
    Kernels<float[]> kernels = Kernels.float32();
    for (Layers.Kind kind : Layers.Kind.values()) {
      bench.progress("kernels of " + kind);
      DiscreteModel<float[]> model = kind.model(CHANNELS).discretize(Layers.RATE_HZ, kernels);
      // The planner's choice last: what it chose is then warm.
      Paired.Comparison methods =
          paired.compare(
              convolution(model, ConvolutionMethod.FFT),
              convolution(model, ConvolutionMethod.RECURRENCE));
      Paired.Timing chosen = paired.time(convolution(model, ConvolutionMethod.AUTO));
      double reference = stored.convolving(kind, CHANNELS);
      bench.row(
          Row.single(
              name(),
              kind + " model, convolve as planned",
              PyTorch.BESIDE,
              Target.atLeast(3, "×"),
              rate(chosen) / reference,
              "×",
              "%s beside %s samples/s; plan of the first layer: %s"
                  .formatted(
                      Figures.text(rate(chosen), ""),
                      Figures.text(reference, ""),
                      model.describeConvolution(SAMPLES, false, ConvolutionMethod.AUTO).get(0))));
      double faster = Math.min(methods.subject().median(), methods.reference().median());
      bench.row(
          Row.single(
              name(),
              kind + " model, time as planned",
              "the faster of both methods",
              Target.atMost(1.1, "×"),
              chosen.median() / faster,
              "×",
              "FFT %s, blocked recurrence %s samples/s"
                  .formatted(
                      Figures.text(rate(methods.subject()), ""),
                      Figures.text(rate(methods.reference()), ""))));
      bench.row(
          Row.ratio(
              name(), kind + " model, time by FFT", "by blocked recurrence", null, methods, ""));
    }
  }

  private static double rate(Paired.Timing window) {
    return SAMPLES / window.median() * 1e9;
  }

  private static Paired.Work convolution(DiscreteModel<float[]> model, ConvolutionMethod method) {
    Kernels<float[]> kernels = Kernels.float32();
    float[] input = kernels.allocate(SAMPLES);
    kernels.fromDouble(Layers.noise(SAMPLES, 5), 0, input, 0, SAMPLES);
    float[] output = kernels.allocate(Layers.OUTPUTS);
    Paired.Work calls =
        Paired.Work.of(() -> model.convolve(null, input, SAMPLES, output, 1, method));
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
