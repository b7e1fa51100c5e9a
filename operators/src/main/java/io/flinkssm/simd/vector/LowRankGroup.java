package io.flinkssm.simd.vector;

import io.flinkssm.simd.DiscreteSystem;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * One register's worth of channels of a diagonal plus rank-one system: {@code δ = Re Σ q x + e u,
 * x⁺ = a x + b u + p δ, y = Re Σ c x⁺ + d u}. Offsets point at the first lane; parameters as {@link
 * VectorFloatScan} packs them.
 *
 * <p>δ couples all modes before any of them can step. The pass that steps them therefore also sums
 * {@code Re Σ q x⁺} for the sample after: one pass over parameters and state per sample, not two.
 */
final class LowRankGroup {
  /** Parameter rows: {@code Re a, −Im a, Re b, Im b, Re p, Im p, Re q, −Im q, Re c, −Im c}. */
  static final int ROWS = 10;

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int G = DiscreteSystem.GROUP;

  private LowRankGroup() {}

  /**
   * Steps samples one after the other.
   *
   * @param u {@code [samples][GROUP]}
   * @param y {@code [samples][GROUP]}, overwritten
   * @param steps of each sample; the output of the last one stays
   */
  static void block(
      float[] parameters,
      int p,
      int modes,
      float[] state,
      int re,
      float[] d,
      float[] e,
      int h,
      float[] u,
      int uAt,
      float[] y,
      int yAt,
      int samples,
      int steps) {
    int im = re + modes * G;
    FloatVector skip = FloatVector.fromArray(S, d, h);
    FloatVector direct = FloatVector.fromArray(S, e, h);
    FloatVector sum = FloatVector.zero(S);
    for (int n = 0; n < modes; n++) {
      int q = p + n * ROWS * G;
      FloatVector xRe = FloatVector.fromArray(S, state, re + n * G);
      FloatVector xIm = FloatVector.fromArray(S, state, im + n * G);
      FloatVector qRe = FloatVector.fromArray(S, parameters, q + 6 * G);
      FloatVector minusQIm = FloatVector.fromArray(S, parameters, q + 7 * G);
      sum = qRe.fma(xRe, minusQIm.fma(xIm, sum));
    }
    for (int t = 0; t < samples * steps; t++) {
      int row = t / steps * G;
      FloatVector in = FloatVector.fromArray(S, u, uAt + row);
      FloatVector delta = direct.fma(in, sum);
      FloatVector out = skip.mul(in);
      sum = FloatVector.zero(S);
      for (int n = 0; n < modes; n++) {
        int q = p + n * ROWS * G;
        FloatVector aRe = FloatVector.fromArray(S, parameters, q);
        FloatVector minusAIm = FloatVector.fromArray(S, parameters, q + G);
        FloatVector bRe = FloatVector.fromArray(S, parameters, q + 2 * G);
        FloatVector bIm = FloatVector.fromArray(S, parameters, q + 3 * G);
        FloatVector pRe = FloatVector.fromArray(S, parameters, q + 4 * G);
        FloatVector pIm = FloatVector.fromArray(S, parameters, q + 5 * G);
        FloatVector qRe = FloatVector.fromArray(S, parameters, q + 6 * G);
        FloatVector minusQIm = FloatVector.fromArray(S, parameters, q + 7 * G);
        FloatVector cRe = FloatVector.fromArray(S, parameters, q + 8 * G);
        FloatVector minusCIm = FloatVector.fromArray(S, parameters, q + 9 * G);
        FloatVector xRe = FloatVector.fromArray(S, state, re + n * G);
        FloatVector xIm = FloatVector.fromArray(S, state, im + n * G);
        FloatVector nextRe = aRe.fma(xRe, minusAIm.fma(xIm, pRe.fma(delta, bRe.mul(in))));
        FloatVector nextIm = aRe.fma(xIm, pIm.fma(delta, bIm.mul(in)).sub(minusAIm.mul(xRe)));
        nextRe.intoArray(state, re + n * G);
        nextIm.intoArray(state, im + n * G);
        sum = qRe.fma(nextRe, minusQIm.fma(nextIm, sum));
        out = cRe.fma(nextRe, minusCIm.fma(nextIm, out));
      }
      out.intoArray(y, yAt + row);
    }
  }
}
