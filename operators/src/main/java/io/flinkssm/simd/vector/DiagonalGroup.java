package io.flinkssm.simd.vector;

import io.flinkssm.simd.DiscreteSystem;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * One register's worth of channels of a diagonal system: {@code x⁺ = a x + b u, y = Re Σ c x⁺ + d
 * u}. Offsets point at the first lane; parameters as {@link VectorFloatScan} packs them.
 *
 * <p>Both forms add to y in one chain, mode by mode in the same order.
 */
final class DiagonalGroup {
  /** Parameter rows of a mode: {@code Re a, −Im a, Re b, Im b, Re c, −Im c}. */
  static final int ROWS = 6;

  private static final VectorSpecies<Float> S = Lanes.SPECIES;
  private static final int G = DiscreteSystem.GROUP;

  private DiagonalGroup() {}

  /** One sample: mode by mode, so that parameters and state are one stream from the cache. */
  static void step(
      float[] parameters,
      int p,
      int modes,
      float[] state,
      int re,
      float[] d,
      int h,
      float[] u,
      int uAt,
      float[] y,
      int yAt) {
    int im = re + modes * G;
    FloatVector in = FloatVector.fromArray(S, u, uAt);
    FloatVector out = FloatVector.fromArray(S, d, h).mul(in);
    for (int n = 0; n < modes; n++) {
      int q = p + n * ROWS * G;
      int at = n * G;
      FloatVector aRe = FloatVector.fromArray(S, parameters, q);
      FloatVector minusAIm = FloatVector.fromArray(S, parameters, q + G);
      FloatVector bRe = FloatVector.fromArray(S, parameters, q + 2 * G);
      FloatVector bIm = FloatVector.fromArray(S, parameters, q + 3 * G);
      FloatVector cRe = FloatVector.fromArray(S, parameters, q + 4 * G);
      FloatVector minusCIm = FloatVector.fromArray(S, parameters, q + 5 * G);
      FloatVector xRe = FloatVector.fromArray(S, state, re + at);
      FloatVector xIm = FloatVector.fromArray(S, state, im + at);
      FloatVector nextRe = aRe.fma(xRe, minusAIm.fma(xIm, bRe.mul(in)));
      FloatVector nextIm = aRe.fma(xIm, bIm.mul(in).sub(minusAIm.mul(xRe)));
      nextRe.intoArray(state, re + at);
      nextIm.intoArray(state, im + at);
      out = cRe.fma(nextRe, minusCIm.fma(nextIm, out));
    }
    out.intoArray(y, yAt);
  }

  /**
   * Several samples: three modes at a time over all samples, their parameters and state in
   * registers.
   *
   * @param u {@code [samples][GROUP]}
   * @param y {@code [samples][GROUP]}, overwritten
   */
  static void block(
      float[] parameters,
      int p,
      int modes,
      float[] state,
      int re,
      float[] d,
      int h,
      float[] u,
      int uAt,
      float[] y,
      int yAt,
      int samples) {
    FloatVector skip = FloatVector.fromArray(S, d, h);
    for (int t = 0; t < samples; t++) {
      skip.mul(FloatVector.fromArray(S, u, uAt + t * G)).intoArray(y, yAt + t * G);
    }
    int im = re + modes * G;
    int n = 0;
    for (; n + 3 <= modes; n += 3) {
      three(parameters, p + n * ROWS * G, state, re + n * G, im + n * G, u, uAt, y, yAt, samples);
    }
    for (; n < modes; n++) {
      one(parameters, p + n * ROWS * G, state, re + n * G, im + n * G, u, uAt, y, yAt, samples);
    }
  }

