package io.flinkssm.simd.vector;

import static io.flinkssm.simd.RationalFits.ERF_P0;
import static io.flinkssm.simd.RationalFits.ERF_P1;
import static io.flinkssm.simd.RationalFits.ERF_P2;
import static io.flinkssm.simd.RationalFits.ERF_P3;
import static io.flinkssm.simd.RationalFits.ERF_P4;
import static io.flinkssm.simd.RationalFits.ERF_P5;
import static io.flinkssm.simd.RationalFits.ERF_Q1;
import static io.flinkssm.simd.RationalFits.ERF_Q2;
import static io.flinkssm.simd.RationalFits.ERF_Q3;
import static io.flinkssm.simd.RationalFits.ERF_Q4;
import static io.flinkssm.simd.RationalFits.ERF_Q5;
import static io.flinkssm.simd.RationalFits.ERF_RANGE;
import static io.flinkssm.simd.RationalFits.TANH_P0;
import static io.flinkssm.simd.RationalFits.TANH_P1;
import static io.flinkssm.simd.RationalFits.TANH_P2;
import static io.flinkssm.simd.RationalFits.TANH_P3;
import static io.flinkssm.simd.RationalFits.TANH_P4;
import static io.flinkssm.simd.RationalFits.TANH_Q1;
import static io.flinkssm.simd.RationalFits.TANH_Q2;
import static io.flinkssm.simd.RationalFits.TANH_Q3;
import static io.flinkssm.simd.RationalFits.TANH_Q4;
import static io.flinkssm.simd.RationalFits.TANH_RANGE;
import static io.flinkssm.simd.vector.Lanes.LANES;
import static io.flinkssm.simd.vector.Lanes.all;
import static io.flinkssm.simd.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The fitted functions of {@link io.flinkssm.simd.RationalFits} on vectors, and on single elements
 * by the same operations in the same order: an element has the same bits in a tail as in a vector.
 * Errors are within those of the plain Java functions.
 */
