package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.jobs.blas.BlasKernels;
import io.flinkssm.simd.Kernels;
import io.flinkssm.simd.Providers;
import java.io.IOException;

/** Position-wise layers by ND4J beside the own kernels, where ND4J is on the class path. */
final class BlasSection implements Section {
  /** Names the kernels that OpenBLAS is to use. */
  private static final String CORE = "OPENBLAS_CORETYPE";

  @Override
  public String name() {
    return "blas";
  }

  @Override
  public String title() {
    return "Position-wise layers of windows by ND4J, on one thread, copies included; "
        + CORE
        + " is "
        + core();
  }

  private static String core() {
    String core = System.getenv(CORE);
    return core == null || core.isEmpty() ? "not set" : core;
  }

  @Override
  public void run(Bench bench) throws Exception {
    try {
      new BlasKernels<>(Kernels.float64());
    } catch (IllegalStateException e) {
      String why = "ND4J cannot run: mvn -Pblas -DskipTests package puts it on the class path";
      bench.row(Row.missing(name(), "ND4J", "the own kernels", null, why));
      return;
    }
    Paired paired = Paired.brief(bench);
    for (int channels : new int[] {64, 128}) {
      for (int rows : new int[] {256, 1024}) {
        compare(bench, paired, Kernels.float32(), channels, rows);
        compare(bench, paired, Providers.float32("scalar"), channels, rows);
        compare(bench, paired, Kernels.float64(), channels, rows);
      }
    }
  }

  /** The layer before a gated linear unit: H features to 2 H. */
  private <A> void compare(Bench bench, Paired paired, Kernels<A> java, int in, int rows)
      throws IOException {
    int out = 2 * in;
    String what = "ND4J, %d rows of %d × %d, speed".formatted(rows, in, out);
    Paired.Comparison c =
        paired
            .compare(layer(new BlasKernels<>(java), in, out, rows), layer(java, in, out, rows))
            .inverse();
    double operations = 2.0 * rows * in * out;
    bench.row(
        Row.ratio(
            name(),
            what,
            java.name(),
            null,
            c,
            "%s beside %s GFLOP/s"
                .formatted(
                    Figures.text(operations / c.subject().median(), ""),
                    Figures.text(operations / c.reference().median(), ""))));
  }

  private static <A> Paired.Work layer(Kernels<A> kernels, int in, int out, int rows) {
    Kernels.Linear<A> linear =
        kernels.linear(Layers.noise(in * out, 1), Layers.noise(out, 2), in, out);
    A x = kernels.allocate(rows * in);
    kernels.fromDouble(Layers.noise(rows * in, 3), 0, x, 0, rows * in);
    A y = kernels.allocate(rows * out);
    Kernels.Scratch scratch = linear.newScratch();
    return Paired.Work.of(() -> linear.apply(x, y, rows, scratch));
  }
}
