package io.flinkssm.simd;

/**
 * The recurrence of {@link DiscreteSystem} in float64.
 *
 * <p>Every inner loop runs over the channels of a few rows, each row an array of its own and
 * indexed by the loop variable alone: only then can the JIT compiler rule out that a store to one
 * row feeds the load of another, and vectorise. Hence state, inputs and outputs are copied to
 * scratch rows. Each output is summed in the order skip, mode 0, mode 1, …, whatever the block
 * length, so that splitting a stream changes no bit.
 */
final class DoubleScan implements Kernels.Scan<double[]> {
  /** Samples per pass over the modes: u and y rows of a block stay in the first-level cache. */
  private static final int BLOCK = 16;

  private final DiscreteSystem system;
  private final double[][] aRe;
  private final double[][] aIm;
  private final double[][] bRe;
  private final double[][] bIm;
  private final double[][] pRe;
  private final double[][] pIm;
  private final double[][] qRe;
  private final double[][] qIm;
  private final double[][] e;
  private final double[][] cRe;
  private final double[][] cIm;
  private final double[][] d;

  DoubleScan(DiscreteSystem system) {
    this.system = system;
    int width = system.channels();
    aRe = DoubleRows.of(system.aRe(), width);
    aIm = DoubleRows.of(system.aIm(), width);
    bRe = DoubleRows.of(system.bRe(), width);
    bIm = DoubleRows.of(system.bIm(), width);
    pRe = DoubleRows.of(system.pRe(), width);
    pIm = DoubleRows.of(system.pIm(), width);
    qRe = DoubleRows.of(system.qRe(), width);
    qIm = DoubleRows.of(system.qIm(), width);
    e = DoubleRows.of(system.e(), width);
    cRe = DoubleRows.of(system.cRe(), width);
    cIm = DoubleRows.of(system.cIm(), width);
    d = DoubleRows.of(system.d(), width);
  }

  @Override
  public DiscreteSystem system() {
    return system;
  }

  @Override
  public Kernels.Scratch newScratch() {
    return new Rows(system);
  }

  @Override
  public void advance(
      double[] state,
      int stateOffset,
      double[] u,
      double[] y,
      int samples,
      Kernels.Scratch scratch) {
    Rows rows = (Rows) scratch;
    if (system.rank() == 0) {
      for (int t = 0; t < samples; t += BLOCK) {
        diagonal(state, stateOffset, u, y, t, Math.min(BLOCK, samples - t), rows);
      }
    } else {
      load(state, stateOffset, rows);
      for (int t = 0; t < samples; t++) {
        lowRank(u, y, t, rows);
      }
      store(state, stateOffset, rows);
    }
  }

  /** Mode by mode, so that the parameters of a mode are read once per block. */
  private void diagonal(
      double[] state, int stateOffset, double[] u, double[] y, int from, int count, Rows rows) {
    int width = system.channels();
    int heads = system.heads();
    int imaginary = system.modes() * width;
    double[] xRe = rows.xRe[0];
    double[] xIm = rows.xIm[0];
    for (int t = 0; t < count; t++) {
      System.arraycopy(u, (from + t) * width, rows.u[t], 0, width);
      for (int c = 0; c < heads; c++) {
        DoubleRows.product(d[c], rows.u[t], rows.y[t * heads + c]);
      }
    }
    for (int n = 0; n < system.modes(); n++) {
      int row = stateOffset + n * width;
      System.arraycopy(state, row, xRe, 0, width);
      System.arraycopy(state, row + imaginary, xIm, 0, width);
      for (int t = 0; t < count; t++) {
        DoubleRows.rotate(aRe[n], aIm[n], xRe, xIm);
        DoubleRows.addProducts(bRe[n], bIm[n], rows.u[t], xRe, xIm);
        for (int c = 0; c < heads; c++) {
          int k = c * system.modes() + n;
          DoubleRows.addReal(cRe[k], cIm[k], xRe, xIm, rows.y[t * heads + c]);
        }
      }
      System.arraycopy(xRe, 0, state, row, width);
      System.arraycopy(xIm, 0, state, row + imaginary, width);
    }
    for (int k = 0; k < count * heads; k++) {
      System.arraycopy(rows.y[k], 0, y, (from * heads + k) * width, width);
    }
  }

  /** Sample by sample: δ couples all modes before any of them can step. */
  private void lowRank(double[] u, double[] y, int t, Rows rows) {
    int width = system.channels();
    int modes = system.modes();
    int rank = system.rank();
    int heads = system.heads();
    double[] in = rows.u[0];
    System.arraycopy(u, t * width, in, 0, width);
    for (int s = 0; s < rank; s++) {
      DoubleRows.product(e[s], in, rows.delta[s]);
      for (int n = 0; n < modes; n++) {
        int k = s * modes + n;
        DoubleRows.addReal(qRe[k], qIm[k], rows.xRe[n], rows.xIm[n], rows.delta[s]);
      }
    }
    for (int c = 0; c < heads; c++) {
      DoubleRows.product(d[c], in, rows.y[c]);
    }
    for (int n = 0; n < modes; n++) {
      double[] xRe = rows.xRe[n];
      double[] xIm = rows.xIm[n];
      DoubleRows.rotate(aRe[n], aIm[n], xRe, xIm);
      DoubleRows.addProducts(bRe[n], bIm[n], in, xRe, xIm);
      for (int s = 0; s < rank; s++) {
        int k = s * modes + n;
        DoubleRows.addProducts(pRe[k], pIm[k], rows.delta[s], xRe, xIm);
      }
      for (int c = 0; c < heads; c++) {
        int k = c * modes + n;
        DoubleRows.addReal(cRe[k], cIm[k], xRe, xIm, rows.y[c]);
      }
    }
    for (int c = 0; c < heads; c++) {
      System.arraycopy(rows.y[c], 0, y, (t * heads + c) * width, width);
    }
  }

  private void load(double[] state, int stateOffset, Rows rows) {
    int width = system.channels();
    int imaginary = system.modes() * width;
    for (int n = 0; n < system.modes(); n++) {
      System.arraycopy(state, stateOffset + n * width, rows.xRe[n], 0, width);
      System.arraycopy(state, stateOffset + imaginary + n * width, rows.xIm[n], 0, width);
    }
  }

  private void store(double[] state, int stateOffset, Rows rows) {
    int width = system.channels();
    int imaginary = system.modes() * width;
    for (int n = 0; n < system.modes(); n++) {
      System.arraycopy(rows.xRe[n], 0, state, stateOffset + n * width, width);
      System.arraycopy(rows.xIm[n], 0, state, stateOffset + imaginary + n * width, width);
    }
  }

  /** Rows of one caller: inputs and outputs of a block, the state, δ. */
  private static final class Rows implements Kernels.Scratch {
    final double[][] u;
    final double[][] y;
    final double[][] xRe;
    final double[][] xIm;
    final double[][] delta;

    Rows(DiscreteSystem system) {
      int width = system.channels();
      int block = system.rank() == 0 ? BLOCK : 1;
      int modes = system.rank() == 0 ? 1 : system.modes();
      u = new double[block][width];
      y = new double[block * system.heads()][width];
      xRe = new double[modes][width];
      xIm = new double[modes][width];
      delta = new double[system.rank()][width];
    }
  }
}
