package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.simd.DiscreteSystem;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Runs;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One layer's recurrence, one sample a call: it reads every parameter and reads and writes the
 * state, so that it can be no faster than the second-level cache.
 */
final class ScanSection implements Section {
  private static final int CHANNELS = 128;
  private static final Layers.Shape SHAPE = Layers.Shape.ofChannels(CHANNELS);

  /** Of eight planes a, b, c and x, all are read and x is written. */
  private static final int READ_BYTES = 8 * SHAPE.modes() * CHANNELS * Float.BYTES;

  private static final String L2 = "the core's second-level cache, same mix of reads and writes";
  private static final String C = "the same in C";

  @Override
  public String name() {
    return "scan";
  }

  @Override
  public String title() {
    return "One layer's recurrence, H=128, N=64";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    Paired.Work s4d = work(Layers.Kind.S4D, 1);
    roof(bench, paired, s4d);
    reference(bench, paired, s4d);
    Paired.Comparison ranks = paired.compare(work(Layers.Kind.DPLR, 1), s4d);
    bench.row(
        Row.ratio(
            name(),
            "DPLR layer scan, T=1",
            "S4D layer scan, T=1",
            Target.atMost(3, "×"),
            ranks,
            Figures.time(ranks.subject().median())
                + " beside "
                + Figures.time(ranks.reference().median())));
  }

  /** Both move the same bytes, so that times compare as rates do. */
  private void roof(Bench bench, Paired paired, Paired.Work s4d) throws IOException {
    String what = "S4D layer scan, T=1";
    Target target = Target.atLeast(65, "%");
    try (NativeProgram roofs = NativeProgram.start("roofs", bench.workFolder())) {
      Paired.Comparison mixed = paired.compare(s4d, roofs.work("mixed " + READ_BYTES));
      Paired.Comparison even = paired.compare(s4d, roofs.work("update " + READ_BYTES));
      double moved = 1.25 * READ_BYTES;
      String remark =
          "%s a step; the cache moves its %.0f KiB in %s; of the rate of updates in place, which write as much as they read: %s"
              .formatted(
                  Figures.time(mixed.subject().median()),
                  moved / 1024,
                  Figures.time(mixed.reference().median()),
                  Figures.text(100 / even.ratio() * moved / (2 * READ_BYTES), "%"));
      bench.row(Row.ratio(name(), what, L2, target, mixed.inverse().times(100), remark));
    } catch (NativeProgram.Unavailable e) {
      bench.row(Row.missing(name(), what, L2, target, e.getMessage()));
    }
  }

  private void reference(Bench bench, Paired paired, Paired.Work s4d) throws IOException {
    try (NativeProgram reference = NativeProgram.start("reference", bench.workFolder())) {
      for (Layers.Kind kind : Layers.Kind.values()) {
        Path file = bench.workFolder().resolve("scan-" + kind + ".model");
        ReferenceModel.write(kind.network(SHAPE), SHAPE, file);
        reference.ask("load " + file);
        for (int samples : new int[] {1, 160}) {
          Paired.Work java = kind == Layers.Kind.S4D && samples == 1 ? s4d : work(kind, samples);
          Paired.Comparison c = paired.compare(java, reference.work("scan " + samples));
          String remark =
              "%s a sample, C %s"
                  .formatted(
                      Figures.time(c.subject().median() / samples),
                      Figures.time(c.reference().median() / samples));
          bench.row(Row.ratio(name(), kind + " layer scan, T=" + samples, C, null, c, remark));
        }
      }
    } catch (NativeProgram.Unavailable e) {
      bench.row(Row.missing(name(), "layer scans", C, null, e.getMessage()));
    }
  }

  /** Calls of one layer's recurrence for one key. */
  static Paired.Work work(Layers.Kind kind, int samples) {
    Kernels<float[]> kernels = Kernels.float32();
    DiscreteSystem system = kind.discrete(CHANNELS);
    Kernels.Scan<float[]> scan = kernels.scan(system);
    Kernels.Scratch scratch = scan.newScratch();
    Runs<float[]> runs = Runs.of(kernels.allocate(system.stateLength()), samples, 0);
    float[] u = kernels.allocate(samples * CHANNELS);
    float[] y = kernels.allocate(samples * CHANNELS);
    kernels.fromDouble(Layers.noise(u.length, 4), 0, u, 0, u.length);
    return Paired.Work.of(() -> scan.advance(runs, 0, u, y, scratch));
  }
}