final class VectorFunctions {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, Lanes.SPECIES.vectorShape());

  private VectorFunctions() {}

  static void tanh(float[] x, int length) {
    int i = 0;
    for (; i + LANES <= length; i += LANES) {
      tanh(load(x, i)).intoArray(x, i);
    }
    for (; i < length; i++) {
      x[i] = tanh(x[i]);
    }
  }

  static void sigmoid(float[] x, int length) {
    int i = 0;
    for (; i + LANES <= length; i += LANES) {
      sigmoid(load(x, i)).intoArray(x, i);
    }
    for (; i < length; i++) {
      x[i] = sigmoid(x[i]);
    }
  }

  static void silu(float[] x, int length) {
    int i = 0;
    for (; i + LANES <= length; i += LANES) {
      FloatVector v = load(x, i);
      v.mul(sigmoid(v)).intoArray(x, i);
    }
    for (; i < length; i++) {
      x[i] = x[i] * sigmoid(x[i]);
    }
  }

  static void gelu(float[] x, int length) {
    int i = 0;
    for (; i + LANES <= length; i += LANES) {
      FloatVector v = load(x, i);
      v.mul(normal(v)).intoArray(x, i);
    }
    for (; i < length; i++) {
      x[i] = x[i] * normal(x[i]);
    }
  }

  /** {@code y = a·σ(b)} for one row of each. */
  static void glu(float[] ab, int a, int b, float[] y, int to, int width) {
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
      load(ab, a + i).mul(sigmoid(load(ab, b + i))).intoArray(y, to + i);
    }
    for (; i < width; i++) {
      y[to + i] = ab[a + i] * sigmoid(ab[b + i]);
    }
  }

  private static FloatVector sigmoid(FloatVector x) {
    return logisticOf(tanh(x.mul(all(0.5f))));
  }

  private static float sigmoid(float x) {
    return Math.fma(0.5f, tanh(0.5f * x), 0.5f);
  }

  /** The normal distribution function {@code Φ(x)}. */
  private static FloatVector normal(FloatVector x) {
    return logisticOf(erf(x));
  }

  private static float normal(float x) {
    return Math.fma(0.5f, erf(x), 0.5f);
  }

  private static FloatVector logisticOf(FloatVector odd) {
    FloatVector half = all(0.5f);
    return half.fma(odd, half);
  }

  private static FloatVector tanh(FloatVector x) {
    FloatVector z = square(x, TANH_RANGE * TANH_RANGE);
    FloatVector p = all(TANH_P4);
    p = p.fma(z, all(TANH_P3));
    p = p.fma(z, all(TANH_P2));
    p = p.fma(z, all(TANH_P1));
    p = p.fma(z, all(TANH_P0));
    FloatVector q = all(TANH_Q4);
    q = q.fma(z, all(TANH_Q3));
    q = q.fma(z, all(TANH_Q2));
    q = q.fma(z, all(TANH_Q1));
    q = q.fma(z, all(1f));
    return clamp(x.mul(p).div(q));
  }

  private static float tanh(float x) {
    float z = square(x, TANH_RANGE * TANH_RANGE);
    float p = TANH_P4;
    p = Math.fma(p, z, TANH_P3);
    p = Math.fma(p, z, TANH_P2);
    p = Math.fma(p, z, TANH_P1);
    p = Math.fma(p, z, TANH_P0);
    float q = TANH_Q4;
    q = Math.fma(q, z, TANH_Q3);
    q = Math.fma(q, z, TANH_Q2);
    q = Math.fma(q, z, TANH_Q1);
    q = Math.fma(q, z, 1f);
    return clamp(x * p / q);
  }

  /** {@code erf(x/√2)}. */
  private static FloatVector erf(FloatVector x) {
    FloatVector z = square(x, ERF_RANGE * ERF_RANGE);
    FloatVector p = all(ERF_P5);
    p = p.fma(z, all(ERF_P4));
    p = p.fma(z, all(ERF_P3));
    p = p.fma(z, all(ERF_P2));
    p = p.fma(z, all(ERF_P1));
    p = p.fma(z, all(ERF_P0));
    FloatVector q = all(ERF_Q5);
    q = q.fma(z, all(ERF_Q4));
    q = q.fma(z, all(ERF_Q3));
    q = q.fma(z, all(ERF_Q2));
    q = q.fma(z, all(ERF_Q1));
    q = q.fma(z, all(1f));
    return clamp(x.mul(p).div(q));
  }

  private static float erf(float x) {
    float z = square(x, ERF_RANGE * ERF_RANGE);
    float p = ERF_P5;
    p = Math.fma(p, z, ERF_P4);
    p = Math.fma(p, z, ERF_P3);
    p = Math.fma(p, z, ERF_P2);
    p = Math.fma(p, z, ERF_P1);
    p = Math.fma(p, z, ERF_P0);
    float q = ERF_Q5;
    q = Math.fma(q, z, ERF_Q4);
    q = Math.fma(q, z, ERF_Q3);
    q = Math.fma(q, z, ERF_Q2);
    q = Math.fma(q, z, ERF_Q1);
    q = Math.fma(q, z, 1f);
    return clamp(x * p / q);
  }

  /**
   * The square, at most {@code limit}: as integers, where squares keep their order, one instruction
   * does it, and floats would take six. NaN becomes the limit; x itself carries it on.
   */
  private static FloatVector square(FloatVector x, float limit) {
    return x.mul(x)
        .reinterpretAsInts()
        .min(IntVector.broadcast(INTS, Float.floatToRawIntBits(limit)))
        .reinterpretAsFloats();
  }

  private static float square(float x, float limit) {
    float z = x * x;
    return z < limit ? z : limit;
  }

  /** To ±1; NaN stays. */
  private static FloatVector clamp(FloatVector x) {
    FloatVector one = all(1);
    FloatVector below = x.blend(one, x.compare(VectorOperators.GT, one));
    FloatVector less = all(-1);
    return below.blend(less, below.compare(VectorOperators.LT, less));
  }

  private static float clamp(float x) {
    float below = x > 1 ? 1 : x;
    return below < -1 ? -1 : below;
  }
}
