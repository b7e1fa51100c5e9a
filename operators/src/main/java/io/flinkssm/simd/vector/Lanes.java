package io.flinkssm.simd.vector;

import io.flinkssm.simd.DiscreteSystem;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape of this machine, at most as wide as a group of channels. */
final class Lanes {
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > DiscreteSystem.GROUP
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /** Floats in a register: a power of two, so that groups divide evenly. */
  static final int COUNT = SPECIES.length();

  private Lanes() {}
}
