package io.flinkssm.simd.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Evaluates polynomials of n real or complex coefficients at the n roots of {@code z^n = i}, for as
 * many channels at once as a vector has lanes, and back.
 *
 * <p>Modulo {@code z^{2m} − s²} a polynomial {@code lo + z^m·hi} splits into its remainders modulo
 * {@code z^m − s} and {@code z^m + s}, {@code lo ± s·hi}; two such steps are one pass over the
 * data. Every block of coefficients has one s, so that there are no tables to read along with the
 * data, and the values come out in the order of the blocks: as good as any other for products of
 * polynomials, which are all that is asked for. Blocks are split depth first, so that all but the
 * first passes find their data in the caches.
 *
 * <p>Node k of the tree of blocks has modulus {@code z^{2m} − e^{iθ_k}} and {@code s_k =
 * e^{iθ_k/2}}; its children are nodes 2k and 2k + 1.
 *
 * <p>Rows are {@code [n][re × lanes, im × lanes]}.
 */
final class VectorTransform {

  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;

  private static final int LANES = Lanes.LANES;

  /** Floats of a row. */
  static final int ROW = 2 * LANES;

  private final int points;
  private final double[] exactRe;
  private final double[] exactIm;
  private final float[] sRe;
  private final float[] sIm;

  /**
   * @param points n, a power of two, at least 2
   */
  VectorTransform(int points) {
    this.points = points;
    this.exactRe = new double[points];
    this.exactIm = new double[points];
    this.sRe = new float[points];
    this.sIm = new float[points];
    double[] half = new double[2 * points];
    half[1] = Math.PI / 4;
    for (int k = 1; k < points; k++) {
      exactRe[k] = Math.cos(half[k]);
      exactIm[k] = Math.sin(half[k]);
      sRe[k] = (float) exactRe[k];
      sIm[k] = (float) exactIm[k];
      half[2 * k] = half[k] / 2;
      half[2 * k + 1] = (half[k] + Math.PI) / 2;
    }
  }

  /** Coefficients to values, in place, of one channel in double. */
  void forward(double[] re, double[] im) {
    for (int blocks = 1; blocks < points; blocks *= 2) {
      int m = points / blocks / 2;
      for (int b = 0; b < blocks; b++) {
        double cos = exactRe[blocks + b];
        double sin = exactIm[blocks + b];
        for (int i = 2 * b * m; i < (2 * b + 1) * m; i++) {
          double hiRe = re[i + m] * cos - im[i + m] * sin;
          double hiIm = re[i + m] * sin + im[i + m] * cos;
          re[i + m] = re[i] - hiRe;
          im[i + m] = im[i] - hiIm;
          re[i] += hiRe;
          im[i] += hiIm;
        }
      }
    }
  }

  /** Coefficients to values, in place. */
  void forward(CacheLines.Slice rows) {
    float[] x = rows.array();
    int from = rows.offset();
    if (even()) {
      forward(x, 1, from, points);
      return;
    }
    int half = points / 2 * ROW;
    split(x, from, half, sRe[1], sIm[1]);
    if (points > 2) {
      forward(x, 2, from, points / 2);
      forward(x, 3, from + half, points / 2);
    }
  }

  /** Values to coefficients times n, in place. */
  void inverse(CacheLines.Slice rows) {
    float[] x = rows.array();
    int from = rows.offset();
    if (even()) {
      inverse(x, 1, from, points);
      return;
    }
    int half = points / 2 * ROW;
    if (points > 2) {
      inverse(x, 2, from, points / 2);
      inverse(x, 3, from + half, points / 2);
    }
    join(x, from, half, sRe[1], sIm[1]);
  }

  /** Whether the levels of the tree pair up. */
  private boolean even() {
    return (Integer.numberOfTrailingZeros(points) & 1) == 0;
  }

  private void forward(float[] x, int node, int from, int rows) {
    int quarter = rows / 4 * ROW;
    splitTwice(x, from, quarter, sRe[node], sIm[node], sRe[2 * node], sIm[2 * node]);
    if (rows > 4) {
      for (int k = 0; k < 4; k++) {
        forward(x, 4 * node + k, from + k * quarter, rows / 4);
      }
    }
  }

