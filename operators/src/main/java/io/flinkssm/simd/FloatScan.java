package io.flinkssm.simd;

/**
 * The recurrence of {@link DiscreteSystem} in float32.
 *
 * <p>Every inner loop runs over the channels of a few rows, each row an array of its own and
 * indexed by the loop variable alone: only then can the JIT compiler rule out that a store to one
 * row feeds the load of another, and vectorise. Hence state, inputs and outputs are copied to
 * scratch rows. Each output is summed in the order skip, mode 0, mode 1, …, whatever the block
 * length, so that splitting a stream changes no bit.
 */
final class FloatScan implements Kernels.Scan<float[]> {
  /** Samples per pass over the modes: u and y rows of a block stay in the first-level cache. */
  private static final int BLOCK = 16;

  private final DiscreteSystem system;
  private final float[][] aRe;
  private final float[][] aIm;
  private final float[][] bRe;
  private final float[][] bIm;
  private final float[][] pRe;
  private final float[][] pIm;
  private final float[][] qRe;
  private final float[][] qIm;
  private final float[][] e;
  private final float[][] cRe;
  private final float[][] cIm;
  private final float[][] d;

  FloatScan(DiscreteSystem system) {
    this.system = system;
    int width = system.channels();
    aRe = FloatRows.of(system.aRe(), width);
    aIm = FloatRows.of(system.aIm(), width);
    bRe = FloatRows.of(system.bRe(), width);
    bIm = FloatRows.of(system.bIm(), width);
    pRe = FloatRows.of(system.pRe(), width);
    pIm = FloatRows.of(system.pIm(), width);
    qRe = FloatRows.of(system.qRe(), width);
    qIm = FloatRows.of(system.qIm(), width);
    e = FloatRows.of(system.e(), width);
    cRe = FloatRows.of(system.cRe(), width);
    cIm = FloatRows.of(system.cIm(), width);
    d = FloatRows.of(system.d(), width);
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
      float[] state, int stateOffset, float[] u, float[] y, int samples, Kernels.Scratch scratch) {
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
      float[] state, int stateOffset, float[] u, float[] y, int from, int count, Rows rows) {
    int width = system.channels();
    int heads = system.heads();
    int imaginary = system.modes() * width;
    float[] xRe = rows.xRe[0];
    float[] xIm = rows.xIm[0];
    for (int t = 0; t < count; t++) {
      System.arraycopy(u, (from + t) * width, rows.u[t], 0, width);
      for (int c = 0; c < heads; c++) {
        FloatRows.product(d[c], rows.u[t], rows.y[t * heads + c]);
      }
    }
    for (int n = 0; n < system.modes(); n++) {
      int row = stateOffset + n * width;
      System.arraycopy(state, row, xRe, 0, width);
      System.arraycopy(state, row + imaginary, xIm, 0, width);
      for (int t = 0; t < count; t++) {
        FloatRows.rotate(aRe[n], aIm[n], xRe, xIm);
        FloatRows.addProducts(bRe[n], bIm[n], rows.u[t], xRe, xIm);
        for (int c = 0; c < heads; c++) {
          int k = c * system.modes() + n;
          FloatRows.addReal(cRe[k], cIm[k], xRe, xIm, rows.y[t * heads + c]);
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
  private void lowRank(float[] u, float[] y, int t, Rows rows) {
    int width = system.channels();
    int modes = system.modes();
    int rank = system.rank();
    int heads = system.heads();
    float[] in = rows.u[0];
    System.arraycopy(u, t * width, in, 0, width);
    for (int s = 0; s < rank; s++) {
      FloatRows.product(e[s], in, rows.delta[s]);
      for (int n = 0; n < modes; n++) {
        int k = s * modes + n;
        FloatRows.addReal(qRe[k], qIm[k], rows.xRe[n], rows.xIm[n], rows.delta[s]);
      }
    }
    for (int c = 0; c < heads; c++) {
      FloatRows.product(d[c], in, rows.y[c]);
    }
    for (int n = 0; n < modes; n++) {
      float[] xRe = rows.xRe[n];
      float[] xIm = rows.xIm[n];
      FloatRows.rotate(aRe[n], aIm[n], xRe, xIm);
      FloatRows.addProducts(bRe[n], bIm[n], in, xRe, xIm);
      for (int s = 0; s < rank; s++) {
        int k = s * modes + n;
        FloatRows.addProducts(pRe[k], pIm[k], rows.delta[s], xRe, xIm);
      }
      for (int c = 0; c < heads; c++) {
        int k = c * modes + n;
        FloatRows.addReal(cRe[k], cIm[k], xRe, xIm, rows.y[c]);
      }
    }
    for (int c = 0; c < heads; c++) {
      System.arraycopy(rows.y[c], 0, y, (t * heads + c) * width, width);
    }
  }

  private void load(float[] state, int stateOffset, Rows rows) {
    int width = system.channels();
    int imaginary = system.modes() * width;
    for (int n = 0; n < system.modes(); n++) {
      System.arraycopy(state, stateOffset + n * width, rows.xRe[n], 0, width);
      System.arraycopy(state, stateOffset + imaginary + n * width, rows.xIm[n], 0, width);
    }
  }

  private void store(float[] state, int stateOffset, Rows rows) {
    int width = system.channels();
    int imaginary = system.modes() * width;
    for (int n = 0; n < system.modes(); n++) {
      System.arraycopy(rows.xRe[n], 0, state, stateOffset + n * width, width);
      System.arraycopy(rows.xIm[n], 0, state, stateOffset + imaginary + n * width, width);
    }
  }

  /** Rows of one caller: inputs and outputs of a block, the state, δ. */
  private static final class Rows implements Kernels.Scratch {
    final float[][] u;
    final float[][] y;
    final float[][] xRe;
    final float[][] xIm;
    final float[][] delta;

    Rows(DiscreteSystem system) {
      int width = system.channels();
      int block = system.rank() == 0 ? BLOCK : 1;
      int modes = system.rank() == 0 ? 1 : system.modes();
      u = new float[block][width];
      y = new float[block * system.heads()][width];
      xRe = new float[modes][width];
      xIm = new float[modes][width];
      delta = new float[system.rank()][width];
    }
  }
}
