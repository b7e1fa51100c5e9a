package io.flinkssm.simd.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one vector shape of this JVM: the CPU's own, up to 16 floats.
 *
 * <p>Vectors are objects until the compiler sees all of their life in one method. So there is one
 * shape only, since with two the Vector API's own type profiles mix; operations take vectors, not
 * the overloads with one number; and no helper takes or gives a vector, since a helper that was
 * compiled before its caller may be too big to be inlined into it.
 */
final class Lanes {
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /** Floats in a vector. */
  static final int LANES = SPECIES.length();

  /**
   * Partial sums of a row, however many lanes there are: in two vectors of 8 or one of 16. They are
   * added the upper half onto the lower, and so on, in one order, which {@code reduceLanes} leaves
   * open.
   */
  static final int PARTS = 16;

  /** Exchanges lanes eight apart; so the others. */
  static final VectorShuffle<Float> EIGHT = exchange(8);

  static final VectorShuffle<Float> FOUR = exchange(4);
  static final VectorShuffle<Float> TWO = exchange(2);
  static final VectorShuffle<Float> ONE = exchange(1);

  private Lanes() {}

  private static VectorShuffle<Float> exchange(int distance) {
    return VectorShuffle.fromOp(SPECIES, i -> (i ^ distance) % LANES);
  }
}