  private void inverse(float[] x, int node, int from, int rows) {
    int quarter = rows / 4 * ROW;
    if (rows > 4) {
      for (int k = 0; k < 4; k++) {
        inverse(x, 4 * node + k, from + k * quarter, rows / 4);
      }
    }
    joinTwice(x, from, quarter, sRe[node], sIm[node], sRe[2 * node], sIm[2 * node]);
  }

  /** {@code (lo, hi) ← (lo + s·hi, lo − s·hi)}. */
  private static void split(float[] x, int from, int half, float cos, float sin) {
    for (int i = from; i < from + half; i += ROW) {
      FloatVector hiRe = FloatVector.fromArray(SPECIES, x, i + half);
      FloatVector hiIm = FloatVector.fromArray(SPECIES, x, i + half + LANES);
      FloatVector loRe = FloatVector.fromArray(SPECIES, x, i);
      FloatVector loIm = FloatVector.fromArray(SPECIES, x, i + LANES);
      FloatVector re = hiRe.mul(cos).sub(hiIm.mul(sin));
      FloatVector im = hiRe.mul(sin).add(hiIm.mul(cos));
      loRe.add(re).intoArray(x, i);
      loIm.add(im).intoArray(x, i + LANES);
      loRe.sub(re).intoArray(x, i + half);
      loIm.sub(im).intoArray(x, i + half + LANES);
    }
  }

  /** Undoes {@link #split}, times 2. */
  private static void join(float[] x, int from, int half, float cos, float sin) {
    for (int i = from; i < from + half; i += ROW) {
      FloatVector aRe = FloatVector.fromArray(SPECIES, x, i);
      FloatVector aIm = FloatVector.fromArray(SPECIES, x, i + LANES);
      FloatVector bRe = FloatVector.fromArray(SPECIES, x, i + half);
      FloatVector bIm = FloatVector.fromArray(SPECIES, x, i + half + LANES);
      FloatVector re = aRe.sub(bRe);
      FloatVector im = aIm.sub(bIm);
      aRe.add(bRe).intoArray(x, i);
      aIm.add(bIm).intoArray(x, i + LANES);
      re.mul(cos).add(im.mul(sin)).intoArray(x, i + half);
      im.mul(cos).sub(re.mul(sin)).intoArray(x, i + half + LANES);
    }
  }

  /**
   * Two levels of splits in one pass: with s of the node, then r of its first child and {@code i·r}
   * of its second.
   */
  private static void splitTwice(
      float[] x, int from, int quarter, float sRe, float sIm, float rRe, float rIm) {
    for (int i = from; i < from + quarter; i += ROW) {
      int j = i + quarter;
      int k = j + quarter;
      int l = k + quarter;
      FloatVector cRe = FloatVector.fromArray(SPECIES, x, k);
      FloatVector cIm = FloatVector.fromArray(SPECIES, x, k + LANES);
      FloatVector dRe = FloatVector.fromArray(SPECIES, x, l);
      FloatVector dIm = FloatVector.fromArray(SPECIES, x, l + LANES);
      FloatVector scRe = cRe.mul(sRe).sub(cIm.mul(sIm));
      FloatVector scIm = cRe.mul(sIm).add(cIm.mul(sRe));
      FloatVector sdRe = dRe.mul(sRe).sub(dIm.mul(sIm));
      FloatVector sdIm = dRe.mul(sIm).add(dIm.mul(sRe));
      FloatVector aRe = FloatVector.fromArray(SPECIES, x, i);
      FloatVector aIm = FloatVector.fromArray(SPECIES, x, i + LANES);
      FloatVector bRe = FloatVector.fromArray(SPECIES, x, j);
      FloatVector bIm = FloatVector.fromArray(SPECIES, x, j + LANES);
      FloatVector upRe = bRe.add(sdRe);
      FloatVector upIm = bIm.add(sdIm);
      FloatVector downRe = bRe.sub(sdRe);
      FloatVector downIm = bIm.sub(sdIm);
      FloatVector pRe = upRe.mul(rRe).sub(upIm.mul(rIm));
      FloatVector pIm = upRe.mul(rIm).add(upIm.mul(rRe));
      FloatVector qRe = downRe.mul(rRe).sub(downIm.mul(rIm));
      FloatVector qIm = downRe.mul(rIm).add(downIm.mul(rRe));
      aRe.add(scRe).add(pRe).intoArray(x, i);
      aIm.add(scIm).add(pIm).intoArray(x, i + LANES);
      aRe.add(scRe).sub(pRe).intoArray(x, j);
      aIm.add(scIm).sub(pIm).intoArray(x, j + LANES);
      aRe.sub(scRe).sub(qIm).intoArray(x, k);
      aIm.sub(scIm).add(qRe).intoArray(x, k + LANES);
      aRe.sub(scRe).add(qIm).intoArray(x, l);
      aIm.sub(scIm).sub(qRe).intoArray(x, l + LANES);
    }
  }

