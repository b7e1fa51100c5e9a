package io.flinkssm.simd;

/**
 * The recurrence of {@link DiscreteSystem} in float64.
 *
 * <p>The state is cut into tiles of whole modes, and every inner loop runs over a tile: flat arrays
 * that are walked together at one index. Only in this form can the JIT compiler rule out that a
 * store feeds a later load, and vectorise; and only a long loop repays its prologue. Read-outs are
 * folded pairwise over the modes of a tile and tiles are added in order, whatever the block length,
 * so that splitting a stream changes no bit.
 */
final class DoubleScan implements Kernels.Scan<double[]> {
  /** Elements of a tile; what one pass touches stays in the first-level cache. */
  private static final int TILE = 512;

  /** Samples per pass over the tiles of a diagonal system. */
  private static final int BLOCK = 16;

  private final DiscreteSystem system;
  private final int tileLength;
  private final int tiles;
  private final double[][] aRe;
  private final double[][] aIm;
  private final double[][] bRe;
  private final double[][] bIm;
  private final double[][] pRe;
  private final double[][] pIm;
  private final double[][] qRe;
  private final double[][] qIm;
  private final double[][] cRe;
  private final double[][] cIm;
  private final double[][] e;
  private final double[][] d;

  DoubleScan(DiscreteSystem system) {
    int width = system.channels();
    int plane = system.modes() * width;
    this.system = system;
    this.tileLength = Math.min(plane, Math.max(1, TILE / width) * width);
    this.aRe = DoubleLoops.tiles(system.aRe(), plane, tileLength);
    this.aIm = DoubleLoops.tiles(system.aIm(), plane, tileLength);
    this.bRe = DoubleLoops.tiles(system.bRe(), plane, tileLength);
    this.bIm = DoubleLoops.tiles(system.bIm(), plane, tileLength);
    this.pRe = DoubleLoops.tiles(system.pRe(), plane, tileLength);
    this.pIm = DoubleLoops.tiles(system.pIm(), plane, tileLength);
    this.qRe = DoubleLoops.tiles(system.qRe(), plane, tileLength);
    this.qIm = DoubleLoops.tiles(system.qIm(), plane, tileLength);
    this.cRe = DoubleLoops.tiles(system.cRe(), plane, tileLength);
    this.cIm = DoubleLoops.tiles(system.cIm(), plane, tileLength);
    this.e = DoubleLoops.tiles(system.e(), width, width);
    this.d = DoubleLoops.tiles(system.d(), width, width);
    this.tiles = aRe.length;
  }

  @Override
  public DiscreteSystem system() {
    return system;
  }

  @Override
  public Kernels.Scratch newScratch() {
    return new Scratch(system, tiles, tileLength);
  }

  @Override
  public void advance(
      double[] state,
      int stateOffset,
      double[] u,
      double[] y,
      int samples,
      Kernels.Scratch scratch) {
    Scratch s = (Scratch) scratch;
    if (system.rank() == 0) {
      for (int t = 0; t < samples; t += BLOCK) {
        diagonal(state, stateOffset, u, y, t, Math.min(BLOCK, samples - t), s);
      }
    } else {
      for (int k = 0; k < tiles; k++) {
        load(state, stateOffset, k, s.xRe[k], s.xIm[k]);
      }
      for (int t = 0; t < samples; t++) {
        lowRank(u, y, t, s);
      }
      for (int k = 0; k < tiles; k++) {
        store(state, stateOffset, k, s.xRe[k], s.xIm[k]);
      }
    }
  }

  /** Tile by tile, so that the parameters of a tile are read once per block. */
  private void diagonal(
      double[] state, int stateOffset, double[] u, double[] y, int from, int count, Scratch s) {
    int width = system.channels();
    int heads = system.heads();
    for (int t = 0; t < count; t++) {
      System.arraycopy(u, (from + t) * width, s.u[t], 0, width);
      for (int c = 0; c < heads; c++) {
        DoubleLoops.product(d[c], s.u[t], s.y[t * heads + c]);
      }
    }
    double[] xRe = s.xRe[0];
    double[] xIm = s.xIm[0];
    for (int k = 0; k < tiles; k++) {
      load(state, stateOffset, k, xRe, xIm);
      for (int t = 0; t < count; t++) {
        DoubleLoops.repeat(s.u[t], s.spread, aRe[k].length);
        DoubleLoops.rotate(aRe[k], aIm[k], xRe, xIm);
        DoubleLoops.addProducts(bRe[k], bIm[k], s.spread, xRe, xIm);
        for (int c = 0; c < heads; c++) {
          addInner(cRe[c * tiles + k], cIm[c * tiles + k], xRe, xIm, s.y[t * heads + c], s);
        }
      }
      store(state, stateOffset, k, xRe, xIm);
    }
    for (int k = 0; k < count * heads; k++) {
      System.arraycopy(s.y[k], 0, y, (from * heads + k) * width, width);
    }
  }

