package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import java.io.IOException;

/** What one core can do at most, and how near scans and models come. */
final class RooflineSection implements Section {
  static final String PLOT = "Roofline of one core";
  private static final Layers.Shape SHAPE = Layers.Shape.ofChannels(128);
  private static final int BLOCK = 160;
  private static final double LEAST = 0.1;
  private static final double MOST = 200;
  private static final int POINTS = 60;

  @Override
  public String name() {
    return "roofline";
  }

  @Override
  public String title() {
    return "What one core can do at most";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.brief(bench);
    try (NativeProgram roofs = NativeProgram.start("roofs", bench.workFolder())) {
      // 4092 vectors of multiply-adds a call.
      double flops = 2.0 * 4092 * Integer.parseInt(roofs.ask("lanes"));
      double peak = flops / paired.time(roofs.work("fma 0")).least();
      figure(bench, "multiply-adds from registers", peak, "GFLOP/s");
      rate(bench, paired, roofs, "read", 16, "L1", peak);
      rate(bench, paired, roofs, "read", 256, "L2", peak);
      rate(bench, paired, roofs, "mixed", 256, "L2, four reads to a write", peak);
      rate(bench, paired, roofs, "update", 256, "L2, updates in place", peak);
      rate(bench, paired, roofs, "read", 16 << 10, "L3", peak);
      rate(bench, paired, roofs, "read", 512 << 10, "memory", peak);
    } catch (NativeProgram.Unavailable e) {
      bench.row(Row.missing(name(), "rates of the core", "", null, e.getMessage()));
    }
    for (Layers.Kind kind : Layers.Kind.values()) {
      Stepper stepper = new Stepper(kind.model(SHAPE.channels()), 1, BLOCK);
      for (int samples : new int[] {1, BLOCK}) {
        Paired.Work scan = ScanSection.work(kind, samples);
        point(bench, paired, kind + " scan", Arithmetic.scan(kind, SHAPE), samples, scan);
        Paired.Work model = stepper.advance(samples);
        point(bench, paired, kind + " model", Arithmetic.model(kind, SHAPE), samples, model);
      }
    }
  }

  /** Measures a rate; those of reading become a roof. */
  private void rate(
      Bench bench,
      Paired paired,
      NativeProgram roofs,
      String command,
      int kibibytes,
      String where,
      double peak)
      throws IOException {
    long bytes = 1024L * kibibytes;
    double moved =
        switch (command) {
          case "update" -> 2.0 * bytes;
          case "mixed" -> 1.25 * bytes;
          default -> bytes;
        };
    double rate = moved / paired.time(roofs.work(command + " " + bytes)).least();
    figure(bench, where + ", working set " + size(kibibytes), rate, "GB/s");
    if (command.equals("read")) {
      double[] x = new double[POINTS];
      double[] y = new double[POINTS];
      for (int i = 0; i < POINTS; i++) {
        x[i] = LEAST * Math.pow(MOST / LEAST, i / (POINTS - 1.0));
        y[i] = Math.min(peak, rate * x[i]);
      }
      bench.series(series("%s: %.0f GB/s".formatted(where, rate), x, y));
    }
  }

  private static String size(int kibibytes) {
    return kibibytes < 1024 ? kibibytes + " KiB" : kibibytes / 1024 + " MiB";
  }

  private void figure(Bench bench, String what, double figure, String unit) {
    bench.row(Row.single(name(), what, "", null, figure, unit, ""));
  }

  private void point(
      Bench bench, Paired paired, String what, Arithmetic work, int samples, Paired.Work calls)
      throws IOException {
    double nanos = paired.time(calls).median() / samples;
    double rate = work.flops() / nanos;
    double intensity = work.intensity(samples);
    String label = what + ", T=" + samples;
    bench.series(series(label, new double[] {intensity}, new double[] {rate}));
    figure(
        bench,
        "%s, H=%d: %.2f operations per byte".formatted(label, SHAPE.channels(), intensity),
        rate,
        "GFLOP/s");
  }

  private static Series series(String label, double[] x, double[] y) {
    return new Series(
        PLOT, label, "operations per byte of parameters and state", "GFLOP/s", x, y, true, true);
  }
}
