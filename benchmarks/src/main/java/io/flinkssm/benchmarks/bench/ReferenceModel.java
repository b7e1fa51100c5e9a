package io.flinkssm.benchmarks.bench;

import io.flinkssm.benchmarks.Layers;
import io.flinkssm.benchmarks.StateDict;
import io.flinkssm.simd.DiscreteSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes a model of {@link Layers} in the form that {@code reference.c} loads. */
final class ReferenceModel {
  /** Input samples in the file; a call of T samples takes the first T. */
  static final int INPUT = 1024;

  private final ByteBuffer bytes;

  private ReferenceModel(int length) {
    bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The input samples of every call. */
  static double[] input() {
    return Layers.noise(INPUT, 5);
  }

  /** Writes a model at its own rate. */
  static void write(Layers.Network network, Layers.Shape shape, Path file) throws IOException {
    StateDict tensors = network.tensors();
    DiscreteSystem first = network.model().stateSpaces().get(0).system().discretize(1);
    ReferenceModel out = new ReferenceModel(1 << 24);
    for (int i :
        new int[] {shape.channels(), shape.modes(), first.rank(), shape.layers(), Layers.OUTPUTS}) {
      out.bytes.putInt(i);
    }
    out.linear(tensors, "encoder.");
    for (int k = 0; k < shape.layers(); k++) {
      out.system(network.model().stateSpaces().get(k).system().discretize(1));
      out.linear(tensors, "s4_layers." + k + ".output_linear.0.");
      out.linear(tensors, "norms." + k + ".");
    }
    out.linear(tensors, "decoder.");
    out.floats(input());
    Files.write(file, Arrays.copyOf(out.bytes.array(), out.bytes.position()));
  }

  private void system(DiscreteSystem s) {
    floats(s.aRe(), s.aIm(), s.bRe(), s.bIm(), s.cRe(), s.cIm());
    if (s.rank() > 0) {
      floats(s.pRe(), s.pIm(), s.qRe(), s.qIm(), s.e());
    }
    floats(s.d());
  }

  private void linear(StateDict tensors, String prefix) {
    floats(tensors.values(prefix + "weight"), tensors.values(prefix + "bias"));
  }

  private void floats(double[]... arrays) {
    for (double[] array : arrays) {
      for (double value : array) {
        bytes.putFloat((float) value);
      }
    }
  }
}