  /** Sample by sample: δ couples all modes before any of them can step. */
  private void lowRank(double[] u, double[] y, int t, Scratch s) {
    int width = system.channels();
    int rank = system.rank();
    int heads = system.heads();
    double[] in = s.u[0];
    System.arraycopy(u, t * width, in, 0, width);
    for (int j = 0; j < rank; j++) {
      DoubleLoops.product(e[j], in, s.delta[j]);
      for (int k = 0; k < tiles; k++) {
        addInner(qRe[j * tiles + k], qIm[j * tiles + k], s.xRe[k], s.xIm[k], s.delta[j], s);
      }
    }
    for (int c = 0; c < heads; c++) {
      DoubleLoops.product(d[c], in, s.y[c]);
    }
    for (int k = 0; k < tiles; k++) {
      double[] xRe = s.xRe[k];
      double[] xIm = s.xIm[k];
      DoubleLoops.rotate(aRe[k], aIm[k], xRe, xIm);
      DoubleLoops.repeat(in, s.spread, aRe[k].length);
      DoubleLoops.addProducts(bRe[k], bIm[k], s.spread, xRe, xIm);
      for (int j = 0; j < rank; j++) {
        DoubleLoops.repeat(s.delta[j], s.spread, aRe[k].length);
        DoubleLoops.addProducts(pRe[j * tiles + k], pIm[j * tiles + k], s.spread, xRe, xIm);
      }
      for (int c = 0; c < heads; c++) {
        addInner(cRe[c * tiles + k], cIm[c * tiles + k], xRe, xIm, s.y[c], s);
      }
    }
    for (int c = 0; c < heads; c++) {
      System.arraycopy(s.y[c], 0, y, (t * heads + c) * width, width);
    }
  }

  /** {@code sum[h] += Re Σ_n c[n,h] x[n,h]} over the modes of a tile. */
  private static void addInner(
      double[] cRe, double[] cIm, double[] xRe, double[] xIm, double[] sum, Scratch s) {
    DoubleLoops.realProduct(cRe, cIm, xRe, xIm, s.terms);
    DoubleLoops.fold(s.terms, cRe.length, s.upper, sum);
  }

  private void load(double[] state, int stateOffset, int k, double[] xRe, double[] xIm) {
    int from = stateOffset + k * tileLength;
    System.arraycopy(state, from, xRe, 0, aRe[k].length);
    System.arraycopy(state, from + system.stateLength() / 2, xIm, 0, aRe[k].length);
  }

  private void store(double[] state, int stateOffset, int k, double[] xRe, double[] xIm) {
    int to = stateOffset + k * tileLength;
    System.arraycopy(xRe, 0, state, to, aRe[k].length);
    System.arraycopy(xIm, 0, state, to + system.stateLength() / 2, aRe[k].length);
  }

  /** Rows and tiles of one caller. Diagonal systems hold one tile of state, others all of it. */
  private static final class Scratch implements Kernels.Scratch {
    final double[][] u;
    final double[][] y;
    final double[][] delta;
    final double[][] xRe;
    final double[][] xIm;
    final double[] spread;
    final double[] terms;
    final double[] upper;

    Scratch(DiscreteSystem system, int tiles, int tileLength) {
      boolean diagonal = system.rank() == 0;
      int width = system.channels();
      u = new double[diagonal ? BLOCK : 1][width];
      y = new double[u.length * system.heads()][width];
      delta = new double[system.rank()][width];
      xRe = new double[diagonal ? 1 : tiles][tileLength];
      xIm = new double[diagonal ? 1 : tiles][tileLength];
      spread = new double[tileLength];
      terms = new double[tileLength];
      upper = new double[tileLength];
    }
  }
}
