package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import java.io.IOException;
import java.nio.file.Path;

/** Whole four-layer models of one kind, against C and against the official PyTorch code. */
abstract class ModelSection implements Section {
  private static final int BLOCK = 160;
  private static final int[] CHANNELS = {64, 128};
  private static final String C = "the same arithmetic in C (-O3 -march=native)";

  private final Layers.Kind kind;

  private ModelSection(Layers.Kind kind) {
    this.kind = kind;
  }

  /** Models of diagonal layers. */
  static final class S4d extends ModelSection {
    S4d() {
      super(Layers.Kind.S4D);
    }

    @Override
    void compareSteps(Bench bench, Paired paired, int channels, Paired.Work one) {
      // What other kinds are compared with.
    }
  }

  /** Models of layers with a low-rank part. */
  static final class Dplr extends ModelSection {
    Dplr() {
      super(Layers.Kind.DPLR);
    }

    @Override
    void compareSteps(Bench bench, Paired paired, int channels, Paired.Work one)
        throws IOException {
      Stepper s4d = new Stepper(Layers.Kind.S4D.model(channels), 1, 1);
      Paired.Comparison c = paired.compare(one, s4d.advance(1));
      bench.row(
          Row.ratio(
              name(),
              "DPLR model step, H=" + channels,
              "S4D model step",
              Target.atMost(3, "×"),
              c,
              remark(c, 1, "S4D")));
    }
  }

  @Override
  public String name() {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public String title() {
    return "A whole %s model: four layers, N=64, GLU, layer norm".formatted(kind);
  }

  @Override
  public void run(Bench bench) throws Exception {
    Paired paired = Paired.precise(bench);
    PyTorch stored = PyTorch.read();
    for (int channels : CHANNELS) {
      Layers.Shape shape = Layers.Shape.ofChannels(channels);
      Layers.Network network = kind.network(shape);
      Stepper stepper = new Stepper(network.model(), 1, BLOCK);
      Paired.Work block = stepper.advance(BLOCK);
      Paired.Work one = stepper.advance(1);
      Path file = bench.workFolder().resolve(name() + "-" + channels + ".model");
      ReferenceModel.write(network, shape, file);
      try (NativeProgram reference = NativeProgram.start("reference", bench.workFolder())) {
        reference.ask("load " + file);
        besideC(bench, paired, channels, BLOCK, block, reference);
        besideC(bench, paired, channels, 1, one, reference);
      } catch (NativeProgram.Unavailable e) {
        bench.row(Row.missing(name(), what(channels, BLOCK), C, limit(BLOCK), e.getMessage()));
        bench.row(Row.missing(name(), what(channels, 1), C, limit(1), e.getMessage()));
      }
      Paired.Comparison lengths = paired.compare(block, one).times(1.0 / BLOCK);
      bench.row(
          Row.ratio(
              name(),
              what(channels, BLOCK) + ", per sample",
              "T=1",
              Target.atMost(0.5, "×"),
              lengths,
              "%s beside %s a sample"
                  .formatted(
                      Figures.time(lengths.subject().median() / BLOCK),
                      Figures.time(lengths.reference().median()))));
      besidePyTorch(bench, stored, channels, 1, lengths.reference().median());
      besidePyTorch(bench, stored, channels, BLOCK, lengths.subject().median() / BLOCK);
      compareSteps(bench, paired, channels, one);
    }
  }

  abstract void compareSteps(Bench bench, Paired paired, int channels, Paired.Work one)
      throws IOException;

  private void besideC(
      Bench bench,
      Paired paired,
      int channels,
      int samples,
      Paired.Work java,
      NativeProgram reference)
      throws IOException {
    Paired.Comparison c = paired.compare(java, reference.work("advance " + samples));
    bench.row(
        Row.ratio(name(), what(channels, samples), C, limit(samples), c, remark(c, samples, "C")));
  }

  private void besidePyTorch(
      Bench bench, PyTorch stored, int channels, int samples, double nanosPerSample) {
    double limit = kind == Layers.Kind.DPLR ? 200 : samples == 1 ? 60 : 150;
    double reference = stored.stepping(kind, channels);
    bench.row(
        Row.single(
            name(),
            what(channels, samples),
            PyTorch.BESIDE,
            Target.atLeast(limit, "×"),
            1e9 / nanosPerSample / reference,
            "×",
            "%s beside %s samples/s"
                .formatted(Figures.text(1e9 / nanosPerSample, ""), Figures.text(reference, ""))));
  }

  private String what(int channels, int samples) {
    return "%s model, H=%d, T=%d".formatted(kind, channels, samples);
  }

  private static Target limit(int samples) {
    return Target.atMost(samples == 1 ? 1.4 : 1.25, "×");
  }

  private static String remark(Paired.Comparison c, int samples, String other) {
    return "%s a sample, %s %s"
        .formatted(
            Figures.time(c.subject().median() / samples),
            other,
            Figures.time(c.reference().median() / samples));
  }
}
