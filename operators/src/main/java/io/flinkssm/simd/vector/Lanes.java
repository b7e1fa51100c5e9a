package io.flinkssm.simd.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one vector shape of this JVM: the CPU's own, up to 16 floats. One shape only, because the
 * compiler specialises the Vector API on the shapes it has seen, and with two of them it may leave
 * vectors as objects. For the same reason operations here take vectors, not the overloads with one
 * number.
 */
final class Lanes {
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /** Floats in a vector. */
  static final int LANES = SPECIES.length();

  /** Partial sums of a row, however many lanes there are. */
  static final int PARTS = 16;

  private static final VectorShuffle<Float> EIGHT = exchange(8);
  private static final VectorShuffle<Float> FOUR = exchange(4);
  private static final VectorShuffle<Float> TWO = exchange(2);
  private static final VectorShuffle<Float> ONE = exchange(1);

  private Lanes() {}

  static FloatVector load(float[] array, int from) {
    return FloatVector.fromArray(SPECIES, array, from);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /**
   * The sum of {@link #PARTS} partial sums, the upper half onto the lower, and so on: one order for
   * 8 and 16 lanes, which {@code reduceLanes} leaves open.
   *
   * @param high the upper eight where a vector holds eight, otherwise not looked at
   */
  static float fold(FloatVector low, FloatVector high) {
    FloatVector v = low.add(LANES == 8 ? high : low.rearrange(EIGHT));
    v = v.add(v.rearrange(FOUR));
    v = v.add(v.rearrange(TWO));
    return v.add(v.rearrange(ONE)).lane(0);
  }

  private static VectorShuffle<Float> exchange(int distance) {
    return VectorShuffle.fromOp(SPECIES, i -> (i ^ distance) % LANES);
  }
}
