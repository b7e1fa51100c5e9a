package io.flinkssm.simd.vector;

import static io.flinkssm.simd.vector.Lanes.EIGHT;
import static io.flinkssm.simd.vector.Lanes.FOUR;
import static io.flinkssm.simd.vector.Lanes.LANES;
import static io.flinkssm.simd.vector.Lanes.ONE;
import static io.flinkssm.simd.vector.Lanes.PARTS;
import static io.flinkssm.simd.vector.Lanes.SPECIES;
import static io.flinkssm.simd.vector.Lanes.TWO;

import jdk.incubator.vector.FloatVector;

/**
 * What is done to one row at a time: normalisation, scaling, running sums.
 *
 * <p>A sum over a row has {@link Lanes#PARTS} parts on every machine, folded in one order; what
 * remains at the end of the row is added one by one.
 */
final class VectorRows {

  private VectorRows() {}

  /** {@code x ← scale ∘ (x − mean)/√(var + eps) + shift} over {@code width} elements. */
  static void normalise(float[] x, int from, int width, float[] scale, float[] shift, double eps) {
    float mean = sum(x, from, width) / width;
    float variance = sumOfSquares(x, from, width, mean) / width;
    float inverse = (float) (1 / Math.sqrt(variance + eps));
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
      FloatVector.fromArray(SPECIES, x, from + i)
          .sub(FloatVector.broadcast(SPECIES, mean))
          .mul(FloatVector.broadcast(SPECIES, inverse))
          .fma(FloatVector.fromArray(SPECIES, scale, i), FloatVector.fromArray(SPECIES, shift, i))
          .intoArray(x, from + i);
    }
    for (; i < width; i++) {
      x[from + i] = Math.fma((x[from + i] - mean) * inverse, scale[i], shift[i]);
    }
  }

  /** {@code x ← scale ∘ x + shift}. */
  static void affine(float[] x, int from, int width, float[] scale, float[] shift) {
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
      FloatVector.fromArray(SPECIES, x, from + i)
          .fma(FloatVector.fromArray(SPECIES, scale, i), FloatVector.fromArray(SPECIES, shift, i))
          .intoArray(x, from + i);
    }
    for (; i < width; i++) {
      x[from + i] = Math.fma(x[from + i], scale[i], shift[i]);
    }
  }

  /** Knuth's sum without error, the error to the tail, and head and tail apart again. */
  static void accumulate(float[] x, int from, float[] sums, int heads, int tails, int width) {
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, from + i);
      FloatVector head = FloatVector.fromArray(SPECIES, sums, heads + i);
      FloatVector sum = head.add(v);
      FloatVector added = sum.sub(head);
      FloatVector lost = head.sub(sum.sub(added)).add(v.sub(added));
      FloatVector tail = FloatVector.fromArray(SPECIES, sums, tails + i).add(lost);
      head = sum.add(tail);
      head.intoArray(sums, heads + i);
      tail.sub(head.sub(sum)).intoArray(sums, tails + i);
    }
    for (; i < width; i++) {
      float head = sums[heads + i];
      float sum = head + x[from + i];
      float added = sum - head;
      float lost = (head - (sum - added)) + (x[from + i] - added);
      float tail = sums[tails + i] + lost;
      head = sum + tail;
      sums[heads + i] = head;
      sums[tails + i] = tail - (head - sum);
    }
  }

  /** {@code y = sums/divisor}. */
  static void quotient(float[] sums, int from, int width, float divisor, float[] y, int to) {
    FloatVector d = FloatVector.broadcast(SPECIES, divisor);
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
      FloatVector.fromArray(SPECIES, sums, from + i).div(d).intoArray(y, to + i);
    }
    for (; i < width; i++) {
      y[to + i] = sums[from + i] / divisor;
    }
  }

  private static float sum(float[] x, int from, int width) {
    FloatVector low = FloatVector.broadcast(SPECIES, 0);
    FloatVector high = low;
    int i = 0;
    for (; i + PARTS <= width; i += PARTS) {
      low = low.add(FloatVector.fromArray(SPECIES, x, from + i));
      if (LANES < PARTS) {
        high = high.add(FloatVector.fromArray(SPECIES, x, from + i + LANES));
      }
    }
    float rest = 0;
    for (; i < width; i++) {
      rest += x[from + i];
    }
    FloatVector v = low.add(LANES < PARTS ? high : low.rearrange(EIGHT));
    v = v.add(v.rearrange(FOUR));
    v = v.add(v.rearrange(TWO));
    return v.add(v.rearrange(ONE)).lane(0) + rest;
  }

  private static float sumOfSquares(float[] x, int from, int width, float mean) {
    FloatVector low = FloatVector.broadcast(SPECIES, 0);
    FloatVector high = low;
    FloatVector middle = FloatVector.broadcast(SPECIES, mean);
    int i = 0;
    for (; i + PARTS <= width; i += PARTS) {
      FloatVector d = FloatVector.fromArray(SPECIES, x, from + i).sub(middle);
      low = d.fma(d, low);
      if (LANES < PARTS) {
        d = FloatVector.fromArray(SPECIES, x, from + i + LANES).sub(middle);
        high = d.fma(d, high);
      }
    }
    float rest = 0;
    for (; i < width; i++) {
      float d = x[from + i] - mean;
      rest = Math.fma(d, d, rest);
    }
    FloatVector v = low.add(LANES < PARTS ? high : low.rearrange(EIGHT));
    v = v.add(v.rearrange(FOUR));
    v = v.add(v.rearrange(TWO));
    return v.add(v.rearrange(ONE)).lane(0) + rest;
  }
}
