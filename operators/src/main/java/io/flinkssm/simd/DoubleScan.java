package io.flinkssm.simd;

/**
 * The recurrence of {@link DiscreteSystem} in float64, in plain Java.
 *
 * <p>Group by group of channels, so that what a group needs stays in the first-level cache for all
 * samples. Inner loops run over all modes of a group: flat arrays that are walked together at one
 * index. Only in this form can the JIT compiler rule out that a store feeds a later load, and
 * vectorise; and only a long loop repays its prologue. Read-outs are folded pairwise over the
 * modes, whatever the block length, so that splitting a stream changes no bit.
 */
final class DoubleScan implements Kernels.Scan<double[]> {
  private final DiscreteSystem system;
  private final Group[] groups;

  DoubleScan(DiscreteSystem system) {
    this.system = system;
    this.groups = new Group[system.groups()];
    for (int g = 0; g < groups.length; g++) {
      groups[g] = new Group(system, g);
    }
  }

  @Override
  public DiscreteSystem system() {
    return system;
  }

  @Override
  public Kernels.Scratch newScratch() {
    return new Scratch(system);
  }

  @Override
  public void advance(
      Runs<double[]> runs, int stateOffset, double[] u, double[] y, Kernels.Scratch scratch) {
    Scratch s = (Scratch) scratch;
    for (int g = 0; g < groups.length; g++) {
      for (int k = 0; k < runs.count(); k++) {
        double[] state = runs.state(k);
        int re = stateOffset + system.planes(g);
        int plane = groups[g].plane;
        System.arraycopy(state, re, s.xRe, 0, plane);
        System.arraycopy(state, re + plane, s.xIm, 0, plane);
        for (int t = runs.start(k); t < runs.end(k); t++) {
          step(groups[g], u, y, t, s);
        }
        System.arraycopy(s.xRe, 0, state, re, plane);
        System.arraycopy(s.xIm, 0, state, re + plane, plane);
      }
    }
  }

  private void step(Group g, double[] u, double[] y, int t, Scratch s) {
    System.arraycopy(u, t * system.channels() + g.channel, s.u, 0, g.width);
    for (int step = 0; step < system.steps(); step++) {
      transition(g, s);
    }
    int row = t * system.heads() * system.channels() + g.channel;
    for (int c = 0; c < g.cRe.length; c++) {
      DoubleLoops.product(g.d[c], s.u, s.y);
      addInner(g.cRe[c], g.cIm[c], g.width, s, s.y);
      System.arraycopy(s.y, 0, y, row + c * system.channels(), g.width);
    }
  }

  private static void transition(Group g, Scratch s) {
    for (int j = 0; j < s.delta.length; j++) {
      DoubleLoops.product(g.e[j], s.u, s.delta[j]);
      addInner(g.qRe[j], g.qIm[j], g.width, s, s.delta[j]);
    }
    DoubleLoops.rotate(g.aRe, g.aIm, s.xRe, s.xIm);
    DoubleLoops.repeat(s.u, g.width, s.spread, g.plane);
    DoubleLoops.addProducts(g.bRe, g.bIm, s.spread, s.xRe, s.xIm);
    for (int j = 0; j < s.delta.length; j++) {
      DoubleLoops.repeat(s.delta[j], g.width, s.spread, g.plane);
      DoubleLoops.addProducts(g.pRe[j], g.pIm[j], s.spread, s.xRe, s.xIm);
    }
  }

  /** {@code sum[h] += Re Σ_n c[n,h] x[n,h]}. */
  private static void addInner(double[] cRe, double[] cIm, int width, Scratch s, double[] sum) {
    DoubleLoops.realProduct(cRe, cIm, s.xRe, s.xIm, s.terms);
    DoubleLoops.fold(s.terms, cRe.length, width, s.upper, sum);
  }

  /** Parameters of one group of channels, planes {@code [modes][width]}. */
  private static final class Group {
    final int channel;
    final int width;
    final int plane;
    final double[] aRe;
    final double[] aIm;
    final double[] bRe;
    final double[] bIm;
    final double[][] pRe;
    final double[][] pIm;
    final double[][] qRe;
    final double[][] qIm;
    final double[][] e;
    final double[][] cRe;
    final double[][] cIm;
    final double[][] d;

    Group(DiscreteSystem s, int g) {
      channel = g * DiscreteSystem.GROUP;
      width = s.width(g);
      plane = s.modes() * width;
      aRe = columns(s.aRe(), s, 0, s.modes());
      aIm = columns(s.aIm(), s, 0, s.modes());
      bRe = columns(s.bRe(), s, 0, s.modes());
      bIm = columns(s.bIm(), s, 0, s.modes());
      pRe = planes(s.pRe(), s, s.rank(), s.modes());
      pIm = planes(s.pIm(), s, s.rank(), s.modes());
      qRe = planes(s.qRe(), s, s.rank(), s.modes());
      qIm = planes(s.qIm(), s, s.rank(), s.modes());
      e = planes(s.e(), s, s.rank(), 1);
      cRe = planes(s.cRe(), s, s.heads(), s.modes());
      cIm = planes(s.cIm(), s, s.heads(), s.modes());
      d = planes(s.d(), s, s.heads(), 1);
    }

    private double[][] planes(double[] flat, DiscreteSystem s, int count, int rows) {
      double[][] planes = new double[count][];
      for (int k = 0; k < count; k++) {
        planes[k] = columns(flat, s, k * rows, rows);
      }
      return planes;
    }

    /** This group's columns of {@code rows} rows of channels. */
    private double[] columns(double[] flat, DiscreteSystem s, int firstRow, int rows) {
      double[] columns = new double[rows * width];
      for (int i = 0; i < columns.length; i++) {
        int row = firstRow + i / width;
        columns[i] = flat[row * s.channels() + channel + i % width];
      }
      return columns;
    }
  }

  /** State and rows of one group, for one caller. */
  private static final class Scratch implements Kernels.Scratch {
    final double[] u;
    final double[] y;
    final double[][] delta;
    final double[] xRe;
    final double[] xIm;
    final double[] spread;
    final double[] terms;
    final double[] upper;

    Scratch(DiscreteSystem system) {
      int width = system.width(0);
      int plane = system.modes() * width;
      u = new double[width];
      y = new double[width];
      delta = new double[system.rank()][width];
      xRe = new double[plane];
      xIm = new double[plane];
      spread = new double[plane];
      terms = new double[plane];
      upper = new double[plane];
    }
  }
}
