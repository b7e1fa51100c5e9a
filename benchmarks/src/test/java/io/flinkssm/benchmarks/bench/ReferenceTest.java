package io.flinkssm.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.model.DiscreteModel;
import io.flinkssm.simd.Kernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The C programs compute what the Java code computes, so that their times may be compared. */
class ReferenceTest {

  @TempDir private Path folder;

  private NativeProgram start(String name) throws IOException {
    try {
      return NativeProgram.start(name, folder);
    } catch (NativeProgram.Unavailable e) {
      return abort(e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "S4D, 64, 160, 3",
    "S4D, 128, 1, 40",
    "S4D, 64, 7, 5",
    "DPLR, 64, 160, 3",
    "DPLR, 128, 1, 40",
    "DPLR, 64, 7, 5"
  })
  void cAndJavaGiveTheSameOutputs(Layers.Kind kind, int channels, int samples, int calls)
      throws IOException {
    Layers.Shape shape = Layers.Shape.ofChannels(channels);
    Layers.Network network = kind.network(shape);
    Path file = folder.resolve("model.bin");
    ReferenceModel.write(network, shape, file);
    double[] expected = java(network, samples, calls);

    try (NativeProgram reference = start("reference")) {
      assertThat(reference.ask("load " + file)).isEqualTo("ok");
      String[] answer = reference.ask("outputs " + samples + " " + calls).split(" ");
      double[] outputs = Arrays.stream(answer).mapToDouble(Double::parseDouble).toArray();

      assertThat(outputs).containsExactly(expected, Offset.offset(1e-4));
      assertThat(Arrays.stream(expected).map(Math::abs).max().orElse(0)).isGreaterThan(0.1);
    }
  }

  private static double[] java(Layers.Network network, int samples, int calls) {
    Kernels<float[]> kernels = Kernels.float32();
    DiscreteModel<float[]> model = network.model().discretize(Layers.RATE_HZ, kernels);
    DiscreteModel.Workspace<float[]> workspace = model.newWorkspace(samples);
    float[] state = kernels.allocate(model.stateLength());
    model.reset(state);
    float[] input = kernels.allocate(ReferenceModel.INPUT);
    kernels.fromDouble(ReferenceModel.input(), 0, input, 0, ReferenceModel.INPUT);
    float[] output = kernels.allocate(Layers.OUTPUTS);
    double[] outputs = new double[calls * Layers.OUTPUTS];
    for (int call = 0; call < calls; call++) {
      model.advance(state, input, samples, output, 1, workspace);
      kernels.toDouble(output, 0, outputs, call * Layers.OUTPUTS, Layers.OUTPUTS);
    }
    return outputs;
  }

  @Test
  void ratesAreAnsweredInNanoseconds() throws IOException {
    try (NativeProgram roofs = start("roofs")) {
      assertThat(Integer.parseInt(roofs.ask("lanes"))).isIn(4, 8, 16);
      for (String command : new String[] {"read 65536", "update 65536", "mixed 65536", "fma 0"}) {
        assertThat(roofs.work(command).nanos(100)).as(command).isPositive();
      }
    }
  }
}
