package io.flinkssm.model.s4;

import io.flinkssm.simd.Kernels;
import java.util.List;

/**
 * Activations of one block of samples of one caller, shared by all layers: content matters only
 * within a layer, but for {@link #x}.
 */
final class Buffers<A> {

  /** Features between blocks, {@code [rows][width]}. */
  final A x;

  /** A layer's output, {@code [rows][width]}. */
  final A y;

  /** The normed input of a block's layers, {@code [rows][width]}. */
  final A z;

  /** The output of a block's second layer, {@code [rows][width]}. */
  final A second;

  /** Output of a state space, as wide as the widest. */
  final A system;

  /** Input of a layer's output map where a GLU makes it, as wide as the widest. */
  final A inner;

  /** Result of a layer's output map, as wide as the widest. */
  final A result;

  /** Two rows in double. */
  final double[] row;

  /**
   * @throws IllegalArgumentException if so many rows do not fit into an array
   */
  Buffers(Kernels<A> kernels, List<S4Layer> layers, int width, int rows) {
    int systemWidth = 0;
    int innerWidth = 0;
    int finalWidth = 0;
    for (S4Layer layer : layers) {
      systemWidth = Math.max(systemWidth, layer.systemWidth());
      innerWidth = Math.max(innerWidth, layer.innerWidth());
      finalWidth = Math.max(finalWidth, layer.finalActivation().widthIn(width));
    }
    int widest = Math.max(width, Math.max(systemWidth, finalWidth));
    elements(widest, rows);
    x = kernels.allocate(rows * width);
    y = kernels.allocate(rows * width);
    z = kernels.allocate(rows * width);
    second = kernels.allocate(rows * width);
    system = kernels.allocate(rows * systemWidth);
    inner = kernels.allocate(rows * innerWidth);
    result = kernels.allocate(rows * finalWidth);
    row = new double[2 * width];
  }

  /**
   * Elements of {@code rows} rows.
   *
   * @throws IllegalArgumentException if they do not fit into an array
   */
  static int elements(int width, int rows) {
    if ((long) width * rows > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          rows
              + " samples of width "
              + width
              + " exceed an array; take the window in parts, with a state");
    }
    return width * rows;
  }
}
