package io.flinkssm.simd.vector;

import static io.flinkssm.simd.vector.Lanes.LANES;
import static io.flinkssm.simd.vector.Lanes.PARTS;
import static io.flinkssm.simd.vector.Lanes.all;
import static io.flinkssm.simd.vector.Lanes.fold;
import static io.flinkssm.simd.vector.Lanes.load;

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
      load(x, from + i)
          .sub(all(mean))
          .mul(all(inverse))
          .fma(load(scale, i), load(shift, i))
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
      load(x, from + i).fma(load(scale, i), load(shift, i)).intoArray(x, from + i);
    }
    for (; i < width; i++) {
      x[from + i] = Math.fma(x[from + i], scale[i], shift[i]);
    }
  }

  /** Adds a row to pairs head + tail, without error but for the rounding of the tail. */
  static void accumulate(float[] x, int from, float[] sums, int heads, int tails, int width) {
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
      FloatVector v = load(x, from + i);
      FloatVector head = load(sums, heads + i);
      FloatVector sum = head.add(v);
      FloatVector added = sum.sub(head);
      FloatVector lost = head.sub(sum.sub(added)).add(v.sub(added));
      FloatVector tail = load(sums, tails + i).add(lost);
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

  private static float sum(float[] x, int from, int width) {
    FloatVector low = all(0);
    FloatVector high = low;
    int i = 0;
    for (; i + PARTS <= width; i += PARTS) {
      low = low.add(load(x, from + i));
      if (LANES < PARTS) {
        high = high.add(load(x, from + i + LANES));
      }
    }
    float rest = 0;
    for (; i < width; i++) {
      rest += x[from + i];
    }
    return fold(low, high) + rest;
  }

  private static float sumOfSquares(float[] x, int from, int width, float mean) {
    FloatVector low = all(0);
    FloatVector high = low;
    FloatVector middle = all(mean);
    int i = 0;
    for (; i + PARTS <= width; i += PARTS) {
      FloatVector d = load(x, from + i).sub(middle);
      low = d.fma(d, low);
      if (LANES < PARTS) {
        d = load(x, from + i + LANES).sub(middle);
        high = d.fma(d, high);
      }
    }
    float rest = 0;
    for (; i < width; i++) {
      float d = x[from + i] - mean;
      rest = Math.fma(d, d, rest);
    }
    return fold(low, high) + rest;
  }
}
