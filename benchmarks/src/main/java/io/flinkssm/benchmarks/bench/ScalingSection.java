package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import java.io.IOException;
import java.util.List;

/** How samples per second and state change with each size of a model; plots only. */
final class ScalingSection implements Section {
  private static final Layers.Shape SHAPE = Layers.Shape.ofChannels(64);
  private static final int BLOCK = 160;
  private static final int BUNDLE = 64;

  /** One model, timed for one plot. */
  @FunctionalInterface
  private interface Rate {
    double samplesPerSecond(Layers.Kind kind, int size) throws IOException;
  }

  private Bench bench;
  private Paired paired;

  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public String title() {
    return "Scaling (plots)";
  }

  @Override
  public List<String> jvmOptions() {
    return List.of("-Xmx3g");
  }

  @Override
  public void run(Bench bench) throws Exception {
    this.bench = bench;
    this.paired = Paired.brief(bench);
    boolean quick = bench.quick();
    for (int samples : new int[] {1, BLOCK}) {
      rates(
          "Samples per second and channels (N=64, four layers)",
          ", T=" + samples,
          "channels H",
          quick ? new int[] {16, 64, 128} : new int[] {16, 32, 64, 128, 256},
          (kind, size) -> rate(kind, new Layers.Shape(size, SHAPE.modes(), 4), samples));
    }
    rates(
        "Samples per second and state size (H=64, four layers, T=160)",
        "",
        "state size N",
        quick ? new int[] {16, 64} : new int[] {16, 32, 64, 128},
        (kind, size) -> rate(kind, new Layers.Shape(SHAPE.channels(), size / 2, 4), BLOCK));
    rates(
        "Samples per second and layers (H=64, N=64, T=160)",
        "",
        "layers",
        quick ? new int[] {1, 4} : new int[] {1, 2, 4, 8},
        (kind, size) -> rate(kind, new Layers.Shape(SHAPE.channels(), SHAPE.modes(), size), BLOCK));
    rates(
        "Samples per second and samples in a call (H=64, N=64, four layers)",
        "",
        "samples T in a call",
        quick ? new int[] {1, 8, 64, 512} : new int[] {1, 2, 4, 8, 16, 32, 64, 160, 320, 1024},
        (kind, size) -> rate(kind, SHAPE, size));
    keys(quick ? new int[] {64, 4096} : new int[] {64, 256, 1024, 4096, 10_000});
    state();
  }

  private double rate(Layers.Kind kind, Layers.Shape shape, int samples) throws IOException {
    Stepper stepper = new Stepper(kind.network(shape).model(), 1, samples);
    return 1e9 * samples / paired.time(stepper.advance(samples)).median();
  }

  private void rates(String plot, String suffix, String xLabel, int[] sizes, Rate rate)
      throws IOException {
    for (Layers.Kind kind : Layers.Kind.values()) {
      double[] x = new double[sizes.length];
      double[] y = new double[sizes.length];
      for (int i = 0; i < sizes.length; i++) {
        bench.progress(plot + ": " + kind + ", " + sizes[i]);
        x[i] = sizes[i];
        y[i] = rate.samplesPerSecond(kind, sizes[i]);
      }
      bench.series(new Series(plot, kind + suffix, xLabel, "samples per second", x, y, true, true));
    }
  }

  /** Keys that take turns, one sample each: alone, and in bundles. */
  private void keys(int[] counts) throws IOException {
    double[] x = new double[counts.length];
    double[] single = new double[counts.length];
    double[] bundled = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      bench.progress(counts[i] + " keys");
      Stepper stepper = new Stepper(Layers.Kind.S4D.network(SHAPE).model(), counts[i], BUNDLE);
      x[i] = counts[i];
      single[i] = 1e9 / paired.time(stepper.advance(1)).median();
      bundled[i] = 1e9 * BUNDLE / paired.time(stepper.bundle(BUNDLE)).median();
    }
    String plot = "Samples per second and keys (S4D, H=64, N=64, four layers, T=1)";
    bench.series(
        new Series(plot, "one key a call", "keys", "samples per second", x, single, true, true));
    bench.series(
        new Series(
            plot, BUNDLE + " keys a call", "keys", "samples per second", x, bundled, true, true));
  }

  private void state() {
    int[] channels = {16, 32, 64, 128, 256};
    for (int size : new int[] {16, 32, 64, 128}) {
      double[] x = new double[channels.length];
      double[] y = new double[channels.length];
      for (int i = 0; i < channels.length; i++) {
        Layers.Shape shape = new Layers.Shape(channels[i], size / 2, 4);
        x[i] = channels[i];
        y[i] = new Stepper(Layers.Kind.S4D.network(shape).model(), 1, 1).stateBytes() / 1024.0;
      }
      bench.series(
          new Series(
              "State of one key (four layers, float32)",
              "N=" + size,
              "channels H",
              "KiB",
              x,
              y,
              true,
              true));
    }
  }
}
