package io.flinkssm.simd;

/**
 * The recurrence of {@link DiscreteSystem} in float32.
 *
 * <p>The state is cut into tiles of whole modes, and every inner loop runs over a tile: flat arrays
 * that are walked together at one index. Only in this form can the JIT compiler rule out that a
 * store feeds a later load, and vectorise; and only a long loop repays its prologue. Read-outs are
 * folded pairwise over the modes of a tile and tiles are added in order, whatever the block length,
 * so that splitting a stream changes no bit.
 */
final class FloatScan implements Kernels.Scan<float[]> {
  /** Elements of a tile; what one pass touches stays in the first-level cache. */
  private static final int TILE = 1024;

  /** Samples per pass over the tiles of a diagonal system. */
  private static final int BLOCK = 16;

  private final DiscreteSystem system;
  private final int tileLength;
  private final int tiles;
  private final float[][] aRe;
  private final float[][] aIm;
  private final float[][] bRe;
  private final float[][] bIm;
  private final float[][] pRe;
  private final float[][] pIm;
  private final float[][] qRe;
  private final float[][] qIm;
  private final float[][] cRe;
  private final float[][] cIm;
  private final float[][] e;
  private final float[][] d;

  FloatScan(DiscreteSystem system) {
    int width = system.channels();
    int plane = system.modes() * width;
    this.system = system;
    this.tileLength = Math.min(plane, Math.max(1, TILE / width) * width);
    this.aRe = FloatLoops.tiles(system.aRe(), plane, tileLength);
    this.aIm = FloatLoops.tiles(system.aIm(), plane, tileLength);
    this.bRe = FloatLoops.tiles(system.bRe(), plane, tileLength);
    this.bIm = FloatLoops.tiles(system.bIm(), plane, tileLength);
    this.pRe = FloatLoops.tiles(system.pRe(), plane, tileLength);
    this.pIm = FloatLoops.tiles(system.pIm(), plane, tileLength);
    this.qRe = FloatLoops.tiles(system.qRe(), plane, tileLength);
    this.qIm = FloatLoops.tiles(system.qIm(), plane, tileLength);
    this.cRe = FloatLoops.tiles(system.cRe(), plane, tileLength);
    this.cIm = FloatLoops.tiles(system.cIm(), plane, tileLength);
    this.e = FloatLoops.tiles(system.e(), width, width);
    this.d = FloatLoops.tiles(system.d(), width, width);
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
      float[] state, int stateOffset, float[] u, float[] y, int samples, Kernels.Scratch scratch) {
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
      float[] state, int stateOffset, float[] u, float[] y, int from, int count, Scratch s) {
    int width = system.channels();
    int heads = system.heads();
    for (int t = 0; t < count; t++) {
      System.arraycopy(u, (from + t) * width, s.u[t], 0, width);
      for (int c = 0; c < heads; c++) {
        FloatLoops.product(d[c], s.u[t], s.y[t * heads + c]);
      }
    }
    float[] xRe = s.xRe[0];
    float[] xIm = s.xIm[0];
    for (int k = 0; k < tiles; k++) {
      load(state, stateOffset, k, xRe, xIm);
      for (int t = 0; t < count; t++) {
        FloatLoops.repeat(s.u[t], s.spread, aRe[k].length);
        FloatLoops.rotate(aRe[k], aIm[k], xRe, xIm);
        FloatLoops.addProducts(bRe[k], bIm[k], s.spread, xRe, xIm);
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
  private void lowRank(float[] u, float[] y, int t, Scratch s) {
    int width = system.channels();
    int rank = system.rank();
    int heads = system.heads();
    float[] in = s.u[0];
    System.arraycopy(u, t * width, in, 0, width);
    for (int j = 0; j < rank; j++) {
      FloatLoops.product(e[j], in, s.delta[j]);
      for (int k = 0; k < tiles; k++) {
        addInner(qRe[j * tiles + k], qIm[j * tiles + k], s.xRe[k], s.xIm[k], s.delta[j], s);
      }
    }
    for (int c = 0; c < heads; c++) {
      FloatLoops.product(d[c], in, s.y[c]);
    }
    for (int k = 0; k < tiles; k++) {
      float[] xRe = s.xRe[k];
      float[] xIm = s.xIm[k];
      FloatLoops.rotate(aRe[k], aIm[k], xRe, xIm);
      FloatLoops.repeat(in, s.spread, aRe[k].length);
      FloatLoops.addProducts(bRe[k], bIm[k], s.spread, xRe, xIm);
      for (int j = 0; j < rank; j++) {
        FloatLoops.repeat(s.delta[j], s.spread, aRe[k].length);
        FloatLoops.addProducts(pRe[j * tiles + k], pIm[j * tiles + k], s.spread, xRe, xIm);
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
      float[] cRe, float[] cIm, float[] xRe, float[] xIm, float[] sum, Scratch s) {
    FloatLoops.realProduct(cRe, cIm, xRe, xIm, s.terms);
    FloatLoops.fold(s.terms, cRe.length, s.upper, sum);
  }

  private void load(float[] state, int stateOffset, int k, float[] xRe, float[] xIm) {
    int from = stateOffset + k * tileLength;
    System.arraycopy(state, from, xRe, 0, aRe[k].length);
    System.arraycopy(state, from + system.stateLength() / 2, xIm, 0, aRe[k].length);
  }

  private void store(float[] state, int stateOffset, int k, float[] xRe, float[] xIm) {
    int to = stateOffset + k * tileLength;
    System.arraycopy(xRe, 0, state, to, aRe[k].length);
    System.arraycopy(xIm, 0, state, to + system.stateLength() / 2, aRe[k].length);
  }

  /** Rows and tiles of one caller. Diagonal systems hold one tile of state, others all of it. */
  private static final class Scratch implements Kernels.Scratch {
    final float[][] u;
    final float[][] y;
    final float[][] delta;
    final float[][] xRe;
    final float[][] xIm;
    final float[] spread;
    final float[] terms;
    final float[] upper;

    Scratch(DiscreteSystem system, int tiles, int tileLength) {
      boolean diagonal = system.rank() == 0;
      int width = system.channels();
      u = new float[diagonal ? BLOCK : 1][width];
      y = new float[u.length * system.heads()][width];
      delta = new float[system.rank()][width];
      xRe = new float[diagonal ? 1 : tiles][tileLength];
      xIm = new float[diagonal ? 1 : tiles][tileLength];
      spread = new float[tileLength];
      terms = new float[tileLength];
      upper = new float[tileLength];
    }
  }
}