  private static void three(
      float[] parameters,
      int q,
      float[] state,
      int re,
      int im,
      float[] u,
      int uAt,
      float[] y,
      int yAt,
      int samples) {
    FloatVector aRe = FloatVector.fromArray(S, parameters, q);
    FloatVector minusAIm = FloatVector.fromArray(S, parameters, q + G);
    FloatVector bRe = FloatVector.fromArray(S, parameters, q + 2 * G);
    FloatVector bIm = FloatVector.fromArray(S, parameters, q + 3 * G);
    FloatVector cRe = FloatVector.fromArray(S, parameters, q + 4 * G);
    FloatVector minusCIm = FloatVector.fromArray(S, parameters, q + 5 * G);
    FloatVector xRe = FloatVector.fromArray(S, state, re);
    FloatVector xIm = FloatVector.fromArray(S, state, im);
    int q2 = q + ROWS * G;
    FloatVector aRe2 = FloatVector.fromArray(S, parameters, q2);
    FloatVector minusAIm2 = FloatVector.fromArray(S, parameters, q2 + G);
    FloatVector bRe2 = FloatVector.fromArray(S, parameters, q2 + 2 * G);
    FloatVector bIm2 = FloatVector.fromArray(S, parameters, q2 + 3 * G);
    FloatVector cRe2 = FloatVector.fromArray(S, parameters, q2 + 4 * G);
    FloatVector minusCIm2 = FloatVector.fromArray(S, parameters, q2 + 5 * G);
    FloatVector xRe2 = FloatVector.fromArray(S, state, re + G);
    FloatVector xIm2 = FloatVector.fromArray(S, state, im + G);
    int q3 = q2 + ROWS * G;
    FloatVector aRe3 = FloatVector.fromArray(S, parameters, q3);
    FloatVector minusAIm3 = FloatVector.fromArray(S, parameters, q3 + G);
    FloatVector bRe3 = FloatVector.fromArray(S, parameters, q3 + 2 * G);
    FloatVector bIm3 = FloatVector.fromArray(S, parameters, q3 + 3 * G);
    FloatVector cRe3 = FloatVector.fromArray(S, parameters, q3 + 4 * G);
    FloatVector minusCIm3 = FloatVector.fromArray(S, parameters, q3 + 5 * G);
    FloatVector xRe3 = FloatVector.fromArray(S, state, re + 2 * G);
    FloatVector xIm3 = FloatVector.fromArray(S, state, im + 2 * G);
    for (int t = 0; t < samples; t++) {
      FloatVector in = FloatVector.fromArray(S, u, uAt + t * G);
      FloatVector out = FloatVector.fromArray(S, y, yAt + t * G);
      FloatVector nextRe = aRe.fma(xRe, minusAIm.fma(xIm, bRe.mul(in)));
      FloatVector nextIm = aRe.fma(xIm, bIm.mul(in).sub(minusAIm.mul(xRe)));
      FloatVector nextRe2 = aRe2.fma(xRe2, minusAIm2.fma(xIm2, bRe2.mul(in)));
      FloatVector nextIm2 = aRe2.fma(xIm2, bIm2.mul(in).sub(minusAIm2.mul(xRe2)));
      FloatVector nextRe3 = aRe3.fma(xRe3, minusAIm3.fma(xIm3, bRe3.mul(in)));
      FloatVector nextIm3 = aRe3.fma(xIm3, bIm3.mul(in).sub(minusAIm3.mul(xRe3)));
      xRe = nextRe;
      xIm = nextIm;
      out = cRe.fma(xRe, minusCIm.fma(xIm, out));
      xRe2 = nextRe2;
      xIm2 = nextIm2;
      out = cRe2.fma(xRe2, minusCIm2.fma(xIm2, out));
      xRe3 = nextRe3;
      xIm3 = nextIm3;
      out = cRe3.fma(xRe3, minusCIm3.fma(xIm3, out));
      out.intoArray(y, yAt + t * G);
    }
    xRe.intoArray(state, re);
    xIm.intoArray(state, im);
    xRe2.intoArray(state, re + G);
    xIm2.intoArray(state, im + G);
    xRe3.intoArray(state, re + 2 * G);
    xIm3.intoArray(state, im + 2 * G);
  }

  private static void one(
      float[] parameters,
      int q,
      float[] state,
      int re,
      int im,
      float[] u,
      int uAt,
      float[] y,
      int yAt,
      int samples) {
    FloatVector aRe = FloatVector.fromArray(S, parameters, q);
    FloatVector minusAIm = FloatVector.fromArray(S, parameters, q + G);
    FloatVector bRe = FloatVector.fromArray(S, parameters, q + 2 * G);
    FloatVector bIm = FloatVector.fromArray(S, parameters, q + 3 * G);
    FloatVector cRe = FloatVector.fromArray(S, parameters, q + 4 * G);
    FloatVector minusCIm = FloatVector.fromArray(S, parameters, q + 5 * G);
    FloatVector xRe = FloatVector.fromArray(S, state, re);
    FloatVector xIm = FloatVector.fromArray(S, state, im);
    for (int t = 0; t < samples; t++) {
      FloatVector in = FloatVector.fromArray(S, u, uAt + t * G);
      FloatVector nextRe = aRe.fma(xRe, minusAIm.fma(xIm, bRe.mul(in)));
      FloatVector nextIm = aRe.fma(xIm, bIm.mul(in).sub(minusAIm.mul(xRe)));
      xRe = nextRe;
      xIm = nextIm;
      FloatVector out = FloatVector.fromArray(S, y, yAt + t * G);
      cRe.fma(xRe, minusCIm.fma(xIm, out)).intoArray(y, yAt + t * G);
    }
    xRe.intoArray(state, re);
    xIm.intoArray(state, im);
  }
}
