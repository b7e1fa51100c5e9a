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
import static io.flinkssm.simd.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The fitted functions of {@link io.flinkssm.simd.RationalFits} on vectors, and on single elements
 * by the same operations in the same order: an element has the same bits in a tail as in a vector.
 * Errors are within those of the plain Java functions.
 *
 * <p>Formulas stand in the loops themselves, even twice; see {@link Lanes}.
 *
 * <p>Squares are limited as integers, where they keep their order: one instruction, where floats
 * take six. NaN then becomes the limit, and x itself carries it on.
 */
final class VectorFunctions {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, Lanes.SPECIES.vectorShape());

  private VectorFunctions() {}

  static void tanh(float[] x, int length) {
    scaledTanh(x, length, 1, 0);
  }

  static void sigmoid(float[] x, int length) {
    scaledTanh(x, length, 0.5f, 0.5f);
  }

  static void silu(float[] x, int length) {
    gate(x, 0, x, 0, x, 0, length);
  }

  /** {@code x ← scale·tanh(scale·x) + offset}. */
  private static void scaledTanh(float[] x, int length, float scale, float offset) {
    FloatVector scales = FloatVector.broadcast(SPECIES, scale);
    FloatVector offsets = FloatVector.broadcast(SPECIES, offset);
    IntVector limit = IntVector.broadcast(INTS, Float.floatToRawIntBits(TANH_RANGE * TANH_RANGE));
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector less = FloatVector.broadcast(SPECIES, -1);
    int i = 0;
    for (; i + LANES <= length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i).mul(scales);
      FloatVector z = v.mul(v).reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector p = FloatVector.broadcast(SPECIES, TANH_P4);
      p = p.fma(z, FloatVector.broadcast(SPECIES, TANH_P3));
      p = p.fma(z, FloatVector.broadcast(SPECIES, TANH_P2));
      p = p.fma(z, FloatVector.broadcast(SPECIES, TANH_P1));
      p = p.fma(z, FloatVector.broadcast(SPECIES, TANH_P0));
      FloatVector q = FloatVector.broadcast(SPECIES, TANH_Q4);
      q = q.fma(z, FloatVector.broadcast(SPECIES, TANH_Q3));
      q = q.fma(z, FloatVector.broadcast(SPECIES, TANH_Q2));
      q = q.fma(z, FloatVector.broadcast(SPECIES, TANH_Q1));
      q = q.fma(z, one);
      FloatVector odd = v.mul(p).div(q);
      odd = odd.blend(one, odd.compare(VectorOperators.GT, one));
      odd = odd.blend(less, odd.compare(VectorOperators.LT, less));
      scales.fma(odd, offsets).intoArray(x, i);
    }
    for (; i < length; i++) {
      x[i] = Math.fma(scale, tanh(scale * x[i]), offset);
    }
  }

  /** {@code y = a·σ(b)} for one row of each. */
  static void gate(float[] a, int aFrom, float[] b, int bFrom, float[] y, int to, int width) {
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    IntVector limit = IntVector.broadcast(INTS, Float.floatToRawIntBits(TANH_RANGE * TANH_RANGE));
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector less = FloatVector.broadcast(SPECIES, -1);
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, b, bFrom + i).mul(half);
      FloatVector z = v.mul(v).reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector p = FloatVector.broadcast(SPECIES, TANH_P4);
      p = p.fma(z, FloatVector.broadcast(SPECIES, TANH_P3));
      p = p.fma(z, FloatVector.broadcast(SPECIES, TANH_P2));
      p = p.fma(z, FloatVector.broadcast(SPECIES, TANH_P1));
      p = p.fma(z, FloatVector.broadcast(SPECIES, TANH_P0));
      FloatVector q = FloatVector.broadcast(SPECIES, TANH_Q4);
      q = q.fma(z, FloatVector.broadcast(SPECIES, TANH_Q3));
      q = q.fma(z, FloatVector.broadcast(SPECIES, TANH_Q2));
      q = q.fma(z, FloatVector.broadcast(SPECIES, TANH_Q1));
      q = q.fma(z, one);
      FloatVector odd = v.mul(p).div(q);
      odd = odd.blend(one, odd.compare(VectorOperators.GT, one));
      odd = odd.blend(less, odd.compare(VectorOperators.LT, less));
      FloatVector.fromArray(SPECIES, a, aFrom + i).mul(half.fma(odd, half)).intoArray(y, to + i);
    }
    for (; i < width; i++) {
      y[to + i] = a[aFrom + i] * Math.fma(0.5f, tanh(0.5f * b[bFrom + i]), 0.5f);
    }
  }

  static void gelu(float[] x, int length) {
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    IntVector limit = IntVector.broadcast(INTS, Float.floatToRawIntBits(ERF_RANGE * ERF_RANGE));
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector less = FloatVector.broadcast(SPECIES, -1);
    int i = 0;
    for (; i + LANES <= length; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, i);
      FloatVector z = v.mul(v).reinterpretAsInts().min(limit).reinterpretAsFloats();
      FloatVector p = FloatVector.broadcast(SPECIES, ERF_P5);
      p = p.fma(z, FloatVector.broadcast(SPECIES, ERF_P4));
      p = p.fma(z, FloatVector.broadcast(SPECIES, ERF_P3));
      p = p.fma(z, FloatVector.broadcast(SPECIES, ERF_P2));
      p = p.fma(z, FloatVector.broadcast(SPECIES, ERF_P1));
      p = p.fma(z, FloatVector.broadcast(SPECIES, ERF_P0));
      FloatVector q = FloatVector.broadcast(SPECIES, ERF_Q5);
      q = q.fma(z, FloatVector.broadcast(SPECIES, ERF_Q4));
      q = q.fma(z, FloatVector.broadcast(SPECIES, ERF_Q3));
      q = q.fma(z, FloatVector.broadcast(SPECIES, ERF_Q2));
      q = q.fma(z, FloatVector.broadcast(SPECIES, ERF_Q1));
      q = q.fma(z, one);
      FloatVector odd = v.mul(p).div(q);
      odd = odd.blend(one, odd.compare(VectorOperators.GT, one));
      odd = odd.blend(less, odd.compare(VectorOperators.LT, less));
      v.mul(half.fma(odd, half)).intoArray(x, i);
    }
    for (; i < length; i++) {
      x[i] = x[i] * Math.fma(0.5f, erf(x[i]), 0.5f);
    }
  }

  private static float tanh(float x) {
    float z = square(x, TANH_RANGE);
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
  private static float erf(float x) {
    float z = square(x, ERF_RANGE);
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

  private static float square(float x, float range) {
    float z = x * x;
    return z < range * range ? z : range * range;
  }

  private static float clamp(float x) {
    float below = x > 1 ? 1 : x;
    return below < -1 ? -1 : below;
  }
}