  /** Undoes {@link #splitTwice}, times 4. */
  private static void joinTwice(
      float[] x, int from, int quarter, float sRe, float sIm, float rRe, float rIm) {
    for (int i = from; i < from + quarter; i += ROW) {
      int j = i + quarter;
      int k = j + quarter;
      int l = k + quarter;
      FloatVector aRe = FloatVector.fromArray(SPECIES, x, i);
      FloatVector aIm = FloatVector.fromArray(SPECIES, x, i + LANES);
      FloatVector bRe = FloatVector.fromArray(SPECIES, x, j);
      FloatVector bIm = FloatVector.fromArray(SPECIES, x, j + LANES);
      FloatVector cRe = FloatVector.fromArray(SPECIES, x, k);
      FloatVector cIm = FloatVector.fromArray(SPECIES, x, k + LANES);
      FloatVector dRe = FloatVector.fromArray(SPECIES, x, l);
      FloatVector dIm = FloatVector.fromArray(SPECIES, x, l + LANES);
      FloatVector pRe = aRe.sub(bRe);
      FloatVector pIm = aIm.sub(bIm);
      FloatVector qRe = cIm.sub(dIm);
      FloatVector qIm = dRe.sub(cRe);
      FloatVector upRe = pRe.mul(rRe).add(pIm.mul(rIm));
      FloatVector upIm = pIm.mul(rRe).sub(pRe.mul(rIm));
      FloatVector downRe = qRe.mul(rRe).add(qIm.mul(rIm));
      FloatVector downIm = qIm.mul(rRe).sub(qRe.mul(rIm));
      FloatVector scRe = aRe.add(bRe).sub(cRe.add(dRe));
      FloatVector scIm = aIm.add(bIm).sub(cIm.add(dIm));
      FloatVector sdRe = upRe.sub(downRe);
      FloatVector sdIm = upIm.sub(downIm);
      aRe.add(bRe).add(cRe.add(dRe)).intoArray(x, i);
      aIm.add(bIm).add(cIm.add(dIm)).intoArray(x, i + LANES);
      upRe.add(downRe).intoArray(x, j);
      upIm.add(downIm).intoArray(x, j + LANES);
      scRe.mul(sRe).add(scIm.mul(sIm)).intoArray(x, k);
      scIm.mul(sRe).sub(scRe.mul(sIm)).intoArray(x, k + LANES);
      sdRe.mul(sRe).add(sdIm.mul(sIm)).intoArray(x, l);
      sdIm.mul(sRe).sub(sdRe.mul(sIm)).intoArray(x, l + LANES);
    }
  }

  /** {@code out = x∘k} over n rows, value by value; {@code out} may be {@code x}. */
  void multiply(CacheLines.Slice x, CacheLines.Slice k, CacheLines.Slice out) {
    multiply(x.array(), x.offset(), k.array(), k.offset(), out.array(), out.offset(), points * ROW);
  }

  private static void multiply(
      float[] x, int xFrom, float[] k, int kFrom, float[] out, int outFrom, int length) {
    for (int i = 0; i < length; i += ROW) {
      FloatVector xRe = FloatVector.fromArray(SPECIES, x, xFrom + i);
      FloatVector xIm = FloatVector.fromArray(SPECIES, x, xFrom + i + LANES);
      FloatVector kRe = FloatVector.fromArray(SPECIES, k, kFrom + i);
      FloatVector kIm = FloatVector.fromArray(SPECIES, k, kFrom + i + LANES);
      xRe.mul(kRe).sub(xIm.mul(kIm)).intoArray(out, outFrom + i);
      xRe.mul(kIm).add(xIm.mul(kRe)).intoArray(out, outFrom + i + LANES);
    }
  }
}
